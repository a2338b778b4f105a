"""Parquet exports: every value as text, as it would stand in a CSV export."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from trivet.errors import ExportUnreadable
from trivet.numbers.sources.files.export import MAY_BE_GROUPED, Written, distinct
from trivet.numbers.sources.files.rows_file import RowsFile

_BATCH = 65_536

_UNPACKED_LIMIT = 1 << 30
_RATIO_LIMIT = 300
"""How many times the file's size its texts may have, once that is a gigabyte."""

_NESTED_LIMIT = 1_000
"""Values in a cell that holds a list, on the average."""


def _is_text(kind: Any) -> bool:
    if pa.types.is_dictionary(kind):
        return _is_text(kind.value_type)
    return bool(
        pa.types.is_string(kind)
        or pa.types.is_large_string(kind)
        or pa.types.is_binary(kind)
        or pa.types.is_large_binary(kind)
    )


def _column(file: pq.ParquetFile, group: int, name: str, rows: int) -> Iterator[Any]:
    """A column of one group of rows, in parts; of a single row when `rows` is 1."""
    parts = file.iter_batches(batch_size=rows, row_groups=[group], columns=[name])
    yield from (batch.column(0) for batch in (islice(parts, 1) if rows == 1 else parts))


def _longest(column: Any) -> int:
    """Bytes of the longest value in the dictionary of a part."""
    longest = pc.max(pc.binary_length(column.dictionary)).as_py()
    return int(longest or 0)


def _bytes(column: Any) -> int:
    """Bytes of all values of a part."""
    lengths: Any = pc.binary_length(column.dictionary)
    total = pc.sum(pc.cast(lengths.take(column.indices), pa.int64())).as_py()
    return int(total or 0)


def _sound_text(column: Any) -> pa.Array[Any]:
    """The column's values as text, which is what it says it is: some write Latin-1 as UTF-8.

    Raises   ArrowInvalid if it is not UTF-8
    """
    text = _text(column)
    text.validate(full=True)
    return text


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
            self._file = pq.ParquetFile(path, page_checksum_verification=True)
        except (pa.ArrowException, OSError, UnicodeError) as wrong:
            raise ExportUnreadable(
                f"{path} cannot be read as Parquet: {str(wrong).splitlines()[0]}.",
                remedy="Export it again; its download may have been cut off.",
            ) from wrong
        with self._told_as_unreadable():
            self._refuse_bomb()
        self.columns = distinct(self._file.schema_arrow.names)
        self.how: dict[str, str] = {}

    @contextmanager
    def _told_as_unreadable(self) -> Iterator[None]:
        try:
            yield
        except (pa.ArrowException, OSError, UnicodeError) as wrong:
            # Arrow calls damage an OSError too; one of the system's has a number.
            if isinstance(wrong, OSError) and wrong.errno is not None:
                raise
            raise ExportUnreadable(
                f"{self._path} cannot be read as Parquet: {str(wrong).splitlines()[0]}.",
                remedy="Export it again, or export it as CSV.",
            ) from wrong

    def _refuse_bomb(self) -> None:
        """Refuse a file whose values are few and long, and each of them is meant a million times.

        How long they are stands in the dictionary of each group of rows, which is read first.
        """
        schema = self._file.schema_arrow
        texts = [field.name for field in schema if _is_text(field.type)]
        if twice := [name for name, times in Counter(texts).items() if times > 1]:
            # Columns are asked for by their names, so only one of the two could be looked at.
            raise ExportUnreadable(
                f"{self._path} has two columns of text with the name {twice[0]!r}.",
                remedy="Export it with each column once, or export it as CSV.",
            )
        dictionaries = pq.ParquetFile(
            self._path, read_dictionary=texts, page_checksum_verification=True
        )
        size, unpacked = self._path.stat().st_size, 0
        for group in range(self._file.num_row_groups):
            # A damaged description of a column ends the process when it is asked for, but not when
            # the column is read: so a row is read first.
            next(self._file.iter_batches(batch_size=1, row_groups=[group]), None)
            told = self._file.metadata.row_group(group)
            values = sum(told.column(n).num_values for n in range(told.num_columns))
            if values > _NESTED_LIMIT * max(told.num_rows, _BATCH) * max(told.num_columns, 1):
                raise self._bomb(f"{values:,} values in {told.num_rows:,} rows")
            for name in texts:
                longest = max(map(_longest, _column(dictionaries, group, name, 1)), default=0)
                if longest * told.num_rows > _UNPACKED_LIMIT:
                    unpacked += sum(map(_bytes, _column(dictionaries, group, name, _BATCH)))
        if unpacked > max(_UNPACKED_LIMIT, _RATIO_LIMIT * size):
            raise self._bomb(f"{unpacked:,} bytes of text in {size:,}")

    def _bomb(self, what: str) -> ExportUnreadable:
        return ExportUnreadable(
            f"{self._path} holds {what}, which no export does.",
            remedy="Export the records as CSV.",
        )

    def write(self, into: Path, tick: Callable[[int], None]) -> Written:
        """As `Export.write`."""
        with self._told_as_unreadable(), RowsFile(into, self.columns) as rows:
            for batch in self._file.iter_batches(batch_size=_BATCH):
                start = rows.rows + 1
                numbers = pa.array(range(start, start + batch.num_rows), pa.int64())
                rows.write(numbers, [_sound_text(column) for column in batch.columns])
                tick(rows.rows)
        return Written(rows.rows)
