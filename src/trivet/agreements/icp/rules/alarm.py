"""What is wrong with how the profile is kept: plain facts in, alarms out."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from trivet.sentence import Sentence
from trivet.vocabulary.function import Function

STALE_AFTER = timedelta(days=548)
"""Eighteen months: "accurate 18 months ago" is article A's word for a profile nobody looked at."""

DRIFT = 0.25
"""Above this population stability index the accounts are no longer those it was written for."""

SAYS = {
    "none": "No profile is agreed: each function works for the customer it has in mind.",
    "stale": "It was last signed or reviewed on %(day)s, more than 18 months ago.",
    "not_reviewed": "Nobody has recorded a review of it in %(quarter)s.",
    "one_function": "Only %(function)s has worked on it: it lives in one function.",
    "drifted": "The accounts are no longer those it was written for: %(criteria)s.",
}


@dataclass(frozen=True, slots=True)
class Kept:
    """How the profile is kept.

    since_at     when the version in force took effect; None if none is
    read_at      when it was last signed or reviewed
    reviewed     whether this quarter has a review of the version in force
    quarter      this quarter, by its key
    quarter_at   when it began
    functions    those whose seats wrote, drafted or signed what is in force or proposed
    drifts       criteria with their population stability index
    """

    since_at: datetime | None
    read_at: datetime | None
    reviewed: bool
    quarter: str
    quarter_at: datetime
    functions: Collection[Function] = ()
    drifts: Sequence[tuple[str, float]] = ()


@dataclass(frozen=True, slots=True)
class Alarm:
    """One thing to mend.

    kind    none, stale, not_reviewed, one_function or drifted
    given   what goes into its sentence in SAYS
    """

    kind: str
    given: tuple[tuple[str, str], ...] = ()

    @property
    def says(self) -> str:
        return Sentence(SAYS[self.kind], dict(self.given))


def alarms(kept: Kept, now: datetime) -> list[Alarm]:
    """What sounds now. A profile signed this quarter needs no review before the next one."""
    found = []
    if kept.since_at is None:
        found.append(Alarm("none"))
    else:
        read_at = kept.read_at or kept.since_at
        if now - read_at > STALE_AFTER:
            found.append(Alarm("stale", (("day", f"{read_at:%Y-%m-%d}"),)))
        if not kept.reviewed and kept.since_at < kept.quarter_at:
            found.append(Alarm("not_reviewed", (("quarter", kept.quarter),)))
    if len(set(kept.functions)) == 1:
        [only] = set(kept.functions)
        found.append(Alarm("one_function", (("function", Sentence(only.title)),)))
    moved = [name for name, index in kept.drifts if index > DRIFT]
    if moved and kept.since_at is not None:
        found.append(Alarm("drifted", (("criteria", ", ".join(moved)),)))
    return found
