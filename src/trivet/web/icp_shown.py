"""The profile's numbers in words: evidence, fit by band, and what a change moves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from django.http import HttpRequest
from django.utils.translation import gettext, ngettext

from trivet.agreements.icp.kind import sentence, worth
from trivet.errors import TrivetError
from trivet.numbers.insight.icp import Criterion, Profile, Section
from trivet.numbers.insight.icp.difference import Moved
from trivet.numbers.insight.icp.evidence import CriterionEvidence, Overall
from trivet.numbers.insight.icp.fit import BandFit, CriterionCoverage
from trivet.numbers.insight.icp.statistics.judged import Word
from trivet.numbers.shared_metrics.figure import Interval
from trivet.web import published, words
from trivet.web.answers import Answers
from trivet.web.visible_accounts import visible_accounts

TONES = {
    Word.SUPPORTS: "good",
    Word.AGAINST: "bad",
    Word.MAY_BE_AGAINST: "bad",
    Word.LEAKING: "bad",
    Word.WEAK: "warn",
    Word.NOT_ENOUGH: "",
    Word.NO_SIGNAL: "",
}


@dataclass(frozen=True, slots=True)
class EvidenceShown:
    """What the company's own data says about a criterion.

    is_against  accounts that match win less often; of a disqualifier, more often
    conflict    what it does to winning and to keeping, where these contradict each other
    matching    closed opportunities of new business where it holds
    n           of so many of which it is known
    cautions    why to be careful; leaks among them
    """

    word: str
    says: str
    tone: str
    is_against: bool
    conflict: str
    matching: str
    n: str
    win_rate: str
    interval: str
    otherwise: str
    lift: str
    lift_interval: str
    retention: str
    customers: str
    days: str
    cautions: list[str]


@dataclass(frozen=True, slots=True)
class CriterionShown:
    """A criterion with its evidence; None without a build."""

    id: str
    says: str
    worth: str
    note: str
    known: str
    true: str
    is_waiting: bool
    evidence: EvidenceShown | None


@dataclass(frozen=True, slots=True)
class BandShown:
    """One band of a fit; of the disqualified, how many are let through to learn."""

    band: str
    title: str
    accounts: int
    arr: str
    pipeline: str
    let_through: int = 0


def answers() -> Answers | None:
    """The published build; None before there is one, for what is agreed does not need it."""
    try:
        return published.builds().answers()
    except TrivetError:
        return None


def sections(profile: Profile, found: Answers | None) -> list[tuple[Section, list[CriterionShown]]]:
    """The six sections, each with its criteria."""
    evidence: dict[str, CriterionEvidence] = {}
    coverage: dict[str, CriterionCoverage] = {}
    if found is not None:
        evidence = {e.criterion.id: e for e in found.evidence(profile).criteria}
        coverage = {c.criterion.id: c for c in found.fit(profile).coverage}
    return [
        (
            section,
            [
                _criterion(each, evidence.get(each.id), coverage.get(each.id))
                for each in profile.in_section(section)
            ],
        )
        for section in Section
    ]


def _criterion(
    each: Criterion, evidence: CriterionEvidence | None, coverage: CriterionCoverage | None
) -> CriterionShown:
    return CriterionShown(
        each.id,
        sentence(each.says),
        worth(each),
        each.note,
        percent(coverage.known_share) if coverage else words.NO_NUMBER,
        words.decimal(coverage.true, 0) if coverage else words.NO_NUMBER,
        bool(coverage and coverage.is_waiting),
        evidence_shown(evidence) if evidence else None,
    )


def evidence_shown(found: CriterionEvidence) -> EvidenceShown:
    """One criterion's evidence in words."""
    new = found.new_business
    whole = new.judged.whole
    kept = found.retention.true if found.retention else None
    conflict = ""
    if found.is_conflict:
        wins = gettext("Helps to win and hurts to keep.")
        conflict = wins if whole.way > 0 else gettext("Hurts to win and helps to keep.")
    return EvidenceShown(
        gettext(str(found.word)),
        gettext(found.says),
        TONES[found.word],
        found.is_against,
        conflict,
        words.decimal(whole.true_closed, 0),
        words.decimal(whole.known, 0),
        percent(whole.win_rate),
        _between(whole.win_rate_interval),
        percent(whole.win_rate_otherwise),
        _times(whole.lift),
        _between(whole.lift_interval, as_share=False),
        percent(kept.nrr if kept else None),
        words.decimal(kept.customers, 0) if kept and kept.customers else "",
        words.decimal(new.days_true, 0) if new.days_true is not None else words.NO_NUMBER,
        [sentence(each) for each in (*found.leaks, *found.cautions)],
    )


