"""Rows of one load that name the same record twice: the first is kept."""

# ruff: noqa: S608 - names are quoted, values are parameters; see the package.

from __future__ import annotations

from duckdb import DuckDBPyConnection

from trivet.numbers.warehouse.staging.parameters import quoted
from trivet.numbers.warehouse.staging.problem import DUPLICATE_ID
from trivet.numbers.warehouse.tables import Table


def last_row(connection: DuckDBPyConnection, table: Table) -> int:
    """The last row of the staged table so far; what comes after it is the next feed's."""
    return _number(connection, f"select coalesce(max(rowid), -1) from {_staged(table)}")


def quarantine_duplicates(
    connection: DuckDBPyConnection, table: Table, load_id: str, after: int
) -> int:
    """Move all but the first row of each key to the quarantine; gives how many.

    after   the `last_row` before this feed's rows came: rows of the same load that an earlier
            feed staged are first
    """
    keys = ", ".join(quoted(table.column(name).stored_as) for name in table.key)
    # Hashes first: ten million of them are counted in bounded memory, ten million keys are not.
    connection.execute(
        f"create or replace temp table repeated_key as select hash({keys}) as key_hash"
        f" from {_staged(table)} where load_id = $load_id"
        " group by key_hash having count(*) > 1",
        {"load_id": load_id},
    )
    if _number(connection, "select count(*) from repeated_key") == 0:
        return 0
    key_text = ", ".join(f"{quoted(table.column(name).stored_as)}::varchar" for name in table.key)
    connection.execute(
        "create or replace temp table duplicate as select * from ("
        " select rowid as row_id, file_row, source, file, load_id,"
        f" concat_ws(', ', {key_text}) as key_text,"
        f" row_number() over (partition by {keys} order by rowid > $after, file_row) as place"
        f" from {_staged(table)} where load_id = $load_id"
        f" and hash({keys}) in (select key_hash from repeated_key)) where place > 1",
        {"load_id": load_id, "after": after},
    )
    connection.execute(
        "insert into main.quarantine (source, table_name, file, file_row, column_name, value,"
        " rule, says, load_id) select source, $table_name, file, file_row, $columns, key_text,"
        " $rule, $says, load_id from duplicate order by file_row",
        {
            "table_name": table.name,
            "columns": ", ".join(table.key),
            "rule": DUPLICATE_ID,
            "says": f"An earlier row of this export is the same {table.name} ("
            f"{', '.join(table.key)}); that one is kept. Correct it at the source.",
        },
    )
    connection.execute(
        f"delete from {_staged(table)} where rowid in (select row_id from duplicate)"
    )
    return _number(connection, "select count(*) from duplicate")


def _staged(table: Table) -> str:
    return f"staged.{quoted(table.name)}"


def _number(connection: DuckDBPyConnection, query: str) -> int:
    [found] = connection.execute(query).fetchall()
    return int(found[0])
