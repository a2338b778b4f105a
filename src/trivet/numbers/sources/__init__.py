"""Read what the systems send, as they send it: nothing is renamed, filtered or interpreted."""
