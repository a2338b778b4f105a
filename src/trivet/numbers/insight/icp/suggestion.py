"""Changes to a profile that the data supports: found on earlier opportunities, seen again later."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

import numpy as np
import numpy.typing as npt
from scipy import stats

from trivet.numbers.insight.icp.attributes import Askable, Attribute
from trivet.numbers.insight.icp.candidates import value_tests
from trivet.numbers.insight.icp.criterion import Criterion
from trivet.numbers.insight.icp.evidence import Happenings
from trivet.numbers.insight.icp.leak import data_leaks
from trivet.numbers.insight.icp.predicates import Band
from trivet.numbers.insight.icp.profile import Profile
from trivet.numbers.insight.icp.scores import scores, waiting
from trivet.numbers.insight.icp.sentence import Sentence
from trivet.numbers.insight.icp.statistics.judged import FALSE_DISCOVERIES, Parts
from trivet.numbers.insight.icp.statistics.split import Split
from trivet.numbers.insight.icp.verdicts import FALSE, TRUE, UNKNOWN
from trivet.numbers.shared_metrics.wilson import wilson

AT_MOST = 3
LEAST_DEALS = 200
"""Nothing is suggested from fewer closed opportunities."""

SAYS = {
    "add": "Add it: the win rate among A and B would have moved from %(before)s %% to"
    " %(after)s %% (%(low)s to %(high)s %%), on %(deals)s later opportunities",
    "drop": "Drop it: the win rate among A and B would have moved from %(before)s %% to"
    " %(after)s %% (%(low)s to %(high)s %%), on %(deals)s later opportunities",
    "move": "Move its limits: the win rate among A and B would have moved from %(before)s %% to"
    " %(after)s %% (%(low)s to %(high)s %%), on %(deals)s later opportunities",
}


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One change.

    change           add, drop or move
    before, after    None where the profile has, or would have, no such criterion
    earlier, later   the opportunities it was found on, and those it showed again on; of the
                     criterion that is dropped, or of the new one
    """

    change: str
    before: Criterion | None
    after: Criterion | None
    earlier: Split
    later: Split
    says: Sentence


@dataclass(frozen=True, slots=True)
class _Candidate:
    change: str
    before: Criterion | None
    test: Criterion

    def applied(self, profile: Profile) -> Profile:
        kept = [each for each in profile.criteria if each != self.before]
        return profile.with_criteria(kept if self.change == "drop" else [*kept, self.test])


def suggestions(
    profile: Profile,
    known: Askable,
    happened: Happenings,
    parts: Parts,
    here: npt.NDArray[np.bool_],
) -> tuple[Suggestion, ...]:
    """At most three changes; none where nothing is both found and confirmed.

    parts   of the opportunities in `here`: where to look, where to confirm
    here    which of the closed opportunities count
    """
    deals, told = happened.deals, happened.created.of(profile.criteria)
    won = deals.won[here]
    if len(won) < LEAST_DEALS:
        return ()
    tried = list(_candidates(profile, known))
    asked = [each.test for each in tried]
    given = happened.created.of(asked)[here]
    own = {each.id: told[here, place] for place, each in enumerate(profile.criteria)}
    found: list[tuple[_Candidate, Split, Split, float]] = []
    for place, candidate in enumerate(tried):
        column = given[:, place]
        whole = Split.of(column, won)
        if not whole.is_enough or _leaks(candidate.test, column, won):
            continue
        earlier = Split.of(column[parts.earlier], won[parts.earlier])
        later = Split.of(column[parts.later], won[parts.later])
        rises = (earlier.win_rate or 0.0) > (earlier.win_rate_otherwise or 0.0)
        p_value = earlier.p_value()
        if rises == (candidate.change == "drop"):
            p_value = 1.0
        if candidate.change == "move" and candidate.before is not None:
            now = Split.of(own[candidate.before.id][parts.earlier], won[parts.earlier])
            # Limits that go with losing are no rival, however sure that is.
            is_better = earlier.p_value("greater") < now.p_value("greater")
            p_value = p_value if is_better else 1.0
        found.append((candidate, earlier, later, p_value))
    found = _discovered([(each, each[3]) for each in found])
    ways = [each[2].p_value("less" if each[0].change == "drop" else "greater") for each in found]
    confirmed = _discovered(list(zip(found, ways, strict=True)))
    shown: list[Suggestion] = []
    taken: set[tuple[str, ...]] = set()
    for candidate, earlier, later, _ in sorted(confirmed, key=lambda each: each[3]):
        about = candidate.test.test.attributes
        if about in taken or len(shown) == AT_MOST:
            continue
        says = _says(profile, candidate, happened, parts, here)
        if says is None:
            continue
        taken.add(about)
        after = None if candidate.change == "drop" else candidate.test
        shown.append(Suggestion(candidate.change, candidate.before, after, earlier, later, says))
    return tuple(shown)


