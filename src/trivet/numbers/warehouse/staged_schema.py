"""The `staged` schema: every canonical table as the sources sent it, typed, with all loads.

Staging fills it, the canonical step reads only it. A test that wants a small warehouse makes
this schema and inserts its rows.
"""

from __future__ import annotations

from functools import cache

from duckdb import DuckDBPyConnection
from sqlglot import exp

from trivet.numbers.warehouse.tables import IS_DAY, TABLES, Table

LINEAGE_TYPES = {
    "source": "varchar",
    "file": "varchar",
    "file_row": "bigint",
    "load_id": "varchar",
    "exported_at": "timestamp",
}
"""Type of each column of `tables.LINEAGE`."""

CUSTOM_VALUE = {
    "dimension": "varchar",
    "table_name": "varchar",
    "record_id": "varchar",
    "value": "varchar",
    "source": "varchar",
    "load_id": "varchar",
    "exported_at": "timestamp",
}
"""`staged.custom_value`: what an export says of a record in a column declared a dimension."""

FEED = {
    "source": "varchar",
    "system": "varchar",
    "table_name": "varchar",
    "load_id": "varchar",
    "file": "varchar",
    "exported_at": "timestamp",
    "landed_at": "timestamp",
    "rows": "bigint",
    "staged_rows": "bigint",
    "quarantined_rows": "bigint",
    "not_applicable_rows": "bigint",
    "repeated_rows": "bigint",
    "columns_mapped": "varchar[]",
}
"""`staged.feed`: one row a load; `columns_mapped` holds names as the mapping writes them, and
`repeated_rows` are those that say once more, in a `distinct` feed, what another row counts for."""

NOTICED = {
    "source": "varchar",
    "table_name": "varchar",
    "load_id": "varchar",
    "kind": "varchar",
    "column_name": "varchar",
    "number": "bigint",
}
"""`staged.noticed`: what staging read all the same, and people should know (staging/noticed.py)."""

LOAD = {
    "source": "varchar",
    "table_name": "varchar",
    "load_id": "varchar",
    "made": "varchar",
    "files": "varchar[]",
}
"""`staged.load`: `made` is a hash of what decides how it is staged, `files` hold its rows."""

QUARANTINE = {
    "source": "varchar",
    "table_name": "varchar",
    "file": "varchar",
    "file_row": "bigint",
    "column_name": "varchar",
    "value": "varchar",
    "rule": "varchar",
    "says": "varchar",
    "load_id": "varchar",
}
"""`main.quarantine`: one row a broken rule; the row itself is in no canonical table."""


def staged_columns(table: Table) -> dict[str, str]:
    """Name and type of every column of `staged.<table>`, lineage last."""
    own = {column.stored_as: column.kind.sql for column in table.columns}
    precision = {IS_DAY.format(name): "boolean" for name in table.instants}
    return own | precision | LINEAGE_TYPES


def create_table(
    connection: DuckDBPyConnection, name: str, columns: dict[str, str], schema: str
) -> None:
    """Make an empty table unless it is there."""
    connection.execute(_creation(name, tuple(columns.items()), schema))


@cache
def _creation(name: str, columns: tuple[tuple[str, str], ...], schema: str) -> str:
    definitions: list[exp.Expression] = [
        exp.ColumnDef(
            this=exp.to_identifier(column, quoted=True),
            kind=exp.DataType.build(kind, dialect="duckdb"),
        )
        for column, kind in columns
    ]
    statement = exp.Create(
        this=exp.Schema(this=exp.table_(name, db=schema, quoted=True), expressions=definitions),
        kind="TABLE",
        exists=True,
    )
    return statement.sql("duckdb")


def create_staged(connection: DuckDBPyConnection) -> None:
    """Make `staged.<table>` for every canonical table, `staged.custom_value`, `staged.feed`,
    `staged.noticed`, `staged.load` and `main.quarantine`, empty, where they are not there yet.
    """
    connection.execute("create schema if not exists staged")
    for table in TABLES:
        create_table(connection, table.name, staged_columns(table), "staged")
    create_table(connection, "custom_value", CUSTOM_VALUE, "staged")
    create_table(connection, "feed", FEED, "staged")
    create_table(connection, "noticed", NOTICED, "staged")
    create_table(connection, "load", LOAD, "staged")
    create_table(connection, "quarantine", QUARANTINE, "main")
