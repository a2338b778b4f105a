"""The quarterly report as a document: what is shown, hashed and kept is one and the same.

It holds what was computed and no page's words, so the same report has one hash in every language,
and who opens it years later, without the build it came from, reads what was read then. Shares,
lifts and areas are decimal text with six places; a number that is missing is null, and stands
beside the reason for it.
"""

from __future__ import annotations

from datetime import UTC
from typing import cast

from trivet.numbers.insight.icp.audit import Audit
from trivet.numbers.insight.icp.criterion import Criterion
from trivet.numbers.insight.icp.evidence import CriterionEvidence
from trivet.numbers.insight.icp.retention import LEAST_CUSTOMERS, Retained
from trivet.numbers.insight.icp.sentence import Sentence
from trivet.numbers.insight.icp.statistics.split import Split
from trivet.numbers.insight.icp.suggestion import Suggestion
from trivet.numbers.insight.icp.validation import (
    BandEvidence,
    Calibration,
    CriterionStability,
    Outcome,
    OutOfTime,
    Validation,
)
from trivet.numbers.shared_metrics.figure import Interval
from trivet.vocabulary.canonical import canonical_bytes

KIND = "icp-quarterly-report"
VERSION = 2
"""In version 1 an unknown answer counted as a kind of account in `stability`."""
Document = dict[str, object]

WHY = {
    "none_closed": "none closed",
    "none_won": "nothing was won in any band",
    "no_customers": "no customer a year old",
    "few_customers": "no interval under %(least)s customers",
    "one_outcome": "needs won and lost ones",
    "none_earlier": "none closed earlier",
    "none_later": "none closed later",
    "one_side": "known of nothing earlier, or of nothing later",
}
"""Why a number is missing; `gettext` looks these up as they stand."""


def report(told: Validation, currency: str) -> Document:
    """The seven parts.

    currency   of every amount, which are in its minor units
    """
    return {
        "kind": KIND,
        "version": VERSION,
        "profile": told.profile.hash,
        "build": told.build,
        "as_of_at": told.as_of_at.replace(tzinfo=UTC).isoformat(),
        "quarter": told.quarter.key,
        "later_from": told.later_from.isoformat() if told.later_from else None,
        "currency": currency,
        "reason": told.reason,
        "in_hindsight": told.in_hindsight,
        "closed": told.closed,
        "coverage": [
            {
                "criterion": _criterion(each.criterion),
                "known": each.known,
                "true": each.true,
                "accounts": each.accounts,
                "share": _number(each.known / each.accounts if each.accounts else None),
                "is_waiting": each.is_waiting,
            }
            for each in told.coverage
        ],
        "bands": [_band(each) for each in told.bands],
        "orders": [_order(each) for each in told.orders],
        "stability": [_stability(each) for each in told.stability],
        "disqualifiers": [
            {
                "criterion": _criterion(each.criterion),
                "ruled_out": _audit(each.ruled_out),
                "held_out": _audit(each.held_out),
            }
            for each in told.disqualifiers
        ],
        "let_through": {
            "share": told.profile.let_through,
            "held_out": _audit(told.held_out),
            "accepted": _audit(told.accepted),
        },
        "missed": {"won": told.missed_won, "lost": told.missed_lost},
        "conflicts": [_conflict(each) for each in told.conflicts],
        "suggestions": [_suggestion(each) for each in told.suggestions],
    }


def report_text(told: Validation, currency: str) -> str:
    """The report as canonical JSON: the bytes that are hashed and kept."""
    return canonical_bytes(report(told, currency)).decode()


def _criterion(each: Criterion) -> Document:
    return {"id": each.id, "section": str(each.section), "says": _sentence(each.says)}


def _sentence(says: Sentence) -> Document:
    return {"template": says.template, "given": dict(says.given)}


def _band(each: BandEvidence) -> Document:
    return {
        "band": each.band,
        "by_close": _outcome(each.by_close),
        "by_creation": _outcome(each.by_creation),
        "nrr": _retained(each.retained),
        "grr": _retained(each.kept),
    }


