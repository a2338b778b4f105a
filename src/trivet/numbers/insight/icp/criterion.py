"""One criterion of a profile: a test, where it stands, and what it is worth."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from trivet.errors import ProfileRefused
from trivet.numbers.insight.icp.predicates import (
    Band,
    Committee,
    Happened,
    HasProblem,
    OneOf,
    Predicate,
    Uses,
    read_predicate,
    reading,
)
from trivet.numbers.insight.icp.section import Section
from trivet.numbers.insight.icp.sentence import Sentence

ID = re.compile(r"[a-z][a-z0-9_]{0,59}$")

ALLOWED: Mapping[Section, tuple[type[Predicate], ...]] = {
    Section.FIRMOGRAPHIC: (Band, OneOf),
    Section.TECHNOGRAPHIC: (Uses, Band, OneOf),
    Section.BEHAVIOURAL: (Happened,),
    Section.BUYING_COMMITTEE: (Committee,),
    Section.BUSINESS_PROBLEM: (HasProblem,),
    Section.DISQUALIFIER: (Band, OneOf, Uses, Happened, Committee, HasProblem),
}
"""Which tests a section may make."""


@dataclass(frozen=True, slots=True)
class Criterion:
    """A criterion.

    id       of the criterion, the same from version to version: evidence and comments hang on it
    points   what it is worth where it is known to be true; 0 for a disqualifier
    note     why it is there, in the words of whoever proposed it; says nothing to the numbers
    """

    id: str
    section: Section
    test: Predicate
    points: int = 0
    note: str = ""

    @property
    def excludes(self) -> bool:
        """True for a disqualifier: known to be true, it overrides every point."""
        return self.section is Section.DISQUALIFIER

    @property
    def says(self) -> Sentence:
        return self.test.says

    def document(self) -> dict[str, object]:
        return {
            "id": self.id,
            "section": str(self.section),
            "test": self.test.document(),
            "points": self.points,
            "note": self.note,
        }

    @property
    def problems(self) -> list[str]:
        """What keeps it from being part of a profile."""
        found = list(self.test.problems)
        if not ID.match(self.id):
            found.append(f"its id {self.id!r} is not lower case letters, digits and _")
        if not isinstance(self.test, ALLOWED[self.section]):
            words = ", ".join(kind.kind for kind in ALLOWED[self.section])
            found.append(f"the section {self.section} has {words}, not {self.test.kind}")
        if self.excludes and self.points:
            found.append(f"a disqualifier excludes, and gives no points: {self.points}")
        if not self.excludes and not 0 <= self.points <= 100:
            found.append(f"its points are from 0 to 100, not {self.points}")
        return found


def read_criterion(told: object) -> Criterion:
    """A criterion from its document. Raises   ProfileRefused"""
    if not isinstance(told, Mapping):
        raise ProfileRefused(
            "a criterion is an object, not %(told)s",
            remedy=reading.REMEDY,
            told=repr(told),
        )
    name = reading.text(told, "id")
    section = reading.text(told, "section")
    if section not in list(Section):
        raise ProfileRefused(
            "there is no section %(section)s",
            remedy="Choose one of %(sections)s.",
            section=repr(section),
            sections=", ".join(Section),
        )
    extra = sorted(told.keys() - {"id", "section", "test", "points", "note"})
    if extra:
        raise ProfileRefused(
            "nothing reads %(extra)s",
            remedy=reading.REMEDY,
            extra=", ".join(extra),
        )
    points = reading.whole(told, "points") if "points" in told else 0
    note = told.get("note", "")
    if not isinstance(note, str):
        raise ProfileRefused(
            "note has to be text, not %(note)s",
            remedy=reading.REMEDY,
            note=repr(note),
        )
    return Criterion(name, Section(section), read_predicate(told.get("test")), points, note.strip())
