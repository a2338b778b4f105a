"""The reasoning: plain Python."""
