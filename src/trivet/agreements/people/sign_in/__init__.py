"""Proving who one is: password, passkey, code, the company's own identity provider."""
