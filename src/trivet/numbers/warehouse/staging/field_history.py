"""Old and new values of a field history: text whose meaning depends on the field in its row."""

from __future__ import annotations

from trivet.numbers.warehouse.staging.value import Values
from trivet.numbers.warehouse.tables import OPPORTUNITY, Kind
from trivet.numbers.workspace.feed import Feed


def plain_value(values: Values, feed: Feed, said: str) -> str:
    """SQL: the text in the form that every source's has: 1234.50, 2026-03-31, a stage's name.

    A text that is none of these stays as it was; the history leaves out what it cannot read.
    """
    money = [c.name for c in OPPORTUNITY.columns if c.tracked and c.kind is Kind.MONEY]
    days = [c.name for c in OPPORTUNITY.columns if c.tracked and c.kind is Kind.DAY]
    fields_of_money = ", ".join(f"'{name}'" for name in money)
    fields_of_day = ", ".join(f"'{name}'" for name in days)
    return (
        "coalesce(case"
        f" when t_field in ({fields_of_money}) then {values.number(said)}::varchar"
        f" when t_field in ({fields_of_day}) then {values.day(said, feed.date_format)}::varchar"
        f" when t_field = 'stage' then {values.stage(said)}"
        f" end, {said})"
    )
