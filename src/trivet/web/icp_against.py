"""What the company's data says against a profile: told to who words it, merges it or signs it.

It refuses nothing. The profile decides and the evidence informs; but nobody gives points to what
goes with losing without having been told.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from trivet.agreements.documents.objections import Objection
from trivet.agreements.documents.rules.body import Body
from trivet.errors import ProfileRefused
from trivet.numbers.insight.icp import Profile, read_profile
from trivet.numbers.insight.icp.evidence import CriterionEvidence
from trivet.numbers.insight.icp.statistics.split import Split
from trivet.sentence import Sentence
from trivet.web import published
from trivet.web.answers import Answers

KEEP_OUT = Sentence("Give it no points, or say in its note why it stays")
LET_IN = Sentence("Take it out, or say in its note why it stays")


def against(body: Body) -> Sequence[Objection]:
    """What speaks against a body that is to be signed; nothing of one that is no profile.

    Raises   NothingPublished
    """
    try:
        profile = read_profile(body)
    except ProfileRefused:
        return []
    return against_profile(published.builds().answers(), profile)


def against_profile(answers: Answers, profile: Profile) -> list[Objection]:
    """One for each criterion that the data contradicts, in the profile's order."""
    return list(_objections(answers.evidence(profile).criteria))


def _objections(told: Iterable[CriterionEvidence]) -> Iterable[Objection]:
    for each in told:
        criterion = each.criterion
        if not each.is_against or not (criterion.points or criterion.excludes):
            continue
        given = {"criterion": criterion.says, "says": Sentence(each.says)}
        found = counts(each.new_business.judged.whole)
        if criterion.excludes:
            said = Sentence(
                "%(criterion)s rules accounts out. %(says)s %(counts)s", given | {"counts": found}
            )
            yield Objection(said, LET_IN, refuses=False)
            continue
        said = Sentence.counted(
            "%(criterion)s gives %(number)s point. %(says)s %(counts)s",
            "%(criterion)s gives %(number)s points. %(says)s %(counts)s",
            criterion.points,
            **given,
            counts=found,
        )
        yield Objection(said, KEEP_OUT, refuses=False)


def counts(whole: Split) -> Sentence:
    """Beside what word it is said: how many, and how sure."""
    lift = whole.lift_interval
    between = (
        Sentence(
            "lift %(lift)s, 95 %% interval %(low)s to %(high)s",
            {
                "lift": f"{whole.lift:.2f}",
                "low": f"{float(lift.low):.2f}",
                "high": f"{float(lift.high):.2f}",
            },
        )
        if lift is not None
        else Sentence("no interval: nothing else was won")
    )
    return Sentence(
        "Won: %(rate)s %% of the %(closed)s closed opportunities that match, %(otherwise)s %% of"
        " the %(others)s that do not (%(between)s)",
        {
            "rate": _percent(whole.win_rate),
            "closed": f"{whole.true_closed:,}",
            "otherwise": _percent(whole.win_rate_otherwise),
            "others": f"{whole.false_closed:,}",
            "between": between,
        },
    )


def _percent(share: float | None) -> str:
    return f"{100 * (share or 0):.1f}"
