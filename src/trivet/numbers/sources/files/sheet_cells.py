"""What a sheet's own XML says that its reader does not: how far it reaches, and what went wrong.

The reader of workbooks (Calamine) gives an error (#REF!) and a formula that nobody calculated as an
empty cell, which would read as "not filled in"; and it lays out a rectangle around all cells, so
that one cell in the last corner takes all memory there is. Of two cells at one place it takes the
last, and of a number with a comment inside it a part. So the XML is looked through before it.

Most sheets hold neither errors nor formulas. For them it is enough to look at the bytes, which is
ten times as fast as to parse them; whatever looks unusual is parsed.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from array import array
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import IO, Any, TypeAlias
from xml.parsers import expat

import numpy as np
import numpy.typing as npt

NOT_CALCULATED = "#NOT CALCULATED!"
"""Text of a formula without a stored result, in the form of a spreadsheet's own errors."""

_SOME_ERROR = "#ERROR!"
_ERROR = re.compile(r"#[A-Z0-9/_ ]{2,20}[!?]?")

_CHUNK = 1 << 18

_CELLS_LIMIT = 50_000_000
"""Cells of the rectangle around a table: a million rows of fifty columns."""

_ALWAYS_FINE = 2_000_000
_SPARSE = 20
"""Of twenty cells one is filled, or a sheet is laid out around something far from its table."""

_UNUSUAL = (b'"e"', b"'e'", b":c", b":f")
"""Errors, and perhaps cells and formulas under a prefix: then the XML is parsed."""

_CODED_VALUE = re.compile(rb"<v[^>]*>[^<]*&#")
"""A value with a letter written as its number: 1&#48;0 for 100."""

_TEXTS = ("str", "s", "inlineStr")
"""Kinds of cells that hold text, or the number of one."""


_Codes: TypeAlias = npt.NDArray[np.uint8]
_Places: TypeAlias = npt.NDArray[np.intp]
_Flags: TypeAlias = npt.NDArray[np.bool_]


@dataclass(slots=True)
class SheetCells:
    """Cells of one sheet.

    rows, columns   how far they reach, counted from the sheet's first cell that holds something
    filled          cells that hold something
    last            the place of the furthest, such as XFD1048576
    wrong           row and column, from 0, of cells with an error or without a result; what each
                    should be read as has its number in `texts`
    """

    first_row: int = 1 << 30
    last_row: int = -1
    first_column: int = 1 << 30
    last_column: int = -1
    filled: int = 0
    wrong_rows: array[int] = field(default_factory=lambda: array("l"))
    wrong_columns: array[int] = field(default_factory=lambda: array("l"))
    wrong_texts: array[int] = field(default_factory=lambda: array("l"))
    texts: dict[str, int] = field(default_factory=dict)

    @property
    def rows(self) -> int:
        return max(0, self.last_row - self.first_row + 1)

    @property
    def columns(self) -> int:
        return max(0, self.last_column - self.first_column + 1)

    @property
    def are_spread(self) -> bool:
        """True if the rectangle around them would take more memory than a table does."""
        room = self.rows * self.columns
        return room > _CELLS_LIMIT or room > _ALWAYS_FINE + _SPARSE * self.filled

    @property
    def last(self) -> str:
        return f"{_letters(self.last_column)}{self.last_row + 1}"

    def reach(self, first_row: int, last_row: int, first_column: int, last_column: int) -> None:
        self.first_row = min(self.first_row, first_row)
        self.last_row = max(self.last_row, last_row)
        self.first_column = min(self.first_column, first_column)
        self.last_column = max(self.last_column, last_column)

    def mark(self, row: int, column: int, text: str) -> None:
        known = text if _ERROR.fullmatch(text) and len(self.texts) < 50 else _SOME_ERROR
        self.wrong_rows.append(row)
        self.wrong_columns.append(column)
        self.wrong_texts.append(self.texts.setdefault(known, len(self.texts)))

    def wrong(self) -> Iterator[tuple[int, dict[int, str]]]:
        """Row -> column -> text, by row."""
        order = np.argsort(np.asarray(self.wrong_rows), kind="stable")
        texts = list(self.texts)
        at, found = -1, dict[int, str]()
        for place in order:
            row = self.wrong_rows[place]
            if row != at and found:
                yield at, found
                found = {}
            at = row
            found[self.wrong_columns[place]] = texts[self.wrong_texts[place]]
        if found:
            yield at, found


