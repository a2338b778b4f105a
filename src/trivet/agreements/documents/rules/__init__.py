"""What makes a version, a difference and an agreement: plain Python, no database, no clock."""
