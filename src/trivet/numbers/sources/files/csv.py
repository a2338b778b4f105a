"""CSV and its relatives, read in blocks: a file of any size in bounded memory.

Arrow's reader and not DuckDB's: DuckDB 2.0.0, told the columns but not the line ends, returns no
rows at all for a file that ends its lines with CR LF and has a line break inside quotes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Literal

import numpy as np
import pyarrow as pa
import pyarrow.csv as arrow_csv

from trivet.errors import ExportUnreadable
from trivet.numbers.sources.files.delimiter import heading_of
from trivet.numbers.sources.files.encoding import encoding_of
from trivet.numbers.sources.files.export import RefusedRow, Written, distinct
from trivet.numbers.sources.files.fingerprint import Fingerprint
from trivet.numbers.sources.files.rows_file import RowsFile

_BLOCK = 4 << 20
"""Bytes read at once, and so the longest row there may be."""

_REFUSED_KEPT = 10_000


class CsvExport:
    """A text file with a heading line. A quoted cell may hold line breaks and the delimiter."""

    def __init__(
        self, path: Path, found: Fingerprint, delimiter: str | None, encoding: str | None
    ) -> None:
        self._path = path
        self._encoding = encoding_of(path, found, encoding)
        self._heading = heading_of(path, self._encoding, delimiter)
        self.columns = distinct(self._heading.columns)
        self.how = {
            "encoding": self._encoding.removesuffix("-sig"),
            "delimiter": self._heading.delimiter,
        }

    def write(self, into: Path, tick: Callable[[int], None]) -> Written:
        """As `Export.write`; a row with too few or too many cells is refused, not bent."""
        refused: list[RefusedRow] = []
        waiting: list[int] = []
        total_refused = 0

        def refuse(row: arrow_csv.InvalidRow) -> Literal["skip"]:
            nonlocal total_refused
            total_refused += 1
            # Arrow counts the lines it was told to skip and the headings, but no blank lines.
            file_row = (row.number or 0) - 1 - self._heading.lines_before
            waiting.append(file_row)
            if len(refused) < _REFUSED_KEPT:
                said = f"the row has {row.actual_columns} cells, the heading {row.expected_columns}"
                refused.append(RefusedRow(file_row, row.text[:500], said))
            return "skip"

        last = 0
        try:
            with RowsFile(into, self.columns) as rows:
                for batch in self._batches(refuse):
                    if batch.num_rows == 0:
                        continue
                    # Refused rows keep their numbers, so those behind them keep theirs too.
                    several = np.arange(last + 1, last + 1 + batch.num_rows + len(waiting))
                    numbers = np.setdiff1d(several, waiting)[: batch.num_rows]
                    last = int(numbers[-1])
                    waiting[:] = [number for number in waiting if number > last]
                    rows.write(pa.array(numbers, pa.int64()), batch.columns)
                    tick(rows.rows)
        except (pa.ArrowInvalid, UnicodeError) as wrong:
            raise ExportUnreadable(
                f"{self._path} cannot be read as CSV: {str(wrong).splitlines()[0]}.",
                remedy="Open it near that place: a quote may be missing, or the `encoding` of its"
                " feed may be wrong.",
            ) from wrong
        if total_refused > max(100, rows.rows):
            raise ExportUnreadable(
                f"{self._path}: {total_refused:,} of {total_refused + rows.rows:,} rows do not have"
                f" as many cells as the heading; row {refused[0].file_row}: {refused[0].says}.",
                remedy=f"It was read with {self._heading.delimiter!r} between the cells: set the"
                " feed's `delimiter` if that is wrong, else export it again.",
            )
        return Written(rows.rows, tuple(refused))

    def _batches(
        self, refuse: Callable[[arrow_csv.InvalidRow], Literal["skip"]]
    ) -> Iterable[pa.RecordBatch]:
        if self._heading.alone:
            return ()
        return arrow_csv.open_csv(
            str(self._path),
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
