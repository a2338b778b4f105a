"""Functions, seats, who holds them from when to when, and who may see and sign what."""
