"""Points and bands from verdicts: the arithmetic of a profile, in one place."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from trivet.numbers.insight.icp.profile import DISQUALIFIED, Profile
from trivet.numbers.insight.icp.section import Section
from trivet.numbers.insight.icp.verdicts import TRUE, UNKNOWN, Verdicts

BAND_ORDER = ("A", "B", "C", "D", DISQUALIFIED)


@dataclass(frozen=True, slots=True)
class Scores:
    """One a subject.

    points            0 to 100, of what the profile's points can come to; half rounds up
    band              A to D by the profile's cut-offs, or disqualified
    disqualified_by   id of the first disqualifier known to be true, else empty
    known             how many of the criteria are known
    """

    points: npt.NDArray[np.int64]
    band: npt.NDArray[np.str_]
    disqualified_by: npt.NDArray[np.str_]
    known: npt.NDArray[np.int64]


def known_share(told: Verdicts) -> npt.NDArray[np.float64]:
    """By criterion, the share of subjects of which it is known; 0 of none."""
    if not len(told):
        return np.zeros(told.shape[1])
    share: npt.NDArray[np.float64] = (told != UNKNOWN).mean(axis=0)
    return share


def waiting(profile: Profile, told: Verdicts) -> tuple[str, ...]:
    """Business problems known of too few to give points yet."""
    share = known_share(told)
    return tuple(
        each.id
        for each, known in zip(profile.criteria, share, strict=True)
        if each.section is Section.BUSINESS_PROBLEM and known < float(profile.problems_count_from)
    )


def scores(profile: Profile, told: Verdicts, not_yet: tuple[str, ...]) -> Scores:
    """What each subject scores.

    told      columns in the order of the profile's criteria
    not_yet   ids of criteria whose points do not count yet
    """
    criteria = profile.criteria
    worth = np.array(
        [0 if each.excludes or each.id in not_yet else each.points for each in criteria], np.int64
    )
    earned = (told == TRUE) @ worth
    attainable = profile.attainable(not_yet)
    points = np.zeros(len(told), np.int64)
    if attainable:
        points = np.minimum((200 * earned + attainable) // (2 * attainable), 100)
    cut = profile.cutoffs
    band = np.select(
        [points >= cut.a, points >= cut.b, points >= cut.c], ["A", "B", "C"], default="D"
    )
    disqualified = np.full(len(told), "", dtype=f"<U{max([1, *(len(c.id) for c in criteria)])}")
    for place in reversed(range(len(criteria))):
        if criteria[place].excludes:
            disqualified = np.where(told[:, place] == TRUE, criteria[place].id, disqualified)
    band = np.where(disqualified != "", DISQUALIFIED, band)
    return Scores(points, band, disqualified, (told != UNKNOWN).sum(axis=1))
