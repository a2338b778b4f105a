"""Parquet exports: every value as text, as it would stand in a CSV export."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from trivet.errors import ExportUnreadable
from trivet.numbers.sources.files.export import MAY_BE_GROUPED, Written, distinct
from trivet.numbers.sources.files.rows_file import RowsFile

_BATCH = 65_536


def _text(column: Any) -> pa.Array[Any]:
    """The column's values as text; instants with a zone in UTC with a `Z`."""
    kind = column.type
    if pa.types.is_dictionary(kind):
        return _text(column.dictionary_decode())
    if pa.types.is_timestamp(kind) and kind.tz is not None:
        in_utc: Any = _text(column.cast(pa.timestamp(kind.unit)))
        marked: pa.Array[Any] = pc.binary_join_element_wise(in_utc, "Z", "")
        return marked
    if pa.types.is_nested(kind):
        as_text = [None if value is None else str(value) for value in column.to_pylist()]
        return pa.array(as_text, pa.string())
    text: pa.Array[Any] = column.cast(pa.string())
    if pa.types.is_floating(kind) or pa.types.is_decimal(kind):
        # As text 48.125 could be 48 thousand; here it is known what the point is.
        told: pa.Array[Any] = pc.replace_substring_regex(text, MAY_BE_GROUPED, r"\10")
        return told
    return text


class ParquetExport:
    """A Parquet file, read a batch at a time."""

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            self._file = pq.ParquetFile(path)
        except (pa.ArrowException, OSError) as wrong:
            raise ExportUnreadable(
                f"{path} cannot be read as Parquet: {str(wrong).splitlines()[0]}.",
                remedy="Export it again; its download may have been cut off.",
            ) from wrong
        self.columns = distinct(self._file.schema_arrow.names)
        self.how: dict[str, str] = {}

    def write(self, into: Path, tick: Callable[[int], None]) -> Written:
        """As `Export.write`."""
        try:
            with RowsFile(into, self.columns) as rows:
                for batch in self._file.iter_batches(batch_size=_BATCH):
                    start = rows.rows + 1
                    numbers = pa.array(range(start, start + batch.num_rows), pa.int64())
                    rows.write(numbers, [_text(column) for column in batch.columns])
                    tick(rows.rows)
        except pa.ArrowException as wrong:
            raise ExportUnreadable(
                f"{self._path} cannot be read as Parquet: {str(wrong).splitlines()[0]}.",
                remedy="Export it again, or export it as CSV.",
            ) from wrong
        return Written(rows.rows)
