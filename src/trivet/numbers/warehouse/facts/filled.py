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
    found: list[tuple[str, str, int, int]] = []
    for table in TABLES:
        counts = ", ".join(f'count("{column.stored_as}")' for column in table.columns)
        counted = connection.execute(
            f"select count(*), {counts} from main.{table.name}"  # noqa: S608 - names from tables.py
        ).fetchall()[0]
        found += [
            (table.name, column.name, counted[0], filled)
            for column, filled in zip(table.columns, counted[1:], strict=True)
        ]
    tables, columns, rows, filled = (list(values) for values in zip(*found, strict=True))
    connection.execute(
        "create or replace table main.filled_column as"
        " select unnest($tables) as table_name, unnest($columns) as column_name,"
        " cast(unnest($rows) as bigint) as rows, cast(unnest($filled) as bigint) as filled",
        {"tables": tables, "columns": columns, "rows": rows, "filled": filled},
    )
