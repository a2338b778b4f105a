"""What the company's data suggests to begin a profile from: what sets won accounts apart.

Not what is common. The commonest industry is as common among those who never bought, and points
for it would be points for nothing. So every test that could be made is judged as the evidence for
a signed criterion is, and only what is found on earlier opportunities and confirmed on later ones
of other accounts becomes a criterion. Often that is little, and sometimes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from trivet.numbers.insight.icp.criterion import Criterion
from trivet.numbers.insight.icp.evidence import CriterionEvidence, Evidence
from trivet.numbers.insight.icp.profile import Profile
from trivet.numbers.insight.icp.statistics.judged import Word


@dataclass(frozen=True, slots=True)
class Suggested:
    """What was looked for, and what was found.

    profile       of what is confirmed; without criteria where nothing is
    supports      what is confirmed, with its evidence, by section as a profile has it
    against       what matches accounts that win less often, as surely: it is told, and gives none
    unconfirmed   found on earlier opportunities, either way, and not confirmed on later ones
    closed        opportunities of new business that were looked at, won or lost
    won           of them
    tried         tests that could be judged
    later_from    first day of the quarters on which patterns are confirmed
    reason        why nothing could be looked at; empty where it could
    """

    profile: Profile
    supports: tuple[CriterionEvidence, ...]
    against: tuple[CriterionEvidence, ...]
    unconfirmed: tuple[CriterionEvidence, ...]
    closed: int
    won: int
    tried: int
    later_from: date | None
    reason: str = ""


def suggested(told: Evidence, closed: int, won: int) -> Suggested:
    """From the evidence of every candidate at once, so that the correction is for all of them."""
    judged = [each for each in told.criteria if each.word not in (Word.NOT_ENOUGH, Word.LEAKING)]
    supports = _best([each for each in judged if each.word is Word.SUPPORTS])
    against = _best([each for each in judged if each.word is Word.AGAINST])
    named = {name for each in (*supports, *against) for name in _about(each)}
    rest = [
        each
        for each in judged
        if each.new_business.judged.is_found
        and not each.new_business.judged.is_confirmed
        and each.word is not Word.NO_SIGNAL
        and not named & set(_about(each))
    ]
    return Suggested(
        Profile(tuple(each.criterion for each in supports)),
        supports,
        against,
        _best(rest),
        closed,
        won,
        len(judged),
        told.later_from,
        told.reason,
    )


def _best(found: Iterable[CriterionEvidence]) -> tuple[CriterionEvidence, ...]:
    """Of limits of one number only the surest: they say the same thing again and again."""
    kept: dict[str, CriterionEvidence] = {}
    for each in sorted(found, key=_unsure):
        test = each.criterion.test
        kept.setdefault(test.excludes_others if test.kind == "band" else each.criterion.id, each)
    return tuple(sorted(kept.values(), key=lambda each: _place(each.criterion)))


def _unsure(each: CriterionEvidence) -> tuple[float, str]:
    return each.new_business.judged.earlier.p_value(), each.criterion.id


def _place(criterion: Criterion) -> tuple[int, str]:
    sections: Sequence[object] = list(type(criterion.section))
    return sections.index(criterion.section), criterion.id


def _about(each: CriterionEvidence) -> tuple[str, ...]:
    return each.criterion.test.attributes if each.criterion.test.kind == "band" else ()
