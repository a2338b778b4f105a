"""From every load of every export to the one warehouse that metrics read.

`staged` holds all loads as the sources sent them. Here the newest version of each record is
picked, records of different systems that are the same are joined, and what changed between loads
becomes history. The result depends on the rows alone: not on the order they were loaded in.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache, partial
from pathlib import Path

import pyarrow as pa
from duckdb import DuckDBPyConnection
from sqlglot import exp, select

from trivet.numbers.warehouse.changed_opportunities import MAY_CHANGE, change_opportunities
from trivet.numbers.warehouse.changed_rows import ROW_BY_ROW, change_rows
from trivet.numbers.warehouse.changes import Changes
from trivet.numbers.warehouse.collisions import quarantine_collisions
from trivet.numbers.warehouse.earlier import EARLIER, KEPT_CANONICAL, keep
from trivet.numbers.warehouse.identity import resolve_identities
from trivet.numbers.warehouse.latest import READ_OFTEN, pick_latest
from trivet.numbers.warehouse.tables import FX_RATE, TABLES, Table
from trivet.numbers.workspace.settings import Settings
from trivet.vocabulary.money import minor_digits

SQL = Path(__file__).parent / "sql" / "canonical"

TEXT: pa.DataType = pa.string()
WHOLE: pa.DataType = pa.int64()


def make_canonical(
    connection: DuckDBPyConnection, settings: Settings, changes: Changes | None = None
) -> None:
    """Make the canonical tables, their history and `identity_link` in `main`.

    changes   leaves out what is as in the earlier build; without it everything is made

    Reads    the schema `staged` (staged_schema.py)
    Writes   every table of tables.TABLES; account_history, account_value_history,
             opportunity_history, identity_link,
             custom_value, source_fact, mapped_column, noticed; adds to quarantine
    Units    instants are UTC timestamps, money is in minor units of the row's currency
    """
    changes = changes or Changes(connection)
    if connection.execute("select current_setting('TimeZone')").fetchone() != ("UTC",):
        connection.execute("set TimeZone = 'UTC'")
    for schema in ("setting", "latest", "identity"):
        connection.execute(f"create schema if not exists {schema}")
    connection.execute(
        "delete from main.quarantine where rule in ('currency_without_rate', 'id_collision')"
    )
    quarantine_collisions(connection, changes)
    _tell_settings(connection, settings)
    for table in TABLES:
        changed = changes.is_changed(f"latest.{table.name}")
        # Of opportunities only those that changed are read in full after an earlier build.
        few = changes.earlier and table.name == "opportunity"
        copied = changed and table.name in READ_OFTEN and not few
        maker = partial(pick_latest, table=table, copied=copied, at_once=changed)
        changes.made_by([f"latest.{table.name}"], maker)
    _tell_feeds(connection)
    _tell_currencies(connection, settings, changes)
    resolve_identities(connection, changes)
    partly = dict.fromkeys(ROW_BY_ROW, change_rows)
    changes.run_folder(SQL, partly=partly | dict.fromkeys(MAY_CHANGE, change_opportunities))
    keep(connection, KEPT_CANONICAL)
    for schema in ("latest", "identity", "setting"):
        connection.execute(f"drop schema if exists {schema} cascade")


def _fill(
    connection: DuckDBPyConnection,
    name: str,
    columns: Mapping[str, pa.DataType],
    rows: Sequence[tuple[object, ...]],
) -> None:
    """`setting.<name>` with these rows."""
    told = pa.table(
        {column: [row[place] for row in rows] for place, column in enumerate(columns)},
        pa.schema(columns),
    )
    connection.register("told", told)
    connection.execute(_fill_statement(name))
    connection.unregister("told")


@cache
def _fill_statement(name: str) -> str:
    statement = exp.Create(
        this=exp.table_(name, db="setting"),
        kind="TABLE",
        replace=True,
        expression=select("*").from_("told"),
    )
    return statement.sql("duckdb")


def _tell_settings(connection: DuckDBPyConnection, settings: Settings) -> None:
    """What the SQL needs of the settings, as tables.

    A source's rank is the weight of its word where several know a record: CRMs first, then the
    order of the settings.
    """
    company = (settings.company.currency, settings.company.time_zone)
    _fill(connection, "company", {"currency": TEXT, "time_zone": TEXT}, [company])
    outcomes = (
        ("open", settings.stages.open),
        ("won", settings.stages.won),
        ("lost", settings.stages.lost),
    )
    stages = [(stage, outcome) for outcome, stages in outcomes for stage in stages]
    _fill(connection, "stage", {"stage": TEXT, "outcome": TEXT}, stages)

    known = [(source.name, source.system) for source in settings.sources]
    every = " union ".join(_sources_in(table.name) for table in _by_hand(connection))
    found = {row[0] for row in connection.execute(every).fetchall()} if every else set()
    named = {name for name, _ in known}
    known += [(name, "other") for name in sorted(found - named - {None})]
    known.sort(key=lambda source: source[1] != "crm")
    ranked = [(name, system, rank) for rank, (name, system) in enumerate(known, start=1)]
    columns = {"source": TEXT, "system": TEXT, "source_rank": WHOLE}
    _fill(connection, "source", columns, ranked)


@cache
def _sources_in(table: str) -> str:
    return select("source").distinct().from_(exp.table_(table, db="staged")).sql("duckdb")


def _by_hand(connection: DuckDBPyConnection) -> list[Table]:
    """The tables whose rows did not come from a load, as in a small warehouse made by hand."""
    found = connection.execute(
        "select table_name from duckdb_tables() where schema_name = 'staged'"
    ).fetchall()
    return [table for table in TABLES if (table.name,) in found]


def _tell_feeds(connection: DuckDBPyConnection) -> None:
    """`setting.feed`, one row a load.

    Rows that came without a feed, as in a small warehouse made by hand, are given one: the columns
    with a value in them are the ones that are mapped.
    """
    connection.execute("create or replace table setting.feed as select * from staged.feed")
    fed = set(connection.execute("select distinct source, table_name from setting.feed").fetchall())
    for table in _by_hand(connection):
        sources = connection.execute(f"{_sources_in(table.name)} order by source").fetchall()
        for (source,) in sources:
            if (source, table.name) not in fed:
                _tell_feed_from_rows(connection, table, source)


def _tell_feed_from_rows(connection: DuckDBPyConnection, table: Table, source: str) -> None:
    found = connection.execute(_filled_in(table), {"source": source}).fetchone()
    assert found is not None
    exported_at, rows, *counts = found
    mapped = [c.name for c, count in zip(table.columns, counts, strict=True) if count]
    connection.execute(
        "insert into setting.feed by name"
        " select $source as source, $table_name as table_name, $exported_at as exported_at,"
        " $exported_at as landed_at, $rows as rows, $rows as staged_rows,"
        " 0 as not_applicable_rows, $mapped as columns_mapped",
        {
            "source": source,
            "table_name": table.name,
            "exported_at": exported_at,
            "rows": rows,
            "mapped": mapped,
        },
    )


@cache
def _filled_in(table: Table) -> str:
    """The newest export of a source, its rows, and in how many each column has a value."""
    filled = [exp.func("count", exp.column(column.stored_as)) for column in table.columns]
    query = (
        select("max(exported_at)", "count(*)", *filled)
        .from_(exp.table_(table.name, db="staged"))
        .where("source = $source")
    )
    return query.sql("duckdb")


def _tell_currencies(connection: DuckDBPyConnection, settings: Settings, changes: Changes) -> None:
    """`setting.currency` (minor units in one unit) and `setting.unpriced_currency`."""
    with_money = [table for table in TABLES if any(c.name == "currency" for c in table.columns)]
    if not any(changes.is_changed(f"latest.{table.name}") for table in [*with_money, FX_RATE]):
        for name in ("currency", "unpriced_currency"):
            connection.execute(f"create table setting.{name} as from {EARLIER}.kept.{name}")
        return
    changes.provide(f"latest.{table.name}" for table in [*with_money, FX_RATE])
    every = " union ".join(_currencies_in(table.name) for table in with_money)
    codes = sorted({row[0] for row in connection.execute(every).fetchall()} - {None})
    priced = {
        row[0]
        for row in connection.execute("select distinct currency from latest.fx_rate").fetchall()
    }
    columns = {"currency": TEXT, "minor_per_unit": WHOLE}
    _fill(connection, "currency", columns, [(code, 10 ** minor_digits(code)) for code in codes])
    missing = [(c,) for c in codes if c != settings.company.currency and c not in priced]
    _fill(connection, "unpriced_currency", {"currency": TEXT}, missing)


@cache
def _currencies_in(table: str) -> str:
    return select("currency").from_(exp.table_(table, db="latest")).sql("duckdb")