def cells_of(archive: zipfile.ZipFile, place: int) -> SheetCells:
    """Look through the sheet at a place in the workbook, from 0; bounded memory.

    Raises   one of `UNREADABLE` if its XML is not that of a sheet
    """
    workbook = _Workbook(archive)
    part = workbook.part(place)
    found = _Bytes(workbook.must_be_recalculated)
    with archive.open(part) as file:
        # Blank cells that only have a format count here, and not where the XML is parsed.
        if found.all_usual(file) and not found.cells.are_spread:
            return found.cells
    parsed = _Parsed(workbook.must_be_recalculated)
    with archive.open(part) as file:
        parsed.take(file)
    return parsed.cells


class _Bytes:
    """Looks at the bytes of a sheet in the usual form: <c r="B7", no errors, results stored."""

    def __init__(self, must_be_recalculated: bool) -> None:
        self.cells = SheetCells()
        self._recalculate = must_be_recalculated
        self._tables = 0
        self._last = -1

    def all_usual(self, file: IO[bytes]) -> bool:
        """False as soon as something has to be parsed."""
        rest = b""
        while chunk := file.read(_CHUNK):
            chunk = rest + chunk
            # Whole cells only: a formula and its result are looked at together.
            end = chunk.rfind(b"</c>") + 4 if b"</c>" in chunk else chunk.rfind(b">") + 1
            rest = chunk[end:]
            if len(rest) > _CHUNK or not self._is_usual(chunk[:end]):
                return False
        return self._is_usual(rest)

    def _is_usual(self, chunk: bytes) -> bool:
        if any(unusual in chunk for unusual in _UNUSUAL):
            return False
        self._tables += chunk.count(b"<sheetData")
        if self._tables > 1 or chunk.find(b"<?", 5) >= 0:
            return False
        if b"&#" in chunk and _CODED_VALUE.search(chunk):
            return False
        codes = np.frombuffer(chunk + bytes(16), np.uint8)
        tags = np.flatnonzero(codes == ord("<"))
        first, second = codes[tags + 1], codes[tags + 2]
        if (first == ord("!")).any():
            return False
        is_short = second < ord("A")
        is_cell = (first == ord("c")) & is_short
        is_formula = (first == ord("f")) & is_short
        ends = first == ord("/")
        # A cell ends behind its value: there is no second one, nor anything else.
        behind = np.flatnonzero(ends & ((second == ord("v")) | (second == ord("i")))) + 1
        ends_cell = np.append(ends & (second == ord("c")), False)
        if not ends_cell[behind].all():
            return False
        if is_formula.any() and not self._has_results(chunk, codes, tags, is_formula, is_cell):
            return False
        return self._reach_all(codes, tags[is_cell])

    def _has_results(
        self, chunk: bytes, codes: _Codes, tags: _Places, is_formula: _Flags, is_cell: _Flags
    ) -> bool:
        """True if every formula of the chunk has its result stored beside it."""
        if self._recalculate:
            return False
        is_value = (codes[tags + 1] == ord("v")) & (codes[tags + 2] < ord("A"))
        ends = (codes[tags + 1] == ord("/")) & (codes[tags + 2] == ord("c"))
        formulas = np.flatnonzero(is_formula)
        values = np.append(np.flatnonzero(is_value), tags.size)
        cells_end = np.append(np.flatnonzero(ends), tags.size)
        value = values[np.searchsorted(values, formulas)]
        if (value >= cells_end[np.searchsorted(cells_end, formulas)]).any():
            return False
        at = tags[value]
        is_empty = (codes[at + 2] != ord(">")) | (codes[at + 3] == ord("<"))
        cells = np.flatnonzero(is_cell)
        for formula in formulas[is_empty]:
            cell = cells[np.searchsorted(cells, formula) - 1]
            # A formula whose result is the empty text has it stored all the same.
            if b't="str"' not in chunk[tags[cell] : tags[formula]]:
                return False
        return True

    def _reach_all(self, codes: _Codes, starts: _Places) -> bool:
        """Note how far the cells reach; False if one has no place, or not where it usually is, or
        does not stand behind the cell before it.
        """
        if not starts.size:
            return True
        for offset, letter in enumerate(b' r="', 2):
            if not (codes[starts + offset] == letter).all():
                return False
        at = starts + 6
        columns = np.zeros(at.size, np.int32)
        for _ in range(3):
            code = codes[at]
            is_letter = (code >= ord("A")) & (code <= ord("Z"))
            if not is_letter.any():
                break
            columns = np.where(is_letter, columns * 26 + code - (ord("A") - 1), columns)
            at = at + is_letter
        rows = np.zeros(at.size, np.int32)
        for _ in range(7):
            code = codes[at]
            is_digit = (code >= ord("0")) & (code <= ord("9"))
            if not is_digit.any():
                break
            rows = np.where(is_digit, rows * 10 + code - ord("0"), rows)
            at = at + is_digit
        is_place = (columns > 0) & (columns <= MOST_COLUMNS) & (rows > 0) & (rows <= MOST_ROWS)
        if not ((codes[at] == ord('"')) & is_place).all():
            return False
        places = rows.astype(np.int64) * (MOST_COLUMNS + 1) + columns
        if places[0] <= self._last or (places[1:] <= places[:-1]).any():
            return False
        self._last = int(places[-1])
        self.cells.reach(
            int(rows.min()) - 1, int(rows.max()) - 1, int(columns.min()) - 1, int(columns.max()) - 1
        )
        self.cells.filled += rows.size
        return True


