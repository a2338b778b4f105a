"""What a new leader takes over: what the seat has signed and why, and what came of it since."""

from __future__ import annotations

from dataclasses import dataclass

from trivet.agreements.books.models import Correction, Edition
from trivet.agreements.books.queries import official_editions
from trivet.agreements.documents.models import Document, Enactment, Signature, Version
from trivet.agreements.documents.queries import Waiting, standing_of, waiting
from trivet.agreements.documents.rules.kind import Clause
from trivet.agreements.governance.models import Affirmation, Contest, Onboarding, Ruling
from trivet.agreements.governance.queries import ruling_of, rulings
from trivet.agreements.governance.rules.stake import METRICS
from trivet.agreements.people.models import Tenure
from trivet.agreements.people.rules.right import Verb, may
from trivet.agreements.people.rules.seat import SeatKey
from trivet.vocabulary.period import Grain

QUARTERS = 8
"""How far back the closed figures of a briefing go: two years."""


@dataclass(frozen=True, slots=True)
class TakenOver:
    """A document that was in force when somebody took the seat, as it stands now.

    seat_signature   what the seat itself signed of it; None where it did not
    missing          seats that never signed what a ruling put in force
    is_newer         another version took effect since they came: they had their say in it
    """

    document: Document
    version: Version
    enactment: Enactment
    signatures: tuple[Signature, ...]
    seat_signature: Signature | None
    missing: tuple[str, ...]
    ruling: Ruling | None
    affirmation: Affirmation | None
    contest: Contest | None
    is_newer: bool
    is_own: bool

    @property
    def why(self) -> str:
        """What it is for, in the words of whoever proposed it."""
        return self.version.proposal.why

    @property
    def clauses(self) -> list[Clause]:
        """What it says."""
        return self.version.clauses

    @property
    def answer(self) -> str:
        """In one word: affirmed, contested, signed, replaced; empty while it waits."""
        if self.affirmation:
            return "affirmed"
        if self.is_own:
            return "signed"
        if self.contest:
            return "contested"
        return "replaced" if self.is_newer else ""


@dataclass(frozen=True, slots=True)
class Series:
    """The closed quarters of one metric, the oldest first, as they were frozen."""

    metric: str
    editions: tuple[Edition, ...]


@dataclass(frozen=True, slots=True)
class Briefing:
    """What a new leader reads.

    before        who held the seat before, the last first
    waiting       open proposals that wait for the seat
    quarters      the keys of the closed quarters the series are over, the oldest first
    corrections   closed figures that were replaced, or are asked to be
    """

    before: tuple[Tenure, ...]
    taken_over: tuple[TakenOver, ...]
    waiting: tuple[Waiting, ...]
    rulings: tuple[Ruling, ...]
    quarters: tuple[str, ...]
    series: tuple[Series, ...]
    corrections: tuple[Correction, ...]


def briefing(onboarding: Onboarding) -> Briefing:
    """Everything, as it is now. Figures are read from the closed books, never counted."""
    seat = onboarding.tenure.seat
    editions = [e for e in official_editions() if e.book.grain == Grain.QUARTER]
    ends = sorted({edition.book.ends_on for edition in editions})[-QUARTERS:]
    recent = [edition for edition in editions if edition.book.ends_on in ends]
    return Briefing(
        before=tuple(
            seat.tenures.exclude(confirmed_at=None)
            .exclude(pk=onboarding.tenure_id)
            .filter(from_at__lte=onboarding.started_at)
            .order_by("-from_at", "-pk")
            .select_related("person")
        ),
        taken_over=tuple(taken_over(onboarding)),
        waiting=tuple(each for each in waiting() if each.seat == seat.key),
        rulings=tuple(rulings()),
        quarters=tuple(
            next(e.book.period_key for e in recent if e.book.ends_on == end) for end in ends
        ),
        series=tuple(
            Series(metric, tuple(e for e in recent if e.book.metric == metric))
            for metric in METRICS
            if any(e.book.metric == metric for e in recent)
        ),
        corrections=tuple(
            Correction.objects.exclude(outcome="rejected")
            .select_related("book", "opened_by")
            .order_by("-opened_at")
        ),
    )


def taken_over(onboarding: Onboarding) -> list[TakenOver]:
    """The documents that were in force when the seat changed hands, with the answer to each."""
    affirmed = {each.version_id: each for each in onboarding.affirmations.all()}
    contested = {
        each.version_id: each
        for each in onboarding.contests.select_related("proposal", "escalation")
    }
    found = []
    for document in Document.objects.order_by("pk"):
        before = document.in_force(onboarding.started_at)
        if before is None or not concerns(SeatKey(onboarding.tenure.seat.key), document):
            continue
        enactment = _enactment(document)
        version = enactment.version
        signatures = tuple(version.signatures.select_related("person", "seat", "instead_of"))
        mine = [s for s in signatures if s.seat_id == onboarding.tenure.seat_id]
        found.append(
            TakenOver(
                document=document,
                version=version,
                enactment=enactment,
                signatures=signatures,
                seat_signature=mine[0] if mine else None,
                missing=standing_of(version).missing if enactment.ruling else (),
                ruling=ruling_of(version) if enactment.ruling else None,
                affirmation=affirmed.get(version.pk),
                contest=contested.get(version.pk) or contested.get(before.pk),
                is_newer=version.pk != before.pk,
                is_own=any(s.person_id == onboarding.tenure.person_id for s in mine),
            )
        )
    return found


def concerns(seat: SeatKey, document: Document) -> bool:
    """True if a seat signs a document, or decides about it."""
    kind = document.kind_of
    return seat in kind.required or may([seat], Verb.DECIDE, kind.thing)


def _enactment(document: Document) -> Enactment:
    found = document.enactments.select_related("version__proposal").order_by("-from_at", "-pk")
    return found[0]
