"""Who did what, and when: a chain of rows in which nobody can change one unseen."""
