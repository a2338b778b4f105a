"""The Parquet file that landed rows are kept in: every column text, and the row's number."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from trivet.numbers.sources.files.export import ROW_NUMBER

_ROW_GROUP = 122_880
"""Rows of a group: DuckDB's own size, so that one group is one thread's share of the work."""


class RowsFile:
    """Writes batches as they come, in groups of a size that is good to read.

    Bounded memory: never more than one row group is held.
    """

    def __init__(self, path: Path, columns: Sequence[str]) -> None:
        texts: list[pa.Field[Any]] = [pa.field(name, pa.string()) for name in columns]
        self._schema = pa.schema([pa.field(ROW_NUMBER, pa.int64()), *texts])
        self._writer = pq.ParquetWriter(path, self._schema, compression="zstd")
        self._waiting: list[pa.RecordBatch] = []
        self._waiting_rows = 0
        self.rows = 0

    def __enter__(self) -> RowsFile:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            if kind is None:
                self._flush()
        finally:
            self._writer.close()

    def write(self, file_rows: pa.Array[Any], columns: Sequence[pa.Array[Any]]) -> None:
        """Add rows: their numbers, and one array of text a column."""
        batch = pa.RecordBatch.from_arrays([file_rows, *columns], schema=self._schema)
        for start in range(0, batch.num_rows, _ROW_GROUP):
            part = batch.slice(start, _ROW_GROUP)
            self._waiting.append(part)
            self._waiting_rows += part.num_rows
            if self._waiting_rows >= _ROW_GROUP:
                self._flush()
        self.rows += batch.num_rows

    def _flush(self) -> None:
        if self._waiting_rows:
            table = pa.Table.from_batches(self._waiting, self._schema)
            self._writer.write_table(table, row_group_size=2 * _ROW_GROUP)
        self._waiting, self._waiting_rows = [], 0
