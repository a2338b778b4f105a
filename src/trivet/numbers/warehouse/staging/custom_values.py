"""Columns of an export that the company declared a dimension, beside the canonical ones."""

# ruff: noqa: S608 - names are quoted, values are parameters; see the package.

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from duckdb import DuckDBPyConnection

from trivet.numbers.warehouse.landing import Load
from trivet.numbers.warehouse.staging.cell import Cells
from trivet.numbers.warehouse.staging.parameters import Parameters, quoted
from trivet.numbers.warehouse.tables import Table
from trivet.numbers.workspace.dimension import Dimension
from trivet.numbers.workspace.feed import Feed


def custom_columns(dimensions: Mapping[str, Dimension], table: str) -> dict[str, str]:
    """Dimension -> column of the table's exports."""
    return {
        name: dimension.column
        for name, dimension in dimensions.items()
        if dimension.custom and dimension.table == table
    }


def stage_custom_values(
    connection: DuckDBPyConnection,
    table: Table,
    feed: Feed,
    load: Load,
    columns: Mapping[str, str],
    rows: Path,
) -> None:
    """Add what the load says in these columns, for the staged rows in the file `rows`."""
    record_id = quoted(table.key[0])
    for dimension, column in columns.items():
        if column not in load.columns:
            continue
        parameters = Parameters()
        cells = Cells(feed, frozenset(load.columns), parameters)
        value = cells.cell(column)
        add = parameters.add
        landed = cells.rows(f"read_parquet({add(str(load.rows_file))})")
        connection.execute(
            "insert into staged.custom_value"
            " (dimension, table_name, record_id, value, source, load_id, exported_at)"
            f" select {add(dimension)}, {add(table.name)}, record.{record_id}, said.value,"
            " record.source, record.load_id, record.exported_at"
            f" from (select _file_row, {value} as value from {landed}) as said"
            f" join read_parquet({add(str(rows))}) as record"
            " on record.file_row = said._file_row"
            " where said.value is not null",
            parameters.values,
        )
