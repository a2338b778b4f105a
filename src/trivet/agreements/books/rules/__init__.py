"""The reasoning: plain Python, no database."""
