"""Rows that a stray quote has swallowed: from one quote to the next everything is one cell.

    10,"Foo,100          a quote that nothing closes, thirty rows before the next:
    11,Bar,200           to a reader of CSV these are one row, and its cell is well-formed
    40,Baz",300

A cell may well hold line breaks and commas: notes, addresses, e-mails. What gives a swallowed row
away is that it is a row: as many cells as the heading has, and in each what its column holds.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

_SAMPLE = 1_000

_LINE_END = re.compile(r"\r\n|\n|\r")
_LETTERS, _DIGITS = re.compile(r"[^\W\d_]+"), re.compile(r"\d+")

_KEY, _KEY_LENGTH = re.compile(r"\w*\d\w*"), 10
"""A system's own id, such as 006D000000IRFmaIAH: letters and digits without a pattern, but always
of one length, and longer than words are."""

_NUMBER = re.compile(r"[-+(]?\W{0,3}\d[\d.,'\s]*\W{0,3}")
_HELD = 0.95
"""Share of a column's values that have to be of one form, to call it the form of the column."""


@dataclass(frozen=True, slots=True)
class _Form:
    """What a column holds, seen in other rows: numbers, one pattern such as A-99, ids of so many
    letters, or few words.
    """

    numbers: bool = False
    pattern: str = ""
    key_length: int = 0
    words: frozenset[str] = frozenset()

    @property
    def is_known(self) -> bool:
        return self.numbers or bool(self.pattern or self.key_length or self.words)

    def fits(self, text: str) -> bool:
        if self.numbers:
            return _NUMBER.fullmatch(text) is not None
        if self.pattern:
            return _pattern(text) == self.pattern
        if self.key_length:
            return len(text) == self.key_length and _KEY.fullmatch(text) is not None
        return text in self.words


def _pattern(text: str) -> str:
    return _DIGITS.sub("9", _LETTERS.sub("A", text))


def _form(values: list[str]) -> _Form:
    seen = [value for value in values if value and not _LINE_END.search(value)]
    wanted = _HELD * len(seen)
    if not seen:
        return _Form()
    if sum(_NUMBER.fullmatch(value) is not None for value in seen) >= wanted:
        return _Form(numbers=True)
    patterns = [_pattern(value) for value in seen]
    usual = max(set(patterns), key=patterns.count)
    # Words alone are no pattern: prose has them too.
    if patterns.count(usual) >= wanted and "9" in usual:
        return _Form(pattern=usual)
    length = len(seen[0])
    keys = sum(len(value) == length and _KEY.fullmatch(value) is not None for value in seen)
    if length >= _KEY_LENGTH and keys >= wanted:
        return _Form(key_length=length)
    words = frozenset(seen)
    return _Form(words=words if len(words) <= len(seen) // 5 else frozenset())


class SwallowedRows:
    """Finds them in the batches of one file."""

    def __init__(self, columns: Sequence[str], delimiter: str) -> None:
        self._delimiter = delimiter
        self._width = len(columns)
        self._forms: tuple[_Form, ...] | None = None

    def in_batch(self, batch: pa.RecordBatch) -> dict[int, tuple[int, list[str]]]:
        """Row of the batch -> the column of the cell, and the lines of the file it is made of."""
        found: dict[int, tuple[int, list[str]]] = {}
        if self._width == 1:
            return found
        for place, column in enumerate(batch.columns):
            if not _has_line_end(column):
                continue
            for row in self._worth_a_look(column):
                cell = column[row].as_py()
                if row not in found and self._is_swallowed(batch, place, cell):
                    found[row] = (place, self._lines(batch, row, place, cell))
        return found

    def lines_of(self, text: str) -> list[str]:
        """The lines of a row that does not fit the heading; one line if it swallowed none."""
        lines = _without_end(_LINE_END.split(text))
        whole = sum(self._cells(line) == self._width for line in lines[1:])
        return lines if whole and self._width > 1 else [text]

    def _worth_a_look(self, column: Any) -> list[int]:
        """Rows whose cell has line ends, and about as many delimiters as that many rows have."""
        ends: Any = pc.count_substring_regex(column, r"\r\n|\n|\r")
        delimiters: Any = pc.count_substring(column, self._delimiter)
        wanted = np.asarray(ends) * (self._width - 1)
        marked = (wanted > 0) & (np.asarray(delimiters) * 2 >= wanted)
        return [int(row) for row in np.nonzero(marked)[0]]

    def _is_swallowed(self, batch: pa.RecordBatch, place: int, cell: str) -> bool:
        lines = _without_end(_LINE_END.split(cell))
        forms = self._known_forms(batch)
        between, last = lines[1:-1], lines[-1]
        if place == self._width - 1 and self._is_row(last, forms):
            # Nothing closes the quote: the cell goes on to the end of the file.
            between, last = lines[1:], ""
        rows = [line for line in between if self._is_row(line, forms)]
        if rows:
            return 2 * len(rows) >= len([line for line in between if line])
        if between or not last:
            return False
        # Two rows in one: the rest of the first, and the beginning of the second.
        rest, beginning = lines[0].split(self._delimiter), last.split(self._delimiter)
        return (
            len(rest) == self._width - place
            and len(beginning) == place + 1
            and self._fit([*beginning[:-1], "", *rest[1:]], forms, least=2)
        )

    def _is_row(self, line: str, forms: tuple[_Form, ...]) -> bool:
        cells = line.split(self._delimiter)
        return len(cells) == self._width and self._fit(cells, forms, least=1)

    def _fit(self, cells: list[str], forms: tuple[_Form, ...], least: int) -> bool:
        judged = [
            form.fits(cell.strip())
            for cell, form in zip(cells, forms, strict=True)
            if cell.strip() and form.is_known
        ]
        if not any(form.is_known for form in forms):
            # Nothing but free text in the file: only many cells in a line cannot be chance.
            return least == 1 and self._width > 3
        return sum(judged) >= least and all(judged)

    def _known_forms(self, batch: pa.RecordBatch) -> tuple[_Form, ...]:
        if self._forms is None:
            first = batch.slice(0, _SAMPLE)
            self._forms = tuple(
                _form([str(value).strip() for value in column.to_pylist()])
                for column in first.columns
            )
        return self._forms

    def _lines(self, batch: pa.RecordBatch, row: int, place: int, cell: str) -> list[str]:
        """The row as it stands in the file, or nearly so: other quotes are gone."""
        cells = [str(column[row].as_py()) for column in batch.columns]
        before, behind = cells[:place], cells[place + 1 :]
        text = self._delimiter.join([*before, f'"{cell}"', *behind])
        return _without_end(_LINE_END.split(text))

    def _cells(self, line: str) -> int:
        return line.count(self._delimiter) + 1


def _without_end(lines: list[str]) -> list[str]:
    """Without the blank lines at the end of a file."""
    while len(lines) > 1 and lines[-1].strip('"') == "":
        lines = lines[:-1]
    return lines


def _has_line_end(column: pa.Array[Any]) -> bool:
    letters = column.buffers()[2]
    if letters is None:
        return False
    codes = np.frombuffer(memoryview(letters), np.uint8)
    return bool((codes == ord("\n")).any() or (codes == ord("\r")).any())
