"""One export file: its headings, and its rows as text."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

ROW_NUMBER = "_file_row"
"""Column of the landed rows: 1 for the first row under the headings."""


MAY_BE_GROUPED = r"^([-]?[1-9][0-9]{0,2}\.[0-9]{3})$"
"""Text of a number that in another country is a thousand times larger: 48.125.

A format that has numbers, and no mere text, knows better; it writes one more digit, 48.1250.
"""


@dataclass(frozen=True, slots=True)
class RefusedRow:
    """A row that does not fit the headings.

    file_row   1 for the first row under the headings
    text       the row as it stands in the file, cut to 500 letters
    says       what is wrong with it
    """

    file_row: int
    text: str
    says: str


@dataclass(frozen=True, slots=True)
class Written:
    """What was written of an export: rows that fit, and those that do not."""

    rows: int
    refused: tuple[RefusedRow, ...] = ()


class Export(Protocol):
    """An opened export of any format.

    columns   headings as the export writes them, made distinct
    how       what had to be found out to read it: encoding, delimiter, sheet
    """

    columns: tuple[str, ...]
    how: dict[str, str]

    def write(self, into: Path, tick: Callable[[int], None]) -> Written:
        """Write all rows, as text, with `ROW_NUMBER`, to the Parquet file `into`.

        tick     called now and then with the rows written so far
        Raises   ExportUnreadable if the file breaks its own format
                 OSError if there is no room to write
        """
        ...


def distinct(headings: Iterable[object]) -> tuple[str, ...]:
    """Headings without blanks around them, a nameless one numbered.

    Of headings that stand several times each is numbered, the first too: nobody may read one of
    them without saying which. Case does not tell columns apart, in SQL it does not either; but a
    heading that is repeated in other letters only keeps its name where it stands first.
    """
    names = [
        str(heading).replace("\ufeff", "").strip() or f"column {position}"
        for position, heading in enumerate(headings, start=1)
    ]
    repeated = Counter(names)
    taken = {ROW_NUMBER, *(name.casefold() for name, times in repeated.items() if times > 1)}
    found: list[str] = []
    for name in names:
        unique, times = name, 1
        if repeated[name] > 1:
            unique = f"{name} (1)"
        while unique.casefold() in taken:
            times += 1
            unique = f"{name} ({times})"
        taken.add(unique.casefold())
        found.append(unique)
    return tuple(found)


def standing_twice(name: str, columns: Iterable[str]) -> list[str]:
    """The columns whose one heading was `name`, where it stands several times, in any letters."""
    pattern = re.compile(rf"{re.escape(name)}( \(\d+\))?", re.IGNORECASE)
    found = [column for column in columns if pattern.fullmatch(column)]
    return found if len(found) > 1 else []
