"""Make the fact tables from the canonical tables, in the order their SQL asks for."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from trivet.numbers.warehouse.changed_touches import change_touches
from trivet.numbers.warehouse.changes import Changes
from trivet.numbers.warehouse.earlier import keep
from trivet.numbers.warehouse.facts.business_calendar import (
    write_business_calendar,
    write_company_days,
)
from trivet.numbers.warehouse.facts.company import write_company_tables
from trivet.numbers.warehouse.facts.declared_dimension import write_declared_dimensions
from trivet.numbers.warehouse.facts.filled import write_filled_columns
from trivet.numbers.warehouse.facts.numbered import number_as_before

if TYPE_CHECKING:
    import duckdb

    from trivet.numbers.workspace.settings import Settings

FOUND_BY_ID = "create index if not exists contact_key_by_id on contact_key (contact_id)"
"""A person's timeline begins with their id. Ids of a vendor begin alike, so zone maps cannot tell
blocks of them apart: reading all of half a million took ten times as long as the rest of it."""

FOLDER = Path(__file__).parent.parent / "sql" / "facts"


def make_facts(
    connection: duckdb.DuckDBPyConnection, settings: Settings, changes: Changes | None = None
) -> None:
    """Write the fact tables beside the canonical ones, in `main`.

    changes   leaves out what is as in the earlier build; without it everything is made

    Reads    the canonical tables, with their histories
    Writes   stage, lead_source_function, currency_digits, business_open_span, filled_column
             and one table for each file of `sql/facts`
    """
    changes = changes or Changes(connection)
    write_company_tables(connection, settings)
    write_declared_dimensions(connection, settings)
    parameters = {
        "time_zone": settings.company.time_zone,
        "currency": settings.company.currency,
    }
    number_as_before(connection)
    changes.run_folder(FOLDER, parameters, {"touch": change_touches})
    connection.execute("drop schema if exists numbered cascade")
    connection.execute(FOUND_BY_ID)
    if "touch" in changes.whole:
        keep(connection, {"touch_tail": "select cast(0 as bigint) as rows"})
    write_business_calendar(connection, settings)
    write_company_days(connection, settings)
    write_filled_columns(connection)
