"""What is true. Plain Python and SQL, never Django: the numbers also run in a notebook."""
