"""What staging read all the same, and people should know: rounded amounts, records said twice.

rounded       amounts of a column with more decimals than their currency has
repeated      rows of a `distinct` feed that say once more what another row counts for
conflicting   records of such a feed whose rows differ in a column
"""

# ruff: noqa: S608 - names are quoted, values are parameters; see the package.

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from duckdb import DuckDBPyConnection

from trivet.numbers.warehouse.staging.parameters import quoted
from trivet.numbers.warehouse.staging.staged_load import literal
from trivet.numbers.warehouse.tables import Column, Kind, Table
from trivet.numbers.workspace.feed import Feed

ROUNDED, REPEATED, CONFLICTING = "rounded", "repeated", "conflicting"

NEWEST = "_newest"
"""Column of the rows on their way: the instant by which a row is the newest."""


def rounded_name(column: Column) -> str:
    """Column of the rows on their way: whether the amount was rounded."""
    return f"_rounded_{column.name}"


def rounded_columns(table: Table, feed: Feed) -> list[Column]:
    """The feed's amounts that may have more decimals than their currency."""
    return [c for c in table.columns if c.kind is Kind.MONEY and c.name in feed.columns]


def count_rounded(
    connection: DuckDBPyConnection, table: Table, feed: Feed, rows: Path
) -> dict[tuple[str, str], int]:
    """Of the rows that are kept: by kind and column, how many amounts were rounded."""
    columns = rounded_columns(table, feed)
    if not columns:
        return {}
    counts = ", ".join(f"count(*) filter (where {quoted(rounded_name(c))})" for c in columns)
    found = connection.execute(f"select {counts} from read_parquet({literal(rows)})").fetchone()
    assert found is not None
    return {(ROUNDED, c.name): int(number) for c, number in zip(columns, found, strict=True)}


def keep_one_row(
    connection: DuckDBPyConnection, table: Table, feed: Feed, rows: Path, earlier: Sequence[Path]
) -> dict[tuple[str, str], int]:
    """Keep the row of each record that the feed says counts; give what the others said.

    rows      the Parquet file of one load; written again with a row for each record
    earlier   those of the same load under the feeds before: their records are there already
    """
    keys = ", ".join(quoted(table.column(name).stored_as) for name in table.key)
    order = (
        f"{quoted(NEWEST)} desc nulls last, file_row" if feed.distinct == "newest" else "file_row"
    )
    judged = [c for c in table.columns if c.name in feed.columns and c.name not in table.key]
    # A value that only some rows have is a difference too: the row that counts may not have it.
    differs = ", ".join(
        f"count(distinct {name}) + (count({name}) between 1 and count(*) - 1)::integer > 1"
        for name in (quoted(column.stored_as) for column in judged)
    )
    several = ", ".join(["count(*) - 1 as more", *([f"[{differs}] as differ"] if differs else [])])
    sums = "".join(f", sum(differ[{n}]::integer)" for n in range(1, len(judged) + 1))
    found = connection.execute(
        f"select coalesce(sum(more), 0){sums} from (select {several}"
        f" from read_parquet({literal(rows)}) group by {keys} having count(*) > 1)"
    ).fetchone()
    assert found is not None
    repeated, *differing = (int(number or 0) for number in found)
    counts = {(REPEATED, ""): repeated}
    counts |= {
        (CONFLICTING, column.name): number for column, number in zip(judged, differing, strict=True)
    }
    if repeated:
        _write_again(
            connection,
            rows,
            f"select * exclude (place) from (select *, row_number() over (partition by {keys}"
            f" order by {order}) as place from read_parquet({literal(rows)})) where place = 1",
        )
    for before in earlier:
        same = " and ".join(
            f"there.{name} is not distinct from here.{name}" for name in keys.split(", ")
        )
        is_there = f"exists (from read_parquet({literal(before)}) as there where {same})"
        read = f"from read_parquet({literal(rows)}) as here where"
        [[known]] = connection.execute(f"select count(*) {read} {is_there}").fetchall()
        counts[REPEATED, ""] += known
        if known:
            _write_again(connection, rows, f"select * {read} not {is_there}")
    return counts


def _write_again(connection: DuckDBPyConnection, rows: Path, query: str) -> None:
    fewer = rows.with_suffix(".fewer")
    connection.execute(f"copy ({query} order by file_row) to {literal(fewer)} (format parquet)")
    fewer.replace(rows)


def note(
    connection: DuckDBPyConnection,
    source: str,
    table: Table,
    load_id: str,
    counts: Mapping[tuple[str, str], int],
) -> None:
    """Add to `staged.noticed` what was found."""
    for (kind, column), number in counts.items():
        if number:
            connection.execute(
                "insert into staged.noticed values (?, ?, ?, ?, ?, ?)",
                [source, table.name, load_id, kind, column, number],
            )
