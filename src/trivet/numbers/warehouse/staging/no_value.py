"""Cells that are neither filled in nor empty: a spreadsheet's errors, and ids it has shortened."""

from __future__ import annotations

from collections.abc import Iterator

from trivet.numbers.warehouse.staging.parameters import quoted
from trivet.numbers.warehouse.staging.problem import MANGLED_ID, SPREADSHEET_ERROR, Problem
from trivet.numbers.warehouse.staging.value import text_name
from trivet.numbers.warehouse.tables import Column, Kind
from trivet.numbers.workspace.feed import ColumnRule


def no_values(column: Column, rule: ColumnRule, *, is_noted: bool) -> Iterator[Problem]:
    """What looks like a value of the column and is none.

    is_noted   the query has the column `error_name`, as the text no longer shows what the cell was
    """
    if rule.constant is not None:
        return
    said = text_name(column)
    error = f"has_spreadsheet_error({said})" if rule.joined else f"is_spreadsheet_error({said})"
    if not (column.kind in (Kind.TEXT, Kind.ID) and not column.values):
        # Where a value was read, nobody needs to look whether the text is an error.
        error = (
            f"case when {said} is not null and {quoted(column.stored_as)} is null then {error} end"
        )
    if is_noted:
        said, error = error_name(column), f"{error_name(column)} is not null"
    where = f" (column {rule.reads[0]})" if rule.reads else ""
    yield Problem(
        SPREADSHEET_ERROR,
        column.name,
        f"{column.name} is '{{value}}', an error of the spreadsheet or a formula that it has not"
        f" calculated: open the workbook, mend the cell{where}, save it and export again; or list"
        " the text under `missing` if it means that nothing is filled in.",
        error,
        said,
    )
    if column.kind is Kind.ID:
        yield Problem(
            MANGLED_ID,
            column.name,
            f"{column.name} is '{{value}}', which is no id: a spreadsheet has cut off its digits,"
            f" or it has letters that nobody sees. Export the column{where} as text.",
            f"is_mangled_id({text_name(column)})",
            text_name(column),
        )


def error_name(column: Column) -> str:
    """The name, within the query, of whether a column's cell is an error."""
    return quoted(f"e_{column.name}")
