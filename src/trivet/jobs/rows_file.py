"""Rows as a CSV file that a spreadsheet may open: text cannot become a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pyarrow as pa

from trivet.numbers.shared_metrics.figure import decimal_text
from trivet.numbers.workspace.private import open_private

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""What Excel, LibreOffice and Sheets read as the start of a formula, full-width forms included
(OWASP, CSV injection)."""


def cell(value: object) -> str:
    """A value as text; text that would start a formula gets an apostrophe before it."""
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case Fraction():
            return decimal_text(value) or ""
        case Decimal():
            return format(value, "f")
        case datetime() | date():
            return value.isoformat()
        case int() | float():
            return str(value)
    text = str(value)
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


def write_batches(path: Path, columns: Sequence[str], batches: Iterable[pa.RecordBatch]) -> int:
    """Write rows batch by batch; give their number. The mark at the start tells Excel: UTF-8."""
    rows = 0
    with io.TextIOWrapper(open_private(path), encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([cell(name) for name in columns])
        for batch in batches:
            values = [column.to_pylist() for column in batch.columns]
            writer.writerows([cell(value) for value in row] for row in zip(*values, strict=True))
            rows += batch.num_rows
    return rows


def write_rows(path: Path, rows: pa.Table) -> int:
    """Write a table; give the number of its rows."""
    return write_batches(path, rows.column_names, rows.to_batches())
