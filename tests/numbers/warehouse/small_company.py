"""A company small enough to check by hand: rows put where staging would put them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

import duckdb
import pyarrow as pa
from sqlglot import exp

from trivet.numbers.warehouse.canonical import make_canonical
from trivet.numbers.warehouse.staged_schema import create_staged
from trivet.numbers.warehouse.tables import LINEAGE, TABLES
from trivet.numbers.workspace.settings import Settings

Row = Mapping[str, Any]

EXPORTED = datetime(2026, 6, 30, 12)

SETTINGS = Settings.read(
    {
        "format": 1,
        "company": {"name": "Norvik Analytics", "currency": "USD", "time_zone": "America/New_York"},
        "stages": {
            "open": ["Prospecting", "Qualified", "Proposal"],
            "qualified_from": "Qualified",
            "won": ["Closed Won"],
            "lost": ["Closed Lost"],
        },
        "source": [
            {"name": "map", "system": "marketing_automation"},
            {"name": "crm", "system": "crm"},
            {"name": "cs", "system": "customer_success"},
            {"name": "billing", "system": "billing"},
        ],
    }
)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


def staged_company(**tables: Iterable[Row]) -> duckdb.DuckDBPyConnection:
    """A warehouse whose `staged` tables hold these rows.

    A row is the CRM's, from one export made on 30 June 2026, unless it says otherwise.
    """
    connection = duckdb.connect()
    connection.execute("set TimeZone = 'UTC'")
    connection.execute("set threads = 2")
    create_staged(connection)
    for name, rows in tables.items():
        stage_rows(connection, name, rows)
    return connection


def stage_rows(connection: duckdb.DuckDBPyConnection, table: str, rows: Iterable[Row]) -> None:
    for number, row in enumerate(rows, start=1):
        exported_at = row.get("exported_at", EXPORTED)
        whole = {
            "source": "crm",
            "file": f"{table}.csv",
            "file_row": number,
            "load_id": f"load-{exported_at:%Y%m%d}",
            "exported_at": exported_at,
            **({"currency": "USD"} if _has_currency(table) else {}),
            **row,
        }
        names = ", ".join(exp.to_identifier(n, quoted=True).sql("duckdb") for n in whole)
        marks = ", ".join("?" for _ in whole)
        connection.execute(
            f"insert into staged.{table} ({names}) values ({marks})", list(whole.values())
        )


def _has_currency(table: str) -> bool:
    return any(t.name == table and "currency" in {c.name for c in t.columns} for t in TABLES)


def canonical_company(
    settings: Settings = SETTINGS, **tables: Iterable[Row]
) -> duckdb.DuckDBPyConnection:
    connection = staged_company(**tables)
    make_canonical(connection, settings)
    return connection


def rows(connection: duckdb.DuckDBPyConnection, sql: str) -> list[tuple[Any, ...]]:
    return connection.execute(sql).fetchall()


def canonical_rows(
    connection: duckdb.DuckDBPyConnection, *, lineage: bool = True
) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table in `main`, sorted: equal companies give equal mappings."""
    tables = [
        name
        for (name,) in rows(
            connection,
            "select table_name from duckdb_tables() where schema_name = 'main' order by all",
        )
    ]
    found: dict[str, list[tuple[Any, ...]]] = {}
    for name in tables:
        left_out = () if lineage else (*LINEAGE, "quarantined", "mapped_columns", "data_as_of")
        table: pa.Table = connection.sql(f"select * from main.{name}").to_arrow_table()
        kept = [c for c in table.column_names if c not in left_out]
        found[name] = sorted((tuple(r.values()) for r in table.select(kept).to_pylist()), key=repr)
    return found