class _Parsed:
    """Parses a sheet cell by cell, and knows which of them hold something.

    Refuses what the reader would read in another way than it is written. No program that keeps to
    the format writes any of it.
    """

    def __init__(self, must_be_recalculated: bool) -> None:
        self.cells = SheetCells()
        self._recalculate = must_be_recalculated
        self._row = self._column = -1
        self._kind = ""
        self._has_formula = self._has_value = False
        self._value: list[str] = []
        self._inside = ""
        self._tables = 0
        self._last = (-1, -1)
        self._value_starts = 0
        self._parser = _parser()

    def take(self, file: IO[bytes]) -> None:
        parser = self._parser
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._letters
        _parse(parser, file)

    def _start(self, name: str, given: dict[str, str]) -> None:
        match _plain(name):
            case "sheetData":
                self._tables += 1
                if self._tables > 1:
                    raise NoSheet("it has its cells in two places")
            case "row":
                told = given.get("r")
                self._row = self._row + 1 if told is None else _checked(_ROW, told, MOST_ROWS)[0]
                self._column = -1
            case "c":
                self._row, self._column = self._place(given.get("r"))
                if (self._row, self._column) <= self._last:
                    place = f"{_letters(self._column)}{self._row + 1}"
                    raise NoSheet(f"it has the cell {place} twice, or behind a later one")
                self._last = (self._row, self._column)
                self._kind = given.get("t", "n")
                self._has_formula = self._has_value = False
                self._value = []
            case "f":
                self._has_formula = True
            case "v" | "is" as tag:
                if self._has_value:
                    place = f"{_letters(self._column)}{self._row + 1}"
                    raise NoSheet(f"it has two values in the cell {place}")
                self._has_value = True
                attributes = "".join(f' {key}="{said}"' for key, said in given.items())
                self._value_starts = self._parser.CurrentByteIndex + len(f"<{name}{attributes}>")
                self._inside = tag

    def _letters(self, text: str) -> None:
        if self._inside and sum(map(len, self._value)) < 40:
            self._value.append(text)

    def _end(self, name: str) -> None:
        match _plain(name):
            case "v":
                self._inside = ""
                self._refuse_hidden_parts()
            case "is":
                self._inside = ""
            case "c":
                self._judge("".join(self._value).strip())

    def _refuse_hidden_parts(self) -> None:
        """A number that is written as more than its digits: 1<!-- -->00, of which 1 is read."""
        value = "".join(self._value)
        written = self._parser.CurrentByteIndex - self._value_starts
        is_number = self._kind not in ("str", "inlineStr", "e")
        if is_number and value.strip() and written != len(value.encode()):
            place = f"{_letters(self._column)}{self._row + 1}"
            raise NoSheet(f"the number in its cell {place} is in several parts")

    def _judge(self, value: str) -> None:
        is_text = self._kind in _TEXTS
        is_stored = self._has_value and bool(value or is_text)
        if self._kind == "e":
            self.cells.mark(self._row, self._column, value or "#N/A")
        elif self._has_formula and (not is_stored or (self._recalculate and value in ("0", ""))):
            self.cells.mark(self._row, self._column, NOT_CALCULATED)
        elif not self._has_value:
            return
        self.cells.reach(self._row, self._row, self._column, self._column)
        self.cells.filled += 1

    def _place(self, told: str | None) -> tuple[int, int]:
        if told is None:
            return self._row, self._column + 1
        row, letters = _checked(_CELL, told, MOST_ROWS)
        column = 0
        for letter in letters.upper():
            column = column * 26 + ord(letter) - ord("A") + 1
        if column > MOST_COLUMNS:
            raise NoSheet(f"it has a cell at {told}")
        return row, column - 1


