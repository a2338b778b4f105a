"""The dimensions that the company declared on canonical columns: `tier = "account.type"`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlglot.expressions as exp
from sqlglot import select

if TYPE_CHECKING:
    import duckdb

    from trivet.numbers.workspace.dimension import Dimension
    from trivet.numbers.workspace.settings import Settings

KEYS = {"account": "account_id", "contact": "contact_id", "opportunity": "opportunity_id"}
"""The tables whose records a metric's rows name, and the column that does."""

USERS = ("owner_id", "csm_id")
"""Columns that name a user: people are split by name, not by the CRM's id of them."""

COLUMNS = ("dimension", "record_kind", "record_id", "value")


def write_declared_dimensions(connection: duckdb.DuckDBPyConnection, settings: Settings) -> None:
    """Write the view `declared_value`: dimension, record_kind, record_id, value.

    A column of `crm_user` is a dimension of what the user owns: accounts and opportunities.
    """
    parts = [
        part
        for name, dimension in settings.dimensions.items()
        if not dimension.custom
        for kind in KEYS
        if (part := _values(name, dimension, kind)) is not None
    ]
    empty = select(*(f"cast(null as varchar) as {name}" for name in COLUMNS)).where("false")
    text = "\nunion all\n".join(part.sql("duckdb") for part in (empty, *parts))
    connection.execute(f"create or replace view main.declared_value as {text}")


def _values(name: str, dimension: Dimension, kind: str) -> exp.Select | None:
    """What a dimension says of each record of a kind; None if it says nothing of that kind."""
    held = exp.column(dimension.column, table="told", quoted=True)
    value: exp.Cast | exp.Func = exp.cast(held, "varchar")
    key = KEYS[kind]
    if dimension.table == kind:
        rows = select().from_(exp.alias_(exp.to_table(kind), "told", table=True))
        record = exp.column(key, table="told")
        if dimension.column in USERS:
            rows = rows.join(
                "user_called as named",
                on=exp.column("user_id", table="named").eq(held),
                join_type="left",
            )
            value = exp.func("coalesce", exp.column("called", table="named"), value)
    elif dimension.table == "crm_user" and kind != "contact":
        rows = (
            select()
            .from_(exp.alias_(exp.to_table(kind), "owned", table=True))
            .join("crm_user as told", on="told.user_id = owned.owner_id")
        )
        record = exp.column(key, table="owned")
    else:
        return None
    literals = (exp.Literal.string(name), exp.Literal.string(kind))
    return rows.select(*literals, record, value).where(
        exp.Not(this=exp.Is(this=value, expression=exp.null()))
    )
