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


REPEATED = "repeated_{}"


def pick_latest(
    connection: DuckDBPyConnection,
    table: Table,
    *,
    copied: bool = False,
    versions: str | None = None,
    called: str | None = None,
    at_once: bool = True,
) -> None:
    """Make `latest.<table>`: of each record of each source, the version exported last.

    copied     keep a copy, for a table that several steps read
    versions   a table with the versions to pick from; else all that are staged
    called     its name, if not `latest.<table>`
    at_once    look now which records came more than once; else whenever the view is read

    Ten million touches rarely come twice, and sorting them all to find those that did costs more
    than all the rest. So only rows whose key (its hash, to keep memory small) occurs again are
    compared; a hash that two keys share sends a few rows too many there, and nothing else.
    """
    staged = exp.to_table(versions) if versions else exp.table_(table.name, db="staged")
    key = [exp.column(name) for name in ("source", *table.key)]
    hashed = exp.Anonymous(this="hash", expressions=key)
    repeated = (
        select(exp.alias_(hashed.copy(), "key"))
        .from_(staged.copy())
        .group_by(hashed.copy())
        .having("count(*) > 1")
    )
    every: exp.Query = select("*").from_(staged.copy())
    if versions is None and _has_one_load_a_source(connection, table):
        # Staging lets a key through once a load.
        picked = every
    elif at_once:
        found = exp.table_(REPEATED.format(table.name), db="latest")
        _create(connection, found, "TABLE", repeated)
        several = connection.execute(select("1").from_(found).limit(1).sql("duckdb")).fetchone()
        keys = select("key").from_(found)
        picked = _picked(staged, key, hashed, keys) if several else every
    else:
        picked = _picked(staged, key, hashed, repeated)
    kind = "TABLE" if copied else "VIEW"
    name = exp.to_table(called) if called else exp.table_(table.name, db="latest")
    _create(connection, name, kind, picked)


def _picked(
    staged: exp.Table, key: list[exp.Column], hashed: exp.Anonymous, repeated: exp.Query
) -> exp.Query:
    """The rows whose key comes once, and of the others the newest."""
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
    return exp.union(single, newest, distinct=False)


def _has_one_load_a_source(connection: DuckDBPyConnection, table: Table) -> bool:
    counts = connection.execute(
        "select count(*) from staged.load where table_name = $name group by source",
        {"name": table.name},
    ).fetchall()
    return bool(counts) and max(counts) == (1,)


def _create(connection: DuckDBPyConnection, name: exp.Table, kind: str, query: exp.Query) -> None:
    statement = exp.Create(this=name, kind=kind, replace=True, expression=query)
    connection.execute(statement.sql("duckdb"))
