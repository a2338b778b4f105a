"""How rows are chained."""
