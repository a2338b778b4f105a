"""The newest version of each record: what was exported last, whatever was loaded last."""

from __future__ import annotations

from functools import cache

from duckdb import DuckDBPyConnection
from sqlglot import exp, select

from trivet.numbers.warehouse.tables import Table

READ_OFTEN = frozenset({"account", "contact", "opportunity"})
"""Tables whose newest versions several steps read, and small enough to keep a copy of."""

NEWEST_FIRST = ("exported_at", "load_id", "file_row")
"""Two exports of the same instant are told apart by their load id, which comes from their content:
the choice does not depend on which was loaded first."""


REPEATED = "latest.repeated_{}"


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
    source = versions or f"staged.{table.name}"
    name = called or f"latest.{table.name}"
    kind = "TABLE" if copied else "VIEW"
    if versions is None and _has_one_load_a_source(connection, table):
        # Staging lets a key through once a load.
        statement = _take_every(name, kind, source)
    elif at_once:
        found = REPEATED.format(table.name)
        connection.execute(_find_repeated(found, source, table.key))
        several = connection.execute(_first_of(found)).fetchone()
        statement = (
            _take_newest(name, kind, source, table.key, found)
            if several
            else _take_every(name, kind, source)
        )
    else:
        statement = _take_newest(name, kind, source, table.key)
    connection.execute(statement)


# The statements depend on these names alone, so each is put together once a process.


@cache
def _take_every(name: str, kind: str, source: str) -> str:
    return _created(name, kind, select("*").from_(exp.to_table(source)))


@cache
def _find_repeated(name: str, source: str, key: tuple[str, ...]) -> str:
    return _created(name, "TABLE", _repeated(source, key))


@cache
def _first_of(found: str) -> str:
    return select("1").from_(exp.to_table(found)).limit(1).sql("duckdb")


@cache
def _take_newest(
    name: str, kind: str, source: str, key: tuple[str, ...], found: str | None = None
) -> str:
    """The rows whose key comes once, and of the others the newest.

    found   a table with the hashes that occur more than once; without it the statement looks
    """
    repeated = select("key").from_(exp.to_table(found)) if found else _repeated(source, key)
    is_repeated = exp.In(this=_hashed(key), query=exp.Subquery(this=repeated))
    numbered = exp.Window(
        this=exp.RowNumber(),
        partition_by=_columns(key),
        order=exp.Order(
            expressions=[
                exp.Ordered(this=exp.column(name), desc=True, nulls_first=False)
                for name in NEWEST_FIRST
            ]
        ),
    )
    compared = (
        select("*", exp.alias_(numbered, "version_from_last"))
        .from_(exp.to_table(source))
        .where(is_repeated.copy())
    )
    all_but_number = exp.Star(except_=[exp.to_identifier("version_from_last")])
    newest = (
        select(all_but_number).from_(compared.subquery("compared")).where("version_from_last = 1")
    )
    single = select("*").from_(exp.to_table(source)).where(exp.Not(this=is_repeated.copy()))
    return _created(name, kind, exp.union(single, newest, distinct=False))


def _repeated(source: str, key: tuple[str, ...]) -> exp.Query:
    return (
        select(exp.alias_(_hashed(key), "key"))
        .from_(exp.to_table(source))
        .group_by(_hashed(key))
        .having("count(*) > 1")
    )


def _hashed(key: tuple[str, ...]) -> exp.Anonymous:
    return exp.Anonymous(this="hash", expressions=_columns(key))


def _columns(key: tuple[str, ...]) -> list[exp.Column]:
    return [exp.column(name) for name in ("source", *key)]


def _created(name: str, kind: str, query: exp.Query) -> str:
    statement = exp.Create(this=exp.to_table(name), kind=kind, replace=True, expression=query)
    return statement.sql("duckdb")


def _has_one_load_a_source(connection: DuckDBPyConnection, table: Table) -> bool:
    counts = connection.execute(
        "select count(*) from staged.load where table_name = $name group by source",
        {"name": table.name},
    ).fetchall()
    return bool(counts) and max(counts) == (1,)
