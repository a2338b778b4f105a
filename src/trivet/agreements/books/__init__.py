"""Closed periods: what was said stays said, and what would be said today is explained beside it."""
