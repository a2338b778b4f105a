"""One page a file: find, ask, answer."""
