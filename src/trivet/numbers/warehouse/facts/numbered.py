"""The small numbers that the earlier build gave to accounts, contacts and opportunities."""

# ruff: noqa: S608 - names come from this file.

from __future__ import annotations

from typing import TYPE_CHECKING

from trivet.numbers.warehouse.earlier import EARLIER, has_earlier

if TYPE_CHECKING:
    import duckdb

KINDS = ("account", "contact", "opportunity")


def number_as_before(connection: duckdb.DuckDBPyConnection) -> None:
    """Make `numbered.<kind>`: id and number; empty if there is no earlier build."""
    connection.execute("create schema if not exists numbered")
    for kind in KINDS:
        names = f"{kind}_id varchar, {kind}_no bigint"
        connection.execute(f"create or replace table numbered.{kind} ({names})")
        if has_earlier(connection):
            connection.execute(
                f"insert into numbered.{kind} select {kind}_id, {kind}_no"
                f" from {EARLIER}.main.{kind}_key"
            )
