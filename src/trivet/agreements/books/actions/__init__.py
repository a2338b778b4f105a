"""What closes, compares and corrects books, one a file."""
