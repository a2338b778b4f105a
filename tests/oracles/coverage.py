"""From which day on each kind of record is known, and which figures reach back further (0024)."""

from __future__ import annotations

from datetime import date
from typing import Any

from tests.oracles.company import Answer, RecordedCompany
from tests.oracles.reading import read_day

HAPPENED = {
    "subscription": "starts_on",
    "invoice_line": "invoiced_on",
    "arr_movement": "moved_on",
    "lifecycle_stage_history": "entered_at",
    "lead_assignment": "assigned_at",
    "sales_activity": "happened_at",
    "touchpoint": "touched_at",
    "campaign_membership": "first_responded_at",
    "opportunity_stage_history": "entered_at",
}
Reach = tuple[str, date]
"""A kind of record, and the day a figure reaches back to."""


def known_from(company: RecordedCompany, table: str) -> date | None:
    """What the feed says; else the first of the month of the earliest record.

    Touches come from two tables; of several sources the earliest counts.
    """
    tables = ("touchpoint", "campaign_membership") if table == "touchpoint" else (table,)
    days = [known_of(company, each) for each in tables]
    return min((day for day in days if day is not None), default=None)


def known_of(company: RecordedCompany, table: str) -> date | None:
    if table in company.history_from:
        return read_day(company.history_from[table])
    days = []
    for row in company[table]:
        at: Any = row[HAPPENED[table]]
        if at is not None:
            days.append(company.day_of(at) if HAPPENED[table].endswith("_at") else at)
    return min(days).replace(day=1) if days else None


def reaches_too_far(company: RecordedCompany, reaches: list[Reach]) -> Answer | None:
    """The answer there is when one of the records starts later than the figure reaches back."""
    for table, day in reaches:
        known = known_from(company, table)
        if known is not None and known > day:
            reason = f"not computable: it reaches back to {day}, and {table} is from {known} only"
            return Answer(None, 0, 0, [], reason, "not_computable")
    return None


def stage_history(company: RecordedCompany, day: date) -> list[Reach]:
    """Stage history, where any is loaded."""
    loaded = company["opportunity_stage_history"]
    return [("opportunity_stage_history", day)] if loaded else []
