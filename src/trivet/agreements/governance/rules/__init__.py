"""The reasoning: plain Python, no database, no clock."""
