"""What is worded otherwise between two versions, clause by clause, as people read it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from trivet.agreements.documents.rules.kind import Clause


@dataclass(frozen=True, slots=True)
class Reworded:
    """One clause that no longer reads as it did.

    before   '' where there was nothing
    after    '' where there is nothing any more
    """

    place: str
    heading: str
    before: str
    after: str


def reworded(before: Sequence[Clause], after: Sequence[Clause]) -> list[Reworded]:
    """The clauses that differ, in the order of the later version, what was dropped last.

    A clause is the same clause by its place; one that only moved is no change.
    """
    was = {clause.place: clause for clause in before}
    now = {clause.place: clause for clause in after}
    found = [
        Reworded(place, clause.heading, _read(was.get(place), clause), _read(clause, None))
        for place, clause in now.items()
        if place not in was
        or (was[place].heading, was[place].says) != (clause.heading, clause.says)
    ]
    return found + [
        Reworded(place, clause.heading, clause.says, "")
        for place, clause in was.items()
        if place not in now
    ]


def _read(clause: Clause | None, beside: Clause | None) -> str:
    """A clause's sentence, under its heading where the heading itself changed."""
    if clause is None:
        return ""
    if beside is not None and beside.heading != clause.heading:
        return f"{clause.heading}: {clause.says}"
    return clause.says
