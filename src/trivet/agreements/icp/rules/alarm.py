"""What is wrong with how the profile is kept: plain facts in, alarms out."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from trivet.numbers.insight.icp.statistics.drift import SHIFTED
from trivet.sentence import Sentence
from trivet.vocabulary.function import Function

STALE_AFTER = timedelta(days=548)
"""Eighteen months: "accurate 18 months ago" is article A's word for a profile nobody looked at."""

SAYS = {
    "none": "No profile is agreed: each function works for the customer it has in mind.",
    "stale": "It was last put in force or reviewed on %(day)s, more than 18 months ago.",
    "not_reviewed": "Nobody has recorded a review of it in %(quarter)s.",
    "one_function": "Only %(function)s has worked on it: it lives in one function.",
    "drifted": "The accounts are no longer those it was written for: %(criteria)s.",
    "known_less": "The data got worse, so less can be said of later accounts: %(criteria)s.",
}

ONE_KNOWN_LESS = (
    "%(criterion)s: known of %(later)s %% of later opportunities, of %(earlier)s %% of earlier ones"
)


@dataclass(frozen=True, slots=True)
class KnownLess:
    """A criterion of which less is known than before.

    earlier, later   of opportunities, the share of which it was known; 0 to 1
    """

    criterion: str
    earlier: float
    later: float

    @property
    def says(self) -> Sentence:
        return Sentence(
            ONE_KNOWN_LESS,
            {
                "criterion": self.criterion,
                "earlier": f"{100 * self.earlier:.0f}",
                "later": f"{100 * self.later:.0f}",
            },
        )


@dataclass(frozen=True, slots=True)
class Kept:
    """How the profile is kept.

    since_at     when the version in force took effect; None if none is
    read_at      when it was last signed or reviewed
    reviewed     whether this quarter has a review of the version in force
    quarter      this quarter, by its key
    quarter_at   when it began
    functions    those whose seats wrote, drafted or signed what is in force or proposed
    drifts       criteria with their population stability index; of accounts of which they are
                 known, for one that nobody filled in is no other kind of account
    known_less   criteria that are known of clearly fewer accounts than before
    """

    since_at: datetime | None
    read_at: datetime | None
    reviewed: bool
    quarter: str
    quarter_at: datetime
    functions: Collection[Function] = ()
    drifts: Sequence[tuple[str, float]] = ()
    known_less: Sequence[KnownLess] = ()


@dataclass(frozen=True, slots=True)
class Alarm:
    """One thing to mend.

    kind    none, stale, not_reviewed, one_function, drifted or known_less
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
    moved = [name for name, index in kept.drifts if index > SHIFTED]
    if moved and kept.since_at is not None:
        found.append(Alarm("drifted", (("criteria", "; ".join(moved)),)))
    if kept.known_less and kept.since_at is not None:
        fewer = Sentence.joined("%(first)s; %(then)s", [each.says for each in kept.known_less])
        found.append(Alarm("known_less", (("criteria", fewer),)))
    return found
