"""Two wordings of a document beside each other, in the sentences people sign."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from trivet.agreements.documents.rules.difference import Change
from trivet.agreements.documents.rules.kind import Clause


@dataclass(frozen=True, slots=True)
class Pair:
    """A clause as either wording has it.

    before, after   empty where it is not there
    """

    heading: str
    before: str
    after: str

    @property
    def differs(self) -> bool:
        return self.before != self.after


def side_by_side(
    before: Sequence[Clause], after: Sequence[Clause], changes: Iterable[Change]
) -> list[Pair]:
    """Every clause of either, in the order of the later one, what is gone from it last.

    changes   of the two bodies: one that no sentence speaks of is shown as it is written, so that
              nothing is different unseen
    """
    was = {clause.place: clause for clause in before}
    now = {clause.place: clause for clause in after}
    pairs = [
        Pair(clause.heading, _says(was.get(place)), clause.says) for place, clause in now.items()
    ]
    pairs += [
        Pair(clause.heading, clause.says, "") for place, clause in was.items() if place not in now
    ]
    spoken = {place for place in {*was, *now} if _says(was.get(place)) != _says(now.get(place))}
    return pairs + [
        Pair(change.clause, _written(change.before), _written(change.after))
        for change in changes
        if not any(_is_within(change.clause, place) for place in spoken)
    ]


def _says(clause: Clause | None) -> str:
    return clause.says if clause else ""


def _is_within(clause: str, place: str) -> bool:
    """True if a sentence about `place` speaks of `clause`, or of what holds it."""
    if not place:
        return False
    return f"{clause}.".startswith(f"{place}.") or f"{place}.".startswith(f"{clause}.")


def _written(value: object) -> str:
    return "" if value is None else str(value)
