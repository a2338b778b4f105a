"""What the company's data suggests to begin a profile from, in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext

from trivet.agreements.icp.kind import sentence
from trivet.numbers.insight.icp.draft import Suggested
from trivet.numbers.insight.icp.evidence import CriterionEvidence
from trivet.web import icp_shown, words


@dataclass(frozen=True, slots=True)
class FoundShown:
    """One test, with what the data says to it."""

    says: str
    evidence: icp_shown.EvidenceShown


@dataclass(frozen=True, slots=True)
class SuggestedShown:
    """What was looked at, and the three kinds of what was found.

    reason   why nothing could be looked at; '' where it could
    """

    reason: str
    closed: str
    won: str
    tried: int
    later_from: date | None
    supports: list[FoundShown]
    against: list[FoundShown]
    unconfirmed: list[FoundShown]


def suggested_shown(told: Suggested) -> SuggestedShown:
    """In the reader's language."""
    return SuggestedShown(
        gettext(told.reason),
        words.decimal(told.closed, 0),
        words.decimal(told.won, 0),
        told.tried,
        told.later_from,
        _found(told.supports),
        _found(told.against),
        _found(told.unconfirmed),
    )


def _found(told: Sequence[CriterionEvidence]) -> list[FoundShown]:
    return [FoundShown(sentence(e.criterion.says), icp_shown.evidence_shown(e)) for e in told]
