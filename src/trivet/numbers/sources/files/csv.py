"""CSV and its relatives, read in blocks: a file of any size in bounded memory.

Arrow's reader and not DuckDB's: DuckDB 2.0.0, told the columns but not the line ends, returns no
rows at all for a file that ends its lines with CR LF and has a line break inside quotes.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable
from gzip import BadGzipFile
from pathlib import Path
from typing import IO, Any, Literal, cast

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as arrow_csv

from trivet.errors import ExportUnreadable
from trivet.numbers.sources.files.broken_bytes import BROKEN_BYTE, MarkedBytes, shown_bytes
from trivet.numbers.sources.files.delimiter import Heading, heading_of
from trivet.numbers.sources.files.encoding import encoding_of
from trivet.numbers.sources.files.export import RefusedRow, Written, distinct
from trivet.numbers.sources.files.fingerprint import Fingerprint
from trivet.numbers.sources.files.format import is_gzip, opened
from trivet.numbers.sources.files.rows_file import RowsFile
from trivet.numbers.sources.files.swallowed import SwallowedRows

_BLOCK = 4 << 20
"""Bytes read at once, and so the longest row there may be."""

_REFUSED_LIMIT = 100_000
"""Rows put aside of one file; a file with more is not worth reading before it is mended."""

_TEXT_KEPT = 10_000
"""Of how many refused rows the text is kept."""


class CsvExport:
    """A text file with a heading line. A quoted cell may hold line breaks and the delimiter."""

    def __init__(
        self, path: Path, found: Fingerprint, delimiter: str | None, encoding: str | None
    ) -> None:
        self._path = path
        self._encoding = encoding_of(path, found, encoding)
        self._is_broken = not found.is_utf8 and self._encoding in ("utf-8", "utf-8-sig")
        self._heading = heading_of(path, self._encoding, delimiter)
        if self._is_broken and any("\ufffd" in name for name in self._heading.columns):
            raise ExportUnreadable(
                f"{path} is UTF-8, but its heading has bytes that are not.",
                remedy="Export it again as UTF-8, or write the `encoding` it is in into its feed.",
            )
        self.columns = distinct(self._heading.columns)
        self.how = {
            "encoding": self._encoding.removesuffix("-sig"),
            "delimiter": self._heading.delimiter,
        }

    def write(self, into: Path, tick: Callable[[int], None]) -> Written:
        """As `Export.write`; a row with too few or too many cells is refused, not bent.

        So is one that a stray quote makes of several rows: each of them, with its own number.
        """
        aside = _Aside(SwallowedRows(self.columns, self._heading.delimiter), self._heading)
        last = 0
        try:
            with RowsFile(into, self.columns) as rows:
                for batch in self._batches(aside.refuse):
                    if batch.num_rows == 0:
                        continue
                    # Refused rows keep their numbers, so those behind them keep theirs too.
                    waiting = aside.waiting
                    several = np.arange(last + 1, last + 1 + batch.num_rows + len(waiting))
                    numbers = np.setdiff1d(several, waiting)[: batch.num_rows]
                    last = int(numbers[-1])
                    waiting[:] = [number for number in waiting if number > last]
                    kept = self._kept(batch, numbers, aside)
                    if kept is not None:
                        batch, numbers = batch.filter(pa.array(kept)), numbers[kept]
                    rows.write(pa.array(aside.file_rows(numbers), pa.int64()), batch.columns)
                    tick(rows.rows)
        except (pa.ArrowInvalid, UnicodeError, BadGzipFile, EOFError, zlib.error) as wrong:
            raise ExportUnreadable(
                f"{self._path} cannot be read as CSV: {str(wrong).splitlines()[0]}.",
                remedy="Open it near that place: a quote may be missing, or the `encoding` of its"
                " feed may be wrong.",
            ) from wrong
        refused = aside.rows()
        if aside.total > max(100, min(rows.rows, _REFUSED_LIMIT)):
            raise ExportUnreadable(
                f"{self._path}: {aside.total:,} of {aside.total + rows.rows:,} rows cannot be read;"
                f" row {refused[0].file_row}: {refused[0].says}.",
                remedy=f"It was read with {self._heading.delimiter!r} between the cells: set the"
                " feed's `delimiter` if that is wrong, else export it again.",
            )
        return Written(rows.rows, refused)

    def _kept(
        self, batch: pa.RecordBatch, numbers: npt.NDArray[np.int64], aside: _Aside
    ) -> npt.NDArray[np.bool_] | None:
        """Which rows of the batch are kept; None if all are. The others are put aside."""
        swallowed = aside.swallowed.in_batch(batch)
        broken = _broken_cells(batch) if self._is_broken else {}
        headings = self._headings_in(batch)
        if not swallowed and not broken and not headings:
            return None
        for row, (place, lines) in swallowed.items():
            aside.put_swallowed(int(numbers[row]), lines, self.columns[place])
        for row, (place, cell) in broken.items():
            if row not in swallowed:
                text = self._heading.delimiter.join(str(c[row].as_py()) for c in batch.columns)
                says = f"{shown_bytes(cell)} in the column {self.columns[place]} is not UTF-8"
                aside.put(int(numbers[row]), [text], [says])
        for row in headings:
            if row not in swallowed and row not in broken:
                text = self._heading.delimiter.join(self._heading.columns)
                aside.put(int(numbers[row]), [text], ["the row is the heading once more"])
        kept = np.ones(batch.num_rows, bool)
        kept[[*swallowed, *broken, *headings]] = False
        return kept

    def _headings_in(self, batch: pa.RecordBatch) -> list[int]:
        """Rows that are the heading: exports put one behind the other have it in their midst."""
        heading = self._heading.columns
        first = pa.array({heading[0], f"\ufeff{heading[0]}"})
        like = pc.is_in(batch.column(0), first)
        if not heading[0].strip() or not pc.any(like).as_py():
            return []
        return [
            int(row)
            for row in np.nonzero(np.asarray(like))[0]
            if [str(c[int(row)].as_py()) for c in batch.columns[1:]] == list(heading[1:])
        ]

    def _bytes(self) -> IO[Any] | str:
        if self._is_broken:
            return cast(IO[Any], MarkedBytes(self._path))
        # Arrow unpacks as well, but not all that the look at the heading did.
        return opened(self._path) if is_gzip(self._path) else str(self._path)

    def _batches(
        self, refuse: Callable[[arrow_csv.InvalidRow], Literal["skip"]]
    ) -> Iterable[pa.RecordBatch]:
        if self._heading.alone:
            return ()
        return arrow_csv.open_csv(
            self._bytes(),
            read_options=arrow_csv.ReadOptions(
                # One thread: only then Arrow knows the numbers of the rows it refuses.
                use_threads=False,
                block_size=_BLOCK,
                encoding=self._encoding.removesuffix("-sig"),
                column_names=list(self.columns),
                skip_rows=self._heading.lines_before,
                skip_rows_after_names=1,
            ),
            parse_options=arrow_csv.ParseOptions(
                delimiter=self._heading.delimiter,
                newlines_in_values=True,
                invalid_row_handler=refuse,
            ),
            convert_options=arrow_csv.ConvertOptions(
                column_types={name: pa.string() for name in self.columns},
                strings_can_be_null=False,
            ),
        )


class _Aside:
    """Rows that are put aside, and what they do to the numbers of those behind them.

    Arrow counts a row that a quote has made of several as one; here it is as many as it has lines.

    waiting   numbers, as Arrow counts, of refused rows whose neighbours were not read yet
    total     rows that were put aside
    """

    def __init__(self, swallowed: SwallowedRows, heading: Heading) -> None:
        self.swallowed = swallowed
        self.waiting: list[int] = []
        self.total = 0
        self._lines_before = heading.lines_before
        self._extra: dict[int, int] = {}
        self._found: list[tuple[int, int, str, str]] = []

    def refuse(self, row: arrow_csv.InvalidRow) -> Literal["skip"]:
        """Arrow asks what to do about a row that does not fit the heading."""
        # Arrow counts the lines it was told to skip and the headings, but no blank lines.
        number = (row.number or 0) - 1 - self._lines_before
        self.waiting.append(number)
        lines = self.swallowed.lines_of(row.text)
        if len(lines) > 1:
            self.put_swallowed(number, lines, "")
        else:
            said = f"the row has {row.actual_columns} cells, the heading {row.expected_columns}"
            self.put(number, lines, [said])
        return "skip"

    def put_swallowed(self, number: int, lines: list[str], column: str) -> None:
        """A row that is several: the first says where the quote stands, the others point to it."""
        where = f" in the column {column}" if column else ""
        below = len(lines) - 1
        said = [f"a quote{where} makes one cell of this row and the {below:,} below it"]
        said += [
            f"a quote{where}, {above:,} rows above, makes one cell of this row and its neighbours"
            for above in range(1, len(lines))
        ]
        self.put(number, lines, said)

    def put(self, number: int, lines: list[str], says: list[str]) -> None:
        self.total += len(lines)
        if len(lines) > 1:
            self._extra[number] = len(lines) - 1
        for place, (line, said) in enumerate(zip(lines, says, strict=True)):
            if len(self._found) <= _REFUSED_LIMIT:
                text = shown_bytes(line[:500]) if len(self._found) < _TEXT_KEPT else ""
                self._found.append((number, place, text, said))

    def file_rows(self, numbers: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        """The rows' numbers in the file, for numbers as Arrow counts."""
        if not self._extra:
            return numbers
        several = sorted(self._extra)
        added = np.cumsum([0, *(self._extra[number] for number in several)])
        found: npt.NDArray[np.int64] = numbers + added[np.searchsorted(several, numbers)]
        return found

    def rows(self) -> tuple[RefusedRow, ...]:
        numbers = self.file_rows(np.array([number for number, *_ in self._found], np.int64))
        found = [
            RefusedRow(int(number) + place, text, says)
            for number, (_, place, text, says) in zip(numbers, self._found, strict=True)
        ]
        return tuple(sorted(found, key=lambda row: row.file_row))


def _broken_cells(batch: pa.RecordBatch) -> dict[int, tuple[int, str]]:
    """Row -> the column and text of its first cell with bytes that are not UTF-8."""
    found: dict[int, tuple[int, str]] = {}
    for place, column in enumerate(batch.columns):
        marked = pc.match_substring_regex(column, BROKEN_BYTE)
        for row in np.nonzero(np.asarray(marked))[0]:
            found.setdefault(int(row), (place, str(column[int(row)].as_py())))
    return found
