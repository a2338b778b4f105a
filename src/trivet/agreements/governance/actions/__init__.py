"""What people do, one a file."""
