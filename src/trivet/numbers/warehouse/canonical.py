"""From every load of every export to the one warehouse that metrics read.

`staged` holds all loads as the sources sent them. Here the newest version of each record is
picked, records of different systems that are the same are joined, and what changed between loads
becomes history. The result depends on the rows alone: not on the order they were loaded in.
"""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
from duckdb import DuckDBPyConnection
from sqlglot import exp, select

from trivet.numbers.warehouse.identity import resolve_identities
from trivet.numbers.warehouse.sql_files import run_folder
from trivet.numbers.warehouse.tables import TABLES, Table
from trivet.numbers.workspace.settings import Settings
from trivet.vocabulary.money import minor_digits

SQL = Path(__file__).parent / "sql" / "canonical"

READ_OFTEN = frozenset({"account", "contact", "opportunity"})
"""Tables whose newest versions are read by several steps, and small enough to keep a copy of."""


def make_canonical(connection: DuckDBPyConnection, settings: Settings) -> None:
    """Make the canonical tables, their history and `identity_link` in `main`.

    Reads    the schema `staged` (staged_schema.py)
    Writes   every table of tables.TABLES; account_history, opportunity_history, identity_link,
             custom_value, source_fact, mapped_column; adds to quarantine
    Units    instants are UTC timestamps, money is in minor units of the row's currency
    """
    connection.execute("set TimeZone = 'UTC'")
    for schema in ("setting", "latest", "identity"):
        connection.execute(f"create schema if not exists {schema}")
    connection.execute("delete from main.quarantine where rule = 'currency_without_rate'")
    _tell_settings(connection, settings)
    for table in TABLES:
        _pick_latest(connection, table)
    _tell_feeds(connection)
    _tell_currencies(connection, settings)
    resolve_identities(connection)
    run_folder(connection, SQL)
    for schema in ("latest", "identity", "setting"):
        connection.execute(f"drop schema {schema} cascade")


def _fill(connection: DuckDBPyConnection, name: str, rows: pa.Table) -> None:
    """`setting.<name>` with these rows."""
    connection.register("told", rows)
    table = exp.table_(name, db="setting")
    statement = exp.Create(
        this=table, kind="TABLE", replace=True, expression=select("*").from_("told")
    )
    connection.execute(statement.sql("duckdb"))
    connection.unregister("told")


def _tell_settings(connection: DuckDBPyConnection, settings: Settings) -> None:
    """What the SQL needs of the settings, as tables.

    A source's rank is the weight of its word where several know a record: CRMs first, then the
    order of the settings.
    """
    company = {"currency": [settings.company.currency], "time_zone": [settings.company.time_zone]}
    _fill(connection, "company", pa.table(company))

    outcomes = [
        (stage, outcome)
        for outcome, stages in (
            ("open", settings.stages.open),
            ("won", settings.stages.won),
            ("lost", settings.stages.lost),
        )
        for stage in stages
    ]
    stages = pa.table(
        {"stage": [row[0] for row in outcomes], "outcome": [row[1] for row in outcomes]},
        pa.schema({"stage": pa.string(), "outcome": pa.string()}),
    )
    _fill(connection, "stage", stages)

    known = [(source.name, source.system) for source in settings.sources]
    every = " union ".join(
        select("source").from_(exp.table_(table.name, db="staged")).sql("duckdb")
        for table in TABLES
    )
    found = {row[0] for row in connection.execute(every).fetchall()}
    found |= {row[0] for row in connection.execute("select source from staged.feed").fetchall()}
    systems = dict(
        connection.execute("select source, max(system) from staged.feed group by all").fetchall()
    )
    named = {name for name, _ in known}
    known += [(name, systems.get(name) or "other") for name in sorted(found - named - {None})]
    known.sort(key=lambda source: source[1] != "crm")
    sources = pa.table(
        {
            "source": [name for name, _ in known],
            "system": [system for _, system in known],
            "source_rank": list(range(1, len(known) + 1)),
        },
        pa.schema({"source": pa.string(), "system": pa.string(), "source_rank": pa.int64()}),
    )
    _fill(connection, "source", sources)


