"""The dimensions that the company declared on canonical columns: `tier = "account.type"`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlglot.expressions as exp
from sqlglot import select

if TYPE_CHECKING:
    import duckdb

    from trivet.numbers.workspace.settings import Settings

KEYS = {"account": "account_id", "contact": "contact_id", "opportunity": "opportunity_id"}
"""The tables whose records a metric's rows name, and the column that does."""


def write_declared_dimensions(connection: duckdb.DuckDBPyConnection, settings: Settings) -> None:
    """Write `declared_value`: dimension, record_kind, record_id, value.

    A column of `crm_user` is a dimension of what the user owns: accounts and opportunities.
    """
    connection.execute(
        "create or replace table main.declared_value"
        " (dimension varchar, record_kind varchar, record_id varchar, value varchar)"
    )
    for name, dimension in settings.dimensions.items():
        if dimension.custom:
            continue
        value = exp.cast(exp.column(dimension.column, table="told", quoted=True), "varchar")
        for kind, key in KEYS.items():
            if dimension.table == kind:
                rows = select().from_(exp.alias_(exp.to_table(kind), "told", table=True))
                record = exp.column(key, table="told")
            elif dimension.table == "crm_user" and kind != "contact":
                rows = (
                    select()
                    .from_(exp.alias_(exp.to_table(kind), "owned", table=True))
                    .join("crm_user as told", on="told.user_id = owned.owner_id")
                )
                record = exp.column(key, table="owned")
            else:
                continue
            found = rows.select("$dimension", "$kind", record, value).where(
                exp.Not(this=exp.Is(this=value, expression=exp.null()))
            )
            connection.execute(
                f"insert into main.declared_value {found.sql('duckdb')}",
                {"dimension": name, "kind": kind},
            )
