"""Workbooks: one sheet, its cells as text. Formulas are not run; their stored results are read."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

import pyarrow as pa
from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from trivet.errors import ExportUnreadable
from trivet.numbers.sources.files.export import MAY_BE_GROUPED, Written, distinct
from trivet.numbers.sources.files.rows_file import RowsFile
from trivet.numbers.sources.files.sheet_cells import UNREADABLE, cells_of

_BATCH = 10_000

_MAY_BE_GROUPED = re.compile(MAY_BE_GROUPED)

_UNPACKED_LIMIT = 4 << 30
_RATIO_LIMIT = 300
"""A sheet of a million rows unpacks to less; a ZIP bomb to a thousand times its size."""


def _text(cell: Any) -> str:
    match cell:
        case None:
            return ""
        case str():
            return cell
        case bool():
            return "true" if cell else "false"
        case float():
            return _number(cell)
        case datetime():
            # A day typed into a cell is stored as its midnight: that is a day, not an instant.
            is_day = cell.time() == time()
            return cell.date().isoformat() if is_day else cell.isoformat(" ")
        case date() | time():
            return cell.isoformat()
        case timedelta():
            return str(cell)
    return str(cell)


def _number(cell: float) -> str:
    if cell.is_integer() and abs(cell) < 2**53:
        return str(int(cell))
    said = str(cell)
    # Three digits behind the point, as most numbers have not.
    return _MAY_BE_GROUPED.sub(r"\g<1>0", said) if said[-4:-3] == "." else said


def _texts(cells: Sequence[Any]) -> list[str]:
    """The cells of a row as text. Nearly all of them are texts and numbers."""
    return [
        cell if (kind := type(cell)) is str else _number(cell) if kind is float else _text(cell)
        for cell in cells
    ]


class WorkbookExport:
    """One sheet of an .xlsx workbook; its first row that is not blank is the heading.

    Which sheet, when nobody says: the first of those that a person sees.
    """

    def __init__(self, path: Path, sheet: str | None) -> None:
        self._path = path
        _refuse_bomb(path)
        try:
            workbook = CalamineWorkbook.from_path(str(path))
            name = self._chosen(workbook, sheet)
            with zipfile.ZipFile(path) as archive:
                self._cells = cells_of(archive, workbook.sheet_names.index(name))
            self._refuse_far_cells(name)
            self._sheet: CalamineSheet = workbook.get_sheet_by_name(name)
        except (CalamineError, OSError, *UNREADABLE) as wrong:
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

    def _chosen(self, workbook: CalamineWorkbook, sheet: str | None) -> str:
        names = workbook.sheet_names
        if sheet is not None and sheet not in names:
            raise ExportUnreadable(
                f"{self._path} has no sheet {sheet!r}; it has {', '.join(map(repr, names))}.",
                remedy="Correct the `sheet` of its feed.",
            )
        seen = [
            each.name
            for each in workbook.sheets_metadata
            if each.visible is SheetVisibleEnum.Visible and each.typ is SheetTypeEnum.WorkSheet
        ]
        return sheet or (seen or names)[0]

    def _refuse_far_cells(self, name: str) -> None:
        """A sheet is laid out as a rectangle before it is read: a far cell takes all memory."""
        cells = self._cells
        if cells.are_spread:
            raise ExportUnreadable(
                f"{self._path} spreads {cells.filled:,} filled cells of its sheet {name!r} over"
                f" {cells.rows:,} rows and {cells.columns:,} columns, as far as {cells.last}.",
                remedy="Delete the rows below the table and the columns beside it (Ctrl+End shows"
                " the last cell), or export the records as CSV, which has no limit of size.",
            )

    def _rows(self) -> Iterator[list[str]]:
        """The rows that hold something, all from the same column on; errors as their text."""
        # It gives the rows from the sheet's first on, but the columns from the first filled one on.
        _, column = self._sheet.start or (0, 0)
        left = min(column, min(self._cells.wrong_columns, default=column))
        before = [""] * (column - left)
        wrong = self._cells.wrong()
        row, texts = next(wrong, _NONE)
        for at, given in enumerate(self._sheet.iter_rows()):
            while row < at:
                yield _put([], texts, left)
                row, texts = next(wrong, _NONE)
            cells = _texts(given)
            if before:
                cells = before + cells
            if row == at:
                cells = _put(cells, texts, left)
                row, texts = next(wrong, _NONE)
            if any(map(str.strip, cells)):
                yield cells
        while row != _END:
            yield _put([], texts, left)
            row, texts = next(wrong, _NONE)

    def write(self, into: Path, tick: Callable[[int], None]) -> Written:
        """As `Export.write`."""
        records = islice(self._rows(), 1, None)
        width = self._end - self._first
        with RowsFile(into, self.columns) as rows:
            while batch := list(islice(records, _BATCH)):
                start = rows.rows + 1
                numbers = pa.array(range(start, start + len(batch)), pa.int64())
                cells = (row[self._first : self._end] for row in batch)
                even = (
                    row if len(row) == width else row + [""] * (width - len(row)) for row in cells
                )
                columns = [pa.array(column, pa.string()) for column in zip(*even, strict=True)]
                rows.write(numbers, columns)
                tick(rows.rows)
        return Written(rows.rows)


_END = 1 << 40
_NONE: tuple[int, dict[int, str]] = (_END, {})


def _put(cells: list[str], texts: dict[int, str], left: int) -> list[str]:
    """The row's cells with these texts in their columns."""
    cells = cells + [""] * (max(texts) - left + 1 - len(cells))
    for column, text in texts.items():
        cells[column - left] = text
    return cells


def _refuse_bomb(path: Path) -> None:
    """Refuse an archive that unpacks to what no workbook is, or that lies about it."""
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
            unpacked = sum(entry.file_size for entry in entries)
            packed = max(path.stat().st_size, 1)
            is_bomb = unpacked > _UNPACKED_LIMIT or (
                unpacked > 100 << 20 and unpacked > _RATIO_LIMIT * packed
            )
            if not is_bomb:
                _hold_to_their_word(archive, entries)
    except (*UNREADABLE, OSError) as wrong:
        raise ExportUnreadable(
            f"{path} cannot be read as a workbook: {wrong}.",
            remedy="Save it again as .xlsx without a password; its download may have been cut off.",
        ) from wrong
    if is_bomb:
        raise ExportUnreadable(
            f"{path} unpacks from {packed:,} to {unpacked:,} bytes, which no workbook does.",
            remedy="Export the records as CSV, which has no limit of size.",
        )


def _hold_to_their_word(archive: zipfile.ZipFile, entries: Sequence[zipfile.ZipInfo]) -> None:
    """The sizes and check sums an archive tells are checked by reading it: the reader of sheets
    believes the ones and does not look at the others. Pictures are never read.
    """
    names = [entry.filename.replace("\\", "/").lower() for entry in entries]
    if len(set(names)) < len(names):
        raise zipfile.BadZipFile("two of its parts have the same name")
    for name, entry in zip(names, entries, strict=True):
        if name.endswith(".xml") and "sheets/" not in name:
            with archive.open(entry) as file:
                while file.read(1 << 20):
                    pass