def _outcome(each: Outcome) -> Document:
    why = "none_closed" if not each.closed else "" if each.base else "none_won"
    return {
        "won": each.won,
        "closed": each.closed,
        "win_rate": _number(each.win_rate),
        "interval": _interval(each.interval),
        "lift": _number(each.lift),
        "lift_interval": _interval(each.lift_interval),
        "why": _why(why),
    }


def _retained(each: Retained) -> Document:
    why = "" if each.interval else "few_customers"
    return {
        "customers": each.customers,
        "share": _number(each.nrr),
        "interval": _interval(each.interval),
        "why": _why(why if each.nrr is not None else "no_customers"),
    }


def _order(each: OutOfTime) -> Document:
    return {
        "stratum": each.stratum,
        "auc": _number(each.auc.value if each.auc else None),
        "interval": _interval(each.auc.interval if each.auc else None),
        "won": each.won,
        "lost": each.lost,
        "why": _why("" if each.auc else "one_outcome" if each.won + each.lost else "none_later"),
        "shares_accounts": each.shares_accounts,
        "calibration": [_calibration(one) for one in each.calibration],
    }


def _calibration(each: Calibration) -> Document:
    return {
        "band": each.band,
        "expected": _number(each.expected),
        "earlier_won": each.earlier_won,
        "earlier": each.earlier,
        "expected_why": _why("" if each.earlier else "none_earlier"),
        "found": _number(each.found),
        "interval": _interval(each.interval),
        "won": each.won,
        "closed": each.closed,
        "why": _why("" if each.closed else "none_later"),
    }


def _stability(each: CriterionStability) -> Document:
    told = each.shift
    return {
        "criterion": _criterion(each.criterion),
        "psi": _number(told.psi),
        "by_chance": _number(told.by_chance),
        "earlier": told.earlier,
        "earlier_known": told.earlier_known,
        "later": told.later,
        "later_known": told.later_known,
        "known_less": told.is_known_less,
        "word": str(told.word or ""),
        "why": _why("" if told.psi is not None else "one_side"),
    }


def _audit(each: Audit) -> Document:
    return {
        "won": each.won,
        "won_minor": each.won_minor,
        "lost": each.lost,
        "win_rate": _number(each.win_rate),
        "interval": _interval(each.interval),
        "is_enough": each.is_enough,
        "why": _why("" if each.closed else "none_closed"),
    }


def _conflict(each: CriterionEvidence) -> Document:
    kept = each.retention
    assert kept is not None, "A conflict is one with what is kept."
    return {
        "criterion": _criterion(each.criterion),
        "winning": _split(each.strata[0].judged.whole),
        "keeping": {
            "true": _retained(kept.true),
            "false": _retained(kept.false),
            "difference": _number(kept.difference),
            "interval": _interval(kept.difference_interval),
        },
    }


def _split(each: Split) -> Document:
    return {
        "won": each.true_won,
        "closed": each.true_closed,
        "win_rate": _number(each.win_rate),
        "otherwise_won": each.false_won,
        "otherwise_closed": each.false_closed,
        "otherwise": _number(each.win_rate_otherwise),
        "lift": _number(each.lift),
        "lift_interval": _interval(each.lift_interval),
    }


def _suggestion(each: Suggestion) -> Document:
    return {
        "change": each.change,
        "before": _criterion(each.before) if each.before else None,
        "after": _criterion(each.after) if each.after else None,
        "says": _sentence(each.says),
        "earlier": _split(each.earlier),
        "later": _split(each.later),
    }


def _why(name: str) -> Document | None:
    """A reason; the bound that it speaks of is kept with it."""
    if not name:
        return None
    given = {"least": str(LEAST_CUSTOMERS)} if name == "few_customers" else {}
    return _sentence(Sentence(WHY[name], given))


def _number(value: object) -> str | None:
    return None if value is None else f"{float(cast(float, value)):.6f}"


def _interval(found: Interval | None) -> list[str] | None:
    return None if found is None else [f"{float(found.low):.6f}", f"{float(found.high):.6f}"]
