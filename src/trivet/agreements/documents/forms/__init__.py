"""What people fill in. A chapter with a kind of its own registers its form in `registry`."""
