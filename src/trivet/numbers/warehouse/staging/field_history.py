"""Old and new values of a field history: text whose meaning depends on the field in its row."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from trivet.numbers.warehouse.staging.problem import (
    UNKNOWN_STAGE,
    UNREADABLE_DATE,
    UNREADABLE_NUMBER,
    Problem,
)
from trivet.numbers.warehouse.staging.value import Values
from trivet.numbers.warehouse.tables import OPPORTUNITY, Kind
from trivet.numbers.workspace.feed import Feed

VALUES = ("old_value", "new_value")
"""The columns of opportunity_field_history that hold such text."""


def _tracked(kind: Kind) -> str:
    """SQL: the fields of one kind, quoted."""
    return ", ".join(f"'{c.name}'" for c in OPPORTUNITY.columns if c.tracked and c.kind is kind)


OF_MONEY, OF_DAY = _tracked(Kind.MONEY), _tracked(Kind.DAY)


def plain_value(values: Values, feed: Feed, said: str) -> str:
    """SQL: the text in the form that every source's has: 1234.50, 2026-03-31, a stage's name.

    A text of a field that has no form of its own stays as it was.
    """
    return (
        "case"
        f" when lower(t_field) in ({OF_MONEY}) then {values.number(said)}::varchar"
        f" when lower(t_field) in ({OF_DAY}) then {values.day(said, feed.date_format)}::varchar"
        f" when lower(t_field) = 'stage' then {values.stage(said)}"
        f" else {said} end"
    )


def unreadable_values(values: Values, feed: Feed, mapped: Collection[str]) -> Iterator[Problem]:
    """A text that is not what its field holds: the change would be left out without a word."""
    written = " or ".join(feed.date_format) or "ISO 8601, such as 2026-03-31"
    sign = "comma" if feed.decimal_comma else "point"
    for column in VALUES:
        if column not in mapped:
            continue
        said = f"{column} is '{{value}}'"
        unread = f"t_{column} is not null and {column} is null"
        yield Problem(
            UNREADABLE_NUMBER,
            column,
            f"{said}, which is no number with a decimal {sign}, and its field holds money:"
            " correct it at the source, or list it under `missing`.",
            f"lower(t_field) in ({OF_MONEY}) and {unread}",
            f"t_{column}",
        )
        yield Problem(
            UNREADABLE_NUMBER,
            column,
            f"{said}, and what stands beside the number is no sign or code of the feed's currency:"
            " set the feed's currency, or leave the sign out of the export.",
            f"lower(t_field) in ({OF_MONEY}) and {values.names_another_currency(f't_{column}')}",
            f"t_{column}",
        )
        yield Problem(
            UNREADABLE_DATE,
            column,
            f"{said}, which is no date written as {written}, and its field holds a day: correct"
            " it at the source, or give the feed its date_format.",
            f"lower(t_field) in ({OF_DAY}) and {unread}",
            f"t_{column}",
        )
        yield Problem(
            UNKNOWN_STAGE,
            column,
            f"{said}, a stage that is not in [stages]: add it to open, won or lost, or map it"
            " with values.",
            f"lower(t_field) = 'stage' and {unread}",
            f"t_{column}",
        )
