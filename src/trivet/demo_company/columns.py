"""Text columns, and rows of them picked by position."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, TypeAlias

import pyarrow as pa
import pyarrow.compute as pc

from trivet.demo_company.days import Flags, Whole

Column: TypeAlias = Any
"""An Arrow column of text. Arrow's stubs type what comes out of compute functions too narrowly
to pass it on, so it is said here once."""


def text(values: Iterable[str | None]) -> Column:
    """A column of these words."""
    return pa.array(list(values), pa.string())


def joined(*parts: Column | str, between: str = "") -> Column:
    """Columns and constants put together, row by row; a missing part leaves the cell empty."""
    return pc.binary_join_element_wise(*parts, between)  # type: ignore[call-overload]


def picked(column: Column, places: Whole) -> Column:
    """The cells at these positions; a negative position leaves the cell empty."""
    return column.take(pa.array(places, mask=places < 0))


def digits(values: Whole) -> Column:
    """Whole numbers as text."""
    return pa.array(values).cast(pa.string())


def where(condition: Flags, cells: Column | str, otherwise: Column | str | None = None) -> Column:
    """The cells where a condition holds; elsewhere the other ones, or nothing."""
    if otherwise is None:
        otherwise = pa.scalar(None, pa.string())
    return pc.if_else(pa.array(condition), cells, otherwise)
