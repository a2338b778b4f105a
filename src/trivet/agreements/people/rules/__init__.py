"""Seats and rights: plain Python, no database, no clock."""
