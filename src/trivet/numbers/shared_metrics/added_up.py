"""Rows added up by the engine, a row a period: what a series needs of most metrics.

A year of periods over a large company is hundreds of thousands of rows. Where a figure is made
of sums alone they are never brought out of the engine, and the names on them are never looked up.
"""

from __future__ import annotations

from functools import cache

from trivet.numbers.warehouse.sql_text import SqlText

ANSWER = SqlText.of("answer", "select * from added_up")
"""Reads the step `added_up`, so that the engine keeps it like every other step."""


@cache
def added_up(columns: tuple[str, ...]) -> SqlText:
    """Adds up the rows of `scoped`: period_key, records, numerator, denominator and `columns`.

    columns   flags of a row; their sum says how many rows have it
    """
    counts = "".join(
        f",\n    sum(case when {name} then 1 else 0 end) as {name}" for name in columns
    )
    return SqlText.of(
        "added_up",
        "select\n"
        "    period_key,\n"
        "    count(*) as records,\n"
        "    cast(sum(numerator) as bigint) as numerator,\n"
        f"    cast(sum(denominator) as bigint) as denominator{counts}\n"
        "from scoped\n"
        "group by period_key",
    )
