"""Make the fact tables from the canonical tables, in the order their SQL asks for."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from trivet.numbers.warehouse.facts.business_calendar import (
    write_business_calendar,
    write_company_days,
)
from trivet.numbers.warehouse.facts.company import write_company_tables
from trivet.numbers.warehouse.facts.declared_dimension import write_declared_dimensions
from trivet.numbers.warehouse.facts.filled import write_filled_columns
from trivet.numbers.warehouse.sql_files import run_folder

if TYPE_CHECKING:
    import duckdb

    from trivet.numbers.workspace.settings import Settings

FOLDER = Path(__file__).parent.parent / "sql" / "facts"


def make_facts(connection: duckdb.DuckDBPyConnection, settings: Settings) -> None:
    """Write the fact tables beside the canonical ones, in `main`.

    Reads    the canonical tables, with their histories
    Writes   stage, lead_source_function, currency_digits, business_open_span, filled_column
             and one table for each file of `sql/facts`
    """
    write_company_tables(connection, settings)
    write_declared_dimensions(connection, settings)
    parameters = {
        "time_zone": settings.company.time_zone,
        "currency": settings.company.currency,
    }
    run_folder(connection, FOLDER, parameters)
    write_business_calendar(connection, settings)
    write_company_days(connection, settings)
    write_filled_columns(connection)
