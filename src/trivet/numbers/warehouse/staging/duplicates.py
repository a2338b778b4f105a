"""Rows of one load that name the same record twice: the first is kept."""

# ruff: noqa: S608 - names are quoted, values are parameters; see the package.

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from duckdb import DuckDBPyConnection

from trivet.numbers.warehouse.staging.parameters import quoted
from trivet.numbers.warehouse.staging.problem import DUPLICATE_ID
from trivet.numbers.warehouse.staging.staged_load import literal
from trivet.numbers.warehouse.tables import Table


def quarantine_duplicates(
    connection: DuckDBPyConnection, table: Table, rows: Path, earlier: Sequence[Path]
) -> int:
    """Move all but the first row of each key to the quarantine; gives how many.

    rows      the Parquet file of one load under one feed; written again without the duplicates
    earlier   those of the same load under the feeds before: their rows are first
    """
    keys = ", ".join(quoted(table.column(name).stored_as) for name in table.key)
    both = " union all by name ".join(
        [
            f"select *, true as is_new from read_parquet({literal(rows)})",
            *(f"select *, false as is_new from read_parquet({literal(path)})" for path in earlier),
        ]
    )
    # Hashes first: ten million of them are counted in bounded memory, ten million keys are not.
    connection.execute(
        f"create or replace temp table repeated_key as select hash({keys}) as key_hash"
        f" from ({both}) group by key_hash having count(*) > 1"
    )
    if _number(connection, "select count(*) from repeated_key") == 0:
        return 0
    key_text = ", ".join(f"{quoted(table.column(name).stored_as)}::varchar" for name in table.key)
    connection.execute(
        "create or replace temp table duplicate as select * from ("
        f" select file_row, source, file, load_id, is_new, concat_ws(', ', {key_text}) as key_text,"
        f" row_number() over (partition by {keys} order by is_new, file_row) as place"
        f" from ({both}) where hash({keys}) in (select key_hash from repeated_key)"
        ") where place > 1 and is_new"
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
            f"{', '.join(table.key)}); that one is kept. Correct it at the source; or, where each"
            " record stands in many rows, as in order lines, write distinct into the feed.",
        },
    )
    unique = rows.with_suffix(".unique")
    connection.execute(
        f"copy (select * from read_parquet({literal(rows)})"
        " where file_row not in (select file_row from duplicate))"
        f" to {literal(unique)} (format parquet)"
    )
    unique.replace(rows)
    return _number(connection, "select count(*) from duplicate")


def _number(connection: DuckDBPyConnection, query: str) -> int:
    [found] = connection.execute(query).fetchall()
    return int(found[0])