def together(found: Overall) -> str:
    """Whether all criteria at once say anything about who was won later, as AUC with its interval.

    '' where there are too few opportunities to ask.
    """
    if found.later is None:
        return ""
    said = {
        "area": f"{found.later.value:.2f}",
        "low": f"{float(found.later.interval.low):.2f}",
        "high": f"{float(found.later.interval.high):.2f}",
        "won": words.decimal(found.later.won, 0),
        "lost": words.decimal(found.later.lost, 0),
    }
    first = (
        gettext("All criteria together put later wins first.")
        if found.word is Word.SUPPORTS
        else gettext("All criteria together do not put later wins first.")
    )
    area = gettext(
        "Area under the curve %(area)s, 95 %% interval %(low)s to %(high)s, on %(won)s won and"
        " %(lost)s lost later opportunities; 0.50 is chance."
    )
    return f"{first} {area % said}"


def bands(found: Sequence[BandFit], currency: str) -> list[BandShown]:
    """Each band in accounts, ARR and open pipeline."""
    return [
        BandShown(
            each.band,
            band_words(each.band),
            each.accounts,
            words.compact_money(each.arr_minor, currency),
            words.compact_money(each.pipeline_minor, currency),
            each.let_through,
        )
        for each in found
    ]


def band_words(band: str) -> str:
    """A band as people say it."""
    return gettext("Disqualified") if band == "disqualified" else band


def sees_worth(request: HttpRequest, found: Answers | None) -> bool:
    """Whether somebody may read what bands and changes are worth.

    Who opens only some accounts reads how many there are, never how much: two totals that differ
    by one account, or a band with one, would tell what a stranger's account pays.
    """
    return found is None or visible_accounts(request, found) is None


def moved_words(moved: Moved, currency: str, *, worth: bool) -> str:
    """`12 accounts, $1.2M ARR, $300K open pipeline`; without the money where it is not shown."""
    if not moved.accounts:
        return gettext("no account changes band")
    if not worth:
        return ngettext(
            "%(number)s account changes band",
            "%(number)s accounts change band",
            moved.accounts,
        ) % {"number": words.decimal(moved.accounts, 0)}
    said = ngettext(
        "%(number)s account changes band: %(arr)s ARR, %(pipeline)s open pipeline",
        "%(number)s accounts change band: %(arr)s ARR, %(pipeline)s open pipeline",
        moved.accounts,
    )
    return said % {
        "number": words.decimal(moved.accounts, 0),
        "arr": words.compact_money(moved.arr_minor, currency),
        "pipeline": words.compact_money(moved.pipeline_minor, currency),
    }


def percent(share: float | Fraction | None) -> str:
    """A share, with one place."""
    if share is None:
        return words.NO_NUMBER
    return f"{words.decimal(Fraction(share) * 100, 1)}%"


def _times(factor: float | None) -> str:
    return words.NO_NUMBER if factor is None else f"{words.decimal(Fraction(factor), 2)}×"


def _between(found: Interval | None, *, as_share: bool = True) -> str:
    if found is None:
        return ""
    low, high = float(found.low), float(found.high)
    return f"{low * 100:.0f}–{high * 100:.0f}%" if as_share else f"{low:.2f}–{high:.2f}"