MOST_ROWS, MOST_COLUMNS = 1_048_576, 16_384
"""Of any sheet. The reader does not look whether a place is within them."""

_ROW = re.compile(r"()(\d{1,7})")
_CELL = re.compile(r"([A-Za-z]{1,3})(\d{1,7})")


class NoSheet(Exception):
    """The XML is not that of a sheet."""


def _checked(form: re.Pattern[str], told: str, most: int) -> tuple[int, str]:
    """The row, from 0, and the letters of a place."""
    found = form.fullmatch(told)
    if found is None or not 1 <= int(found[2]) <= most:
        raise NoSheet(f"it has a row or a cell at {told[:20]!r}")
    return int(found[2]) - 1, found[1]


class _Workbook:
    """Which part of the archive is which sheet, and whether its results are to be trusted."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self._names = {name.replace("\\", "/").lower(): name for name in archive.namelist()}
        self.must_be_recalculated = False
        self._ids: list[str] = []
        self._targets: dict[str, str] = {}
        self._read("xl/workbook.xml", self._in_workbook)
        self._read("xl/_rels/workbook.xml.rels", self._in_relations)

    def part(self, place: int) -> str:
        """The name of the sheet's part."""
        target = self._targets.get(self._ids[place], "") if place < len(self._ids) else ""
        path = target if target.startswith("/") else f"/xl/{target}"
        steps: list[str] = []
        for step in PurePosixPath(path.replace("\\", "/")).parts[1:]:
            if step == "..":
                steps = steps[:-1]
            else:
                steps.append(step)
        return self._name("/".join(steps))

    def _name(self, path: str) -> str:
        name = self._names.get(path.lower())
        if name is None:
            raise NoSheet(f"it has no {path}")
        return name

    def _read(self, path: str, start: Any) -> None:
        parser = _parser()
        parser.StartElementHandler = start
        with self._archive.open(self._name(path)) as file:
            _parse(parser, file)

    def _in_workbook(self, name: str, given: dict[str, str]) -> None:
        match _plain(name):
            case "sheet":
                own = [value for key, value in given.items() if _plain(key) == "id"]
                self._ids.append(own[0] if own else "")
            case "calcPr":
                # Written by programs that leave the formulas to whoever opens the file first.
                told = given.get("fullCalcOnLoad", "0").lower()
                self.must_be_recalculated = told in ("1", "true")

    def _in_relations(self, name: str, given: dict[str, str]) -> None:
        if _plain(name) == "Relationship":
            self._targets[given.get("Id", "")] = given.get("Target", "")


def _plain(name: str) -> str:
    return name.rpartition(":")[2]


def _parser() -> expat.XMLParserType:
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refuse_doctype
    return parser


def _refuse_doctype(*_: object) -> None:
    # No workbook has one; what stands in it can be made to grow without end.
    raise expat.error("a document type, which no workbook has")


def _parse(parser: expat.XMLParserType, file: IO[bytes]) -> None:
    while chunk := file.read(_CHUNK):
        parser.Parse(chunk, False)
    parser.Parse(b"", True)


def _letters(column: int) -> str:
    letters, column = "", column + 1
    while column > 0:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


UNREADABLE = (
    expat.ExpatError,
    NoSheet,
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    LookupError,
    RuntimeError,
    ValueError,
)
"""What looking through a damaged workbook may raise: parts that are missing, cut off, in a code
that nobody knows, or do not unpack."""
