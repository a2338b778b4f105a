"""Facts shared by every metric: what no definition can change, laid out to be read fast."""

from trivet.numbers.warehouse.facts.make import make_facts

__all__ = ["make_facts"]
