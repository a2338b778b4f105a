"""What people do with documents, one a file."""
