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
def added_up(columns: tuple[str, ...], counted_if: str = "") -> SqlText:
    """Adds up the rows of `scoped`: period_key, records, numerator, denominator and `columns`.

    columns      flags and counts of a row; their sum says how many there are
    counted_if   a flag; records and both sums are of the rows that have it, `columns` of all
    """
    counts = "".join(
        f",\n    cast(sum(cast({name} as integer)) as bigint) as {name}" for name in columns
    )

    def of_counted(value: str) -> str:
        return f"case when {counted_if} then {value} end" if counted_if else value

    return SqlText.of(
        "added_up",
        "select\n"
        "    period_key,\n"
        "    count(*) as every_row,\n"
        f"    count({of_counted('1')}) as records,\n"
        f"    cast(sum({of_counted('numerator')}) as bigint) as numerator,\n"
        f"    cast(sum({of_counted('denominator')}) as bigint) as denominator{counts}\n"
        "from scoped\n"
        "group by period_key",
    )


@cache
def only(columns: tuple[str, ...]) -> SqlText:
    """Some columns of the rows of `contribution`, with their `period_key`."""
    listed = ",\n    ".join(("period_key", *columns))
    return SqlText.of("only", f"select\n    {listed}\nfrom contribution")
