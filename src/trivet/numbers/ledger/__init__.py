"""What changed since a figure was frozen, record by record, and why. No database of promises."""
