"""Small questions to a table of rows: which of them, what do they add up to, what is their hash."""

from __future__ import annotations

import hashlib

import pyarrow as pa
import pyarrow.compute as pc


def rows_where(rows: pa.Table, column: str, value: str | int | None) -> pa.Table:
    """The rows that hold `value` in a column; None finds those that hold nothing."""
    if value is None:
        return rows.filter(pc.is_null(rows[column]))
    return rows.filter(pc.equal(rows[column], pa.scalar(value)))


def rows_above_zero(rows: pa.Table, column: str) -> pa.Table:
    """The rows whose number in a column is positive."""
    return rows.filter(pc.greater(rows[column], pa.scalar(0)))


def total(rows: pa.Table, column: str) -> int:
    """The sum of a column of whole numbers; True counts as one, nothing as zero."""
    values = rows[column]
    if pa.types.is_boolean(values.type):
        values = values.cast(pa.int64())
    found = pc.sum(values).as_py()
    return int(found) if found is not None else 0


def rows_hash(rows: pa.Table) -> str:
    """SHA-256 over the rows: record, numerator and denominator, sorted by record."""
    ordered = rows.select(["record_id", "numerator", "denominator"]).sort_by("record_id")
    lines = [
        f"{record}\t{numerator}\t{denominator}\n"
        for record, numerator, denominator in zip(
            *(ordered[name].to_pylist() for name in ordered.column_names), strict=True
        )
    ]
    return hashlib.sha256("".join(lines).encode()).hexdigest()
