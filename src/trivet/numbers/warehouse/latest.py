"""The newest version of each record: what was exported last, whatever was loaded last."""

from __future__ import annotations

from duckdb import DuckDBPyConnection
from sqlglot import exp, select

from trivet.numbers.warehouse.tables import Table

READ_OFTEN = frozenset({"account", "contact", "opportunity"})
"""Tables whose newest versions several steps read, and small enough to keep a copy of."""

NEWEST_FIRST = ("exported_at", "load_id", "file_row")
"""Two exports of the same instant are told apart by their load id, which comes from their content:
the choice does not depend on which was loaded first."""


def pick_latest(connection: DuckDBPyConnection, table: Table) -> None:
    """Make `latest.<table>`: of each record of each source, the version exported last.

    Ten million touches rarely come twice, and sorting them all to find those that did costs more
    than all the rest. So only rows whose key (its hash, to keep memory small) occurs again are
    compared; a hash that two keys share sends a few rows too many there, and nothing else.
    """
    staged = exp.table_(table.name, db="staged")
    key = [exp.column(name) for name in ("source", *table.key)]
    hashed = exp.Anonymous(this="hash", expressions=key)
    repeated = (
        select(exp.alias_(hashed.copy(), "key"))
        .from_(staged.copy())
        .group_by(hashed.copy())
        .having("count(*) > 1")
    )
    is_repeated = exp.In(this=hashed.copy(), query=exp.Subquery(this=repeated))
    numbered = exp.Window(
        this=exp.RowNumber(),
        partition_by=key,
        order=exp.Order(
            expressions=[
                exp.Ordered(this=exp.column(name), desc=True, nulls_first=False)
                for name in NEWEST_FIRST
            ]
        ),
    )
    compared = (
        select("*", exp.alias_(numbered, "version_from_last"))
        .from_(staged.copy())
        .where(is_repeated.copy())
    )
    all_but_number = exp.Star(except_=[exp.to_identifier("version_from_last")])
    newest = (
        select(all_but_number).from_(compared.subquery("compared")).where("version_from_last = 1")
    )
    single = select("*").from_(staged.copy()).where(exp.Not(this=is_repeated.copy()))
    statement = exp.Create(
        this=exp.table_(table.name, db="latest"),
        kind="TABLE" if table.name in READ_OFTEN else "VIEW",
        replace=True,
        expression=exp.union(single, newest, distinct=False),
    )
    connection.execute(statement.sql("duckdb"))
