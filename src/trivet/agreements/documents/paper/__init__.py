"""A version on paper."""
