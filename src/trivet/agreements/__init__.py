"""What we promised each other: seats, documents, signatures, books. Django apps.

They never compute a number; they read published ones.
"""
