"""The export files: opened once, written chunk by chunk, however large the company."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from types import TracebackType
from typing import TypeAlias

import pyarrow as pa
import pyarrow.parquet as pq
from pyarrow import csv

Cells: TypeAlias = Mapping[str, pa.Array]
Change: TypeAlias = Callable[[pa.Table], pa.Table]


class Exports:
    """A folder of exports being written.

    as_parquet   names of the exports that are written as Parquet instead of CSV
    """

    def __init__(self, folder: Path, as_parquet: frozenset[str] = frozenset()) -> None:
        self._folder = folder
        self._as_parquet = as_parquet
        self._open: dict[str, csv.CSVWriter | pq.ParquetWriter] = {}
        self.rows: dict[str, int] = {}

    def write(self, name: str, cells: Cells, change: Change | None = None) -> None:
        """Append rows to `exports/<name>`; the first call decides the columns.

        name      such as `crm/Account`; the ending is added
        change    what happens to the rows before they are written: dirt
        """
        table = pa.table(dict(cells))
        if change is not None:
            table = change(table)
        table = table.cast(pa.schema([(column, pa.string()) for column in table.column_names]))
        if name not in self._open:
            self._open[name] = self._writer(name, table.schema)
        self._open[name].write_table(table)
        self.rows[name] = self.rows.get(name, 0) + len(table)

    def _writer(self, name: str, schema: pa.Schema) -> csv.CSVWriter | pq.ParquetWriter:
        ending = "parquet" if name in self._as_parquet else "csv"
        path = self._folder / f"{name}.{ending}"
        path.parent.mkdir(parents=True, exist_ok=True)
        if name in self._as_parquet:
            return pq.ParquetWriter(path, schema, compression="zstd")
        return csv.CSVWriter(path, schema)

    def __enter__(self) -> Exports:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for writer in self._open.values():
            writer.close()
