"""How far back figures of opportunities look: into recorded stages, and into who was a customer."""

from __future__ import annotations

from datetime import date, timedelta

from trivet.numbers.shared_metrics.definition import Definition
from trivet.numbers.shared_metrics.needs import RECURRING, Loaded
from trivet.numbers.shared_metrics.reach import Reach
from trivet.vocabulary.period import Period, months_before_end

STAGES = "opportunity_stage_history"
BY_CUSTOMER = frozenset({"new", "expansion", "winback"})
"""Kinds of deals that are told apart by whether the buyer was a customer."""


def entry_reaches(definition: Definition, period: Period) -> list[Reach]:
    """What entered in a period. Before stages are loaded only what was won would ever enter."""
    if definition.option("entry_event") == "created":
        return []
    return [Reach(STAGES, period.start)]


def open_reaches(day: date) -> list[Reach]:
    """What stood open on a day, and at which stage."""
    return [Reach(STAGES, day)]


def closing_reaches(definition: Definition, period: Period) -> list[Reach]:
    """What closed in a period: a close date says it by itself, a record only where there is one."""
    if definition.option("closed_on") == "close_date":
        return []
    return [Reach(STAGES, period.start)]


def customer_reaches(
    definition: Definition, period: Period, loaded: Loaded, *, always: bool = False
) -> list[Reach]:
    """Who was a customer when a deal entered.

    always   also where every kind of deal counts alike
    """
    kinds = definition.option("deal_types_in")
    assert isinstance(kinds, list)
    if not always and set(kinds) >= BY_CUSTOMER:
        return []
    base = definition.rests_on("retention_base")
    assert base is not None
    basis = loaded.recurring_basis(str(base.options["basis"]))
    first_on = period.start
    if basis == "invoices":
        first_on = months_before_end(period.start - timedelta(days=1), 12) + timedelta(days=1)
    return [Reach(RECURRING[basis], first_on)]
