"""The outline of a process document: its parts, and what each row of a part says.

One outline gives the form, what is wrong with a body, and the clauses people sign, so that the
three cannot drift apart.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from django.utils.translation import gettext as _

from trivet.agreements.documents.rules.body import Body
from trivet.agreements.documents.rules.kind import Clause
from trivet.numbers.shared_metrics.registry import METRICS
from trivet.vocabulary.function import OWNERS, Function

Row = Mapping[str, str]
LONGEST_LINE, LONGEST_TEXT, MOST_ROWS = 120, 1_000, 40
UNSEEN = ("Cc", "Cs", "Co", "Cn")
AN_AMOUNT = re.compile(r"[0-9]{1,5}(\.[0-9]{1,4})?")
AN_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,79}")


@dataclass(frozen=True, slots=True)
class Blank:
    """One thing to fill in.

    kind   line      up to 120 characters
           text      up to 1,000
           function  marketing, sales or customer success
           hours     decimal text greater than zero
           days      whole number from 0, as text
           score     whole number from 0 to 100, as text
           row       the id of a row of another part, `of`
           metric    the id of a metric
    """

    name: str
    title: str
    kind: Literal["line", "text", "function", "hours", "days", "score", "row", "metric"]
    of: str = ""
    needed: bool = True


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a document: rows of the same shape, or one row.

    says     the row as a sentence; it gets the row, and the names of every part's rows by id
    least    how many rows it needs; with `most` 1 the part is one row, always there
    """

    name: str
    title: str
    row_title: str
    blanks: tuple[Blank, ...]
    says: Callable[[Row, Mapping[str, str]], str]
    least: int = 1
    most: int = MOST_ROWS

    @property
    def is_one(self) -> bool:
        return self.most == 1


@dataclass(frozen=True, slots=True)
class Outline:
    """Every part of a kind of document.

    kind    what its body calls itself
    """

    kind: str
    parts: tuple[Part, ...]

    def rows(self, body: Body, part: Part) -> list[Row]:
        """The rows of a part that are rows at all."""
        found = body.get(part.name)
        return [row for row in found if isinstance(row, Mapping)] if isinstance(found, list) else []

    def names(self, body: Body) -> dict[str, str]:
        """What every row is called, by its id."""
        return {
            str(row.get("id", "")): str(row.get(part.blanks[0].name, ""))
            for part in self.parts
            for row in self.rows(body, part)
        }

    def problems(self, body: Body) -> list[str]:
        """Sentences about what is missing, too long, or points nowhere."""
        found = [f"nothing reads {name}" for name in sorted(set(body) - self._known)]
        if body.get("kind") != self.kind:
            found.append(f"it is no {self.kind}")
        for part in self.parts:
            found += self._part_problems(body, part)
        return found

    @property
    def _known(self) -> set[str]:
        return {"kind", *(part.name for part in self.parts)}

    def _part_problems(self, body: Body, part: Part) -> Iterator[str]:
        given = body.get(part.name)
        rows = self.rows(body, part)
        if not isinstance(given, list) or len(rows) != len(given):
            yield f"{part.title} is a list of rows"
            return
        if not part.least <= len(rows) <= part.most:
            yield f"{part.title} has {len(rows)} rows, and needs {part.least} to {part.most}"
        ids = [row.get("id") for row in rows]
        if not all(isinstance(each, str) and AN_ID.fullmatch(each) for each in ids):
            yield f"every row of {part.title} has an id in small letters"
        elif len(set(ids)) < len(ids):
            yield f"two rows of {part.title} have the same id"
        for at, row in enumerate(rows, start=1):
            extra = sorted(set(row) - {"id", *(blank.name for blank in part.blanks)})
            yield from (f"nothing reads {name} of {part.title}" for name in extra)
            for blank in part.blanks:
                wrong = self.wrong(body, blank, row.get(blank.name, ""))
                if wrong:
                    yield f"{part.title}, {at}: {blank.title} {wrong}"

    def wrong(self, body: Body, blank: Blank, value: object) -> str:
        """What is wrong with what was filled in, '' if nothing is."""
        if not isinstance(value, str):
            return _("is text")
        if not value.strip():
            return _("is missing") if blank.needed else ""
        if any(unicodedata.category(sign) in UNSEEN for sign in value.replace("\n", "")):
            return _("has a character that nobody can see")
        longest = LONGEST_LINE if blank.kind == "line" else LONGEST_TEXT
        if len(value) > longest:
            return _("has more than %(number)s characters") % {"number": longest}
        match blank.kind:
            case "function" if value not in OWNERS:
                return _("is marketing, sales or customer success")
            case "hours" if not _is_positive(value):
                return _("is a number of hours greater than 0")
            case "days" | "score" if not (AN_AMOUNT.fullmatch(value) and value.isdecimal()):
                return _("is a whole number")
            case "days" | "score" if int(value) > (100 if blank.kind == "score" else 3_650):
                return _("is too large")
            case "metric" if value not in METRICS:
                return _("is one of the metrics")
            case "row" if value not in self.ids(body, blank.of):
                return _("names a row that is not there")
        return ""

    def ids(self, body: Body, part_name: str) -> list[str]:
        """The ids of a part's rows, in order."""
        [part] = [part for part in self.parts if part.name == part_name]
        return [str(row.get("id", "")) for row in self.rows(body, part)]

    def reads(self, body: Body) -> list[Clause]:
        """One clause a row, in the order of the document."""
        names = self.names(body)
        return [
            Clause(
                f"{part.name}.{row['id']}",
                self._heading(part, row, at),
                part.says({name: str(value) for name, value in row.items()}, names),
            )
            for part in self.parts
            for at, row in enumerate(self.rows(body, part), start=1)
        ]

    def _heading(self, part: Part, row: Row, at: int) -> str:
        if part.is_one:
            return _(part.title)
        # Rows without a name of their own (a handoff goes from one to another) are numbered.
        name = row[part.blanks[0].name] if part.blanks[0].kind == "line" else str(at)
        return _("%(part)s: %(name)s") % {"part": _(part.row_title), "name": name}


def named_ids(rows: Sequence[dict[str, str]], part: Part) -> None:
    """Give every new row an id made of its first words; those that have one keep it."""
    taken = {row["id"] for row in rows if row.get("id")}
    for row in rows:
        if not row.get("id"):
            words = " ".join(row.get(blank.name, "") for blank in part.blanks[:2])
            row["id"] = _unused(words, taken)
            taken.add(row["id"])


def _unused(words: str, taken: set[str]) -> str:
    stem = "-".join(re.findall("[a-z0-9]+", words.lower()))[:40].strip("-") or "row"
    found, count = stem, 1
    while found in taken:
        count += 1
        found = f"{stem}-{count}"
    return found


def _is_positive(value: str) -> bool:
    return AN_AMOUNT.fullmatch(value) is not None and Decimal(value) > 0


def function_word(value: str) -> str:
    """`customer_success` as a person says it in a sentence."""
    return _(Function(value).title)
