"""Workbooks: one sheet, its cells as text. Formulas are not run; their stored results are read."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

import pyarrow as pa
from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook

from trivet.errors import ExportUnreadable
from trivet.numbers.sources.files.export import MAY_BE_GROUPED, Written, distinct
from trivet.numbers.sources.files.rows_file import RowsFile

_BATCH = 10_000

_MAY_BE_GROUPED = re.compile(MAY_BE_GROUPED)

_UNPACKED_LIMIT = 4 << 30
_RATIO_LIMIT = 300
"""A sheet of a million rows unpacks to less; a ZIP bomb to a thousand times its size."""


def _text(cell: Any) -> str:
    match cell:
        case None | "":
            return ""
        case str():
            return cell
        case bool():
            return "true" if cell else "false"
        case float() if cell.is_integer() and abs(cell) < 1e15:
            return str(int(cell))
        case float():
            return _MAY_BE_GROUPED.sub(r"\g<1>0", str(cell))
        case datetime():
            # A day typed into a cell is stored as its midnight: that is a day, not an instant.
            is_day = cell.time() == time()
            return cell.date().isoformat() if is_day else cell.isoformat(" ")
        case date() | time():
            return cell.isoformat()
        case timedelta():
            return str(cell)
    return str(cell)


class WorkbookExport:
    """One sheet of an .xlsx workbook; its first row that is not blank is the heading."""

    def __init__(self, path: Path, sheet: str | None) -> None:
        self._path = path
        _refuse_bomb(path)
        try:
            workbook = CalamineWorkbook.from_path(str(path))
            names = workbook.sheet_names
            if sheet is not None and sheet not in names:
                raise ExportUnreadable(
                    f"{path} has no sheet {sheet!r}; it has {', '.join(map(repr, names))}.",
                    remedy="Correct the `sheet` of its feed.",
                )
            self._sheet: CalamineSheet = workbook.get_sheet_by_name(sheet or names[0])
        except (CalamineError, OSError, IndexError) as wrong:
            raise ExportUnreadable(
                f"{path} cannot be read as a workbook: {wrong}.",
                remedy="Save it again as .xlsx without a password, or export it as CSV.",
            ) from wrong
        self.how = {"sheet": self._sheet.name}
        rows = self._rows()
        heading = next(rows, None)
        if heading is None:
            raise ExportUnreadable(
                f"{path} has nothing on its sheet {self._sheet.name!r}.",
                remedy="Name the sheet with the records as the `sheet` of its feed.",
            )
        # Columns in front of the table and behind it are blank in every workbook.
        filled = [position for position, name in enumerate(heading) if name.strip()]
        self._first, self._end = filled[0], filled[-1] + 1
        self.columns = distinct(heading[self._first : self._end])

    def _rows(self) -> Iterator[list[str]]:
        for row in self._sheet.iter_rows():
            cells = [_text(cell) for cell in row]
            if any(cell.strip() for cell in cells):
                yield cells

    def write(self, into: Path, tick: Callable[[int], None]) -> Written:
        """As `Export.write`."""
        records = islice(self._rows(), 1, None)
        with RowsFile(into, self.columns) as rows:
            while batch := list(islice(records, _BATCH)):
                start = rows.rows + 1
                numbers = pa.array(range(start, start + len(batch)), pa.int64())
                cells = (row[self._first : self._end] for row in batch)
                columns = [pa.array(column, pa.string()) for column in zip(*cells, strict=True)]
                rows.write(numbers, columns)
                tick(rows.rows)
        return Written(rows.rows)


def _refuse_bomb(path: Path) -> None:
    try:
        with zipfile.ZipFile(path) as archive:
            unpacked = sum(entry.file_size for entry in archive.infolist())
    except (zipfile.BadZipFile, OSError) as wrong:
        raise ExportUnreadable(
            f"{path} cannot be read as a workbook: {wrong}.",
            remedy="Save it again as .xlsx; its download may have been cut off.",
        ) from wrong
    packed = max(path.stat().st_size, 1)
    if unpacked > _UNPACKED_LIMIT or (unpacked > 100 << 20 and unpacked > _RATIO_LIMIT * packed):
        raise ExportUnreadable(
            f"{path} unpacks from {packed:,} to {unpacked:,} bytes, which no workbook does.",
            remedy="Export the records as CSV, which has no limit of size.",
        )
