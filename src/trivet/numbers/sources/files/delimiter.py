"""What stands between the columns of a text file, and what its headings are."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from trivet.errors import ExportUnreadable
from trivet.numbers.sources.files.format import opened

CANDIDATES = (",", ";", "\t", "|")

_SAMPLE = 1 << 18
_LINES = 200

_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n|$)")


@dataclass(frozen=True, slots=True)
class Heading:
    """The first record of a text file.

    lines_before   lines to skip before it: blank ones, and Excel's `sep=;`
    alone          nothing follows: an export without records
    """

    columns: tuple[str, ...]
    delimiter: str
    lines_before: int
    alone: bool


def heading_of(path: Path, encoding: str, told: str | None) -> Heading:
    """Find the headings, and the delimiter unless the mapping tells it.

    Raises   ExportUnreadable if no heading line is found
    """
    try:
        with opened(path) as file:
            text = io.TextIOWrapper(file, encoding=encoding, errors="replace", newline="")
            sample = text.read(_SAMPLE)
    except UnicodeError as wrong:
        raise ExportUnreadable(
            f"{path} cannot be read as {encoding}: {wrong}.",
            remedy="Correct the `encoding` of its feed, or leave the setting out.",
        ) from wrong
    sample = sample.removeprefix("\ufeff")
    lines_before = 0
    while sample and not (first := _first_line(sample)).strip():
        sample = sample[len(first) :]
        lines_before += 1
    if sample[:4].lower() == "sep=" and len(sample) > 5:
        told = told or sample[4].strip("\r\n") or None
        sample = sample[len(_first_line(sample)) :]
        lines_before += 1
    if not sample.strip():
        raise ExportUnreadable(
            f"{path} has no heading line.",
            remedy="Export it again with the names of the columns in its first line.",
        )
    if len(sample) > _SAMPLE // 2 and sample == _first_line(sample):
        raise ExportUnreadable(
            f"{path} has a heading line of more than {_SAMPLE // 2:,} letters.",
            remedy="Export only the columns that the mapping names; or, if the file is no CSV, give"
            " it the ending of what it is.",
        )
    delimiter = told or _sniffed(sample)
    lines = iter(io.StringIO(sample, newline=""))
    try:
        columns = next(csv.reader(lines, delimiter=delimiter))
    except csv.Error as wrong:
        raise ExportUnreadable(
            f"{path} has no heading line that can be read: {wrong}.",
            remedy="Export it again with the names of the columns in its first line.",
        ) from wrong
    alone = len(sample) < _SAMPLE // 2 and not any(line.strip() for line in lines)
    return Heading(tuple(columns), delimiter, lines_before, alone)


def _first_line(text: str) -> str:
    """Up to and with its end. Only the ends that CSV knows: a form feed is none, nor U+2028."""
    found = _LINE.match(text)
    return found[0] if found else ""


def _records(sample: str, delimiter: str, limit: int) -> list[list[str]]:
    reader = csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter)
    records: list[list[str]] = []
    try:
        for record in reader:
            if record:
                records.append(record)
            if len(records) == limit:
                break
    except csv.Error:
        return records or [[""]]
    return records or [[""]]


def _sniffed(sample: str) -> str:
    """The candidate under which most records have as many columns as the headings.

    Among equals the one that makes the most columns; a comma when there is only one column.
    """
    best, best_score = ",", (0.0, 0)
    for delimiter in CANDIDATES:
        records = _records(sample, delimiter, _LINES)
        width = len(records[0])
        if width == 1:
            continue
        # The sample's last record may be cut off.
        body = records[1:-1] or records[1:] or records
        share = Counter(map(len, body))[width] / len(body)
        if (share, width) > best_score:
            best, best_score = delimiter, (share, width)
    return best