def _candidates(profile: Profile, known: Askable) -> Iterator[_Candidate]:
    scoring = [each for each in profile.criteria if not each.excludes]
    for each in scoring:
        if each.points:
            yield _Candidate("drop", each, each)
    asked = {name for each in profile.criteria for name in each.test.attributes}
    for each in scoring:
        attribute = known.attribute(each.test.attribute) if isinstance(each.test, Band) else None
        if isinstance(each.test, Band) and attribute is not None:
            for band in _moved(each.test, attribute):
                yield _Candidate("move", each, replace(each, test=band))
    for attribute in known.attributes:
        if attribute.name not in asked:
            for criterion in value_tests(attribute):
                yield _Candidate("add", None, criterion)


def _moved(band: Band, attribute: Attribute) -> Iterator[Band]:
    """The same band with one limit half or twice what it is."""
    for factor in (Decimal("0.5"), Decimal("0.75"), Decimal("1.5"), Decimal(2)):
        if band.at_least is not None:
            moved = replace(band, at_least=band.at_least * factor)
            if not moved.problems:
                yield moved
        if band.below is not None:
            moved = replace(band, below=band.below * factor)
            if not moved.problems:
                yield moved


def _discovered(
    candidates: Sequence[tuple[tuple[_Candidate, Split, Split, float], float]],
) -> list[tuple[_Candidate, Split, Split, float]]:
    if not candidates:
        return []
    adjusted = stats.false_discovery_control([p for _, p in candidates], method="bh")
    return [
        each for (each, _), p in zip(candidates, adjusted, strict=True) if p <= FALSE_DISCOVERIES
    ]


def _leaks(criterion: Criterion, told: npt.NDArray[np.int8], won: npt.NDArray[np.bool_]) -> bool:
    counts = {
        str(value): (int((won & (told == value)).sum()), int((~won & (told == value)).sum()))
        for value in (TRUE, FALSE)
    }
    return any(data_leaks(name, told != UNKNOWN, won, counts) for name in criterion.test.attributes)


def _says(
    profile: Profile,
    candidate: _Candidate,
    happened: Happenings,
    parts: Parts,
    here: npt.NDArray[np.bool_],
) -> Sentence | None:
    """What it would have done among A and B of the later opportunities; None where no good."""
    changed = candidate.applied(profile)
    deals, rates = happened.deals, []
    for version in (profile, changed):
        given = happened.created.of(version.criteria)
        inside = given[here][parts.later]
        band = scores(version, inside, waiting(version, given)).band
        good = np.isin(band, ("A", "B"))
        rates.append((int(deals.won[here][parts.later][good].sum()), int(good.sum())))
    (won_before, before), (won_after, after) = rates
    if not before or not after or won_after * before <= won_before * after:
        return None
    interval = wilson(won_after, after)
    return Sentence(
        SAYS[candidate.change],
        {
            "before": f"{100 * won_before / before:.1f}",
            "after": f"{100 * won_after / after:.1f}",
            "low": f"{100 * interval.low:.1f}",
            "high": f"{100 * interval.high:.1f}",
            "deals": str(after),
        },
    )