def _pick_latest(connection: DuckDBPyConnection, table: Table) -> None:
    """`latest.<table>`: of each record of each source, the version exported last.

    Two exports of the same instant are told apart by their load id, which comes from their
    content: the choice does not depend on which was loaded first.
    """
    staged = exp.table_(table.name, db="staged")
    several = connection.execute(
        select("1")
        .from_(staged)
        .group_by("source")
        .having("count(distinct (load_id, exported_at)) > 1")
        .limit(1)
        .sql("duckdb")
    ).fetchone()
    picked = select("*").from_(staged)
    if several:
        ranked = select(
            "*",
            exp.alias_(
                exp.Window(
                    this=exp.RowNumber(),
                    partition_by=[exp.column("source"), *map(exp.column, table.key)],
                    order=exp.Order(
                        expressions=[
                            exp.Ordered(this=exp.column(name), desc=True, nulls_first=False)
                            for name in ("exported_at", "load_id", "file_row")
                        ]
                    ),
                ),
                "version_from_last",
            ),
        ).from_(staged)
        every = exp.Star(**{"except_": [exp.to_identifier("version_from_last")]})
        picked = select(every).from_(ranked.subquery("ranked")).where("version_from_last = 1")
    statement = exp.Create(
        this=exp.table_(table.name, db="latest"),
        kind="TABLE" if table.name in READ_OFTEN else "VIEW",
        replace=True,
        expression=picked,
    )
    connection.execute(statement.sql("duckdb"))


def _tell_feeds(connection: DuckDBPyConnection) -> None:
    """`setting.feed`, one row a load, and `setting.record_count` of every source and table.

    Rows that came without a feed, as in a small warehouse made by hand, are given one: the columns
    with a value in them are the ones that are mapped.
    """
    connection.execute("create or replace table setting.feed as select * from staged.feed")
    connection.execute(
        "create or replace table setting.record_count"
        " (source varchar, table_name varchar, rows bigint)"
    )
    for table in TABLES:
        latest = exp.table_(table.name, db="latest")
        counts = connection.execute(
            select("source", "count(*)").from_(latest).group_by("source").sql("duckdb")
        ).fetchall()
        for source, rows in counts:
            connection.execute(
                "insert into setting.record_count values (?, ?, ?)", [source, table.name, rows]
            )
            fed = connection.execute(
                "select 1 from setting.feed where source is not distinct from ? and table_name = ?",
                [source, table.name],
            ).fetchone()
            if not fed:
                _tell_feed_from_rows(connection, table, source)


def _tell_feed_from_rows(connection: DuckDBPyConnection, table: Table, source: str) -> None:
    names = [column.stored_as for column in table.columns]
    filled = [exp.func("count", exp.column(name)) for name in names]
    query = (
        select("max(exported_at)", "count(*)", *filled)
        .from_(exp.table_(table.name, db="staged"))
        .where("source = $source")
    )
    found = connection.execute(query.sql("duckdb"), {"source": source}).fetchone()
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


def _tell_currencies(connection: DuckDBPyConnection, settings: Settings) -> None:
    """`setting.currency` (minor units in one unit) and `setting.unpriced_currency`."""
    with_money = [table for table in TABLES if any(c.name == "currency" for c in table.columns)]
    every = " union ".join(
        select("currency").from_(exp.table_(table.name, db="latest")).sql("duckdb")
        for table in with_money
    )
    codes = sorted({row[0] for row in connection.execute(every).fetchall()} - {None})
    priced = {
        row[0]
        for row in connection.execute("select distinct currency from latest.fx_rate").fetchall()
    }
    currencies = pa.table(
        {"currency": codes, "minor_per_unit": [10 ** minor_digits(code) for code in codes]},
        pa.schema({"currency": pa.string(), "minor_per_unit": pa.int64()}),
    )
    _fill(connection, "currency", currencies)
    missing = [c for c in codes if c != settings.company.currency and c not in priced]
    _fill(
        connection,
        "unpriced_currency",
        pa.table({"currency": missing}, pa.schema({"currency": pa.string()})),
    )
