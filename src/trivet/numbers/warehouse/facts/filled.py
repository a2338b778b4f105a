"""Which columns hold anything at all, so that a metric can say what it lacks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trivet.numbers.warehouse.tables import TABLES

if TYPE_CHECKING:
    import duckdb


def write_filled_columns(connection: duckdb.DuckDBPyConnection) -> None:
    """Write `filled_column`: table_name, column_name, rows, filled.

    A column that is mapped but empty on every row answers no question, so what counts is how
    many rows hold a value, not what the mapping says.
    """
    connection.execute(
        "create or replace table main.filled_column"
        " (table_name varchar, column_name varchar, rows bigint, filled bigint)"
    )
    for table in TABLES:
        counts = ", ".join(f'count("{column.stored_as}")' for column in table.columns)
        counted = connection.execute(
            f"select count(*), {counts} from main.{table.name}"  # noqa: S608 - names from tables.py
        ).fetchall()[0]
        connection.executemany(
            "insert into main.filled_column values (?, ?, ?, ?)",
            [
                (table.name, column.name, counted[0], filled)
                for column, filled in zip(table.columns, counted[1:], strict=True)
            ],
        )
