"""CSV that a spreadsheet may open: text cannot become a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction

from django.http import StreamingHttpResponse

from trivet.numbers.shared_metrics.figure import decimal_text
from trivet.vocabulary.money import Money

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""What Excel, LibreOffice and Sheets read as the start of a formula, full-width forms included
(OWASP, CSV injection)."""


def cell(value: object, kind: str, currency: str) -> str:
    """A value as its kind is written; money in major units, instants in ISO 8601."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if kind == "money" and isinstance(value, int | Fraction | Decimal):
        return format(Money(round(value), currency).major, "f")
    if isinstance(value, Fraction):
        return decimal_text(value) or ""
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, int | float | Decimal):
        return format(value, "f") if isinstance(value, Decimal) else str(value)
    return safe(str(value))


def safe(text: str) -> str:
    """Text that would start a formula gets an apostrophe before it."""
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


def line(cells: Iterable[str]) -> str:
    """One record, quoted where it must be, ended as RFC 4180 says."""
    written = io.StringIO()
    csv.writer(written, lineterminator="\r\n").writerow(cells)
    return written.getvalue()


def answer(lines: Iterator[str], name: str) -> StreamingHttpResponse:
    """A download; the mark at its start tells Excel that it is UTF-8."""

    def marked() -> Iterator[str]:
        yield "\ufeff"
        yield from lines

    return StreamingHttpResponse(
        marked(),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}.csv"'},
    )
