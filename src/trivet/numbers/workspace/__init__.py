"""The folder a company works in: its settings, what was landed, what was built."""
