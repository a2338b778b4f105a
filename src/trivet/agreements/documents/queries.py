"""What is asked about documents."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Subquery

from trivet.agreements.documents.models import (
    Document,
    Enactment,
    Proposal,
    Signature,
    Version,
)
from trivet.agreements.documents.rules.agreement import Signed, Standing, standing
from trivet.agreements.documents.rules.body import Body, text_hash
from trivet.agreements.documents.rules.kind import kinds
from trivet.agreements.people.models import Person, Seat
from trivet.agreements.people.queries import Sitting, holder_of, sittings
from trivet.agreements.people.rules.seat import SeatKey


@dataclass(frozen=True, slots=True)
class Waiting:
    """A seat that has still to sign a proposal.

    since_at   when the version it is asked to sign was written
    """

    proposal: Proposal
    seat: str
    since_at: datetime

    def lasts(self, now: datetime) -> timedelta:
        """For how long."""
        return now - self.since_at


@dataclass(frozen=True, slots=True)
class Ballot:
    """One seat that a version needs, and what became of it.

    holder     who holds the seat now; None for a vacant one
    since_at   since when it is asked to sign
    """

    seat: Seat
    signature: Signature | None
    holder: Person | None
    since_at: datetime


@dataclass(frozen=True, slots=True)
class ToSign:
    """A proposal that waits for somebody, with the seats in which they may sign it."""

    proposal: Proposal
    version: Version
    seats: tuple[Sitting, ...]
    since_at: datetime


def standing_of(version: Version) -> Standing:
    """Where a version stands, by the signatures that are there and the bytes they cover."""
    kind = version.document.kind_of
    signatures = version.signatures.select_related("seat")
    return standing(
        [str(seat) for seat in kind.required],
        [Signed(each.seat.key, each.person_id, each.sha256) for each in signatures],
        text_hash(version.text),
        version.proposal.editors(),
        one_person_may_sign_twice=bool(kind.signs_twice),
    )


def waiting() -> list[Waiting]:
    """Who has still to sign what, the longest wait first."""
    found = []
    for proposal in Proposal.objects.filter(outcome="").select_related("document"):
        version = proposal.version
        missing = standing_of(version).missing
        found += [Waiting(proposal, seat, version.made_at) for seat in missing]
    return sorted(found, key=lambda each: each.since_at)


def enacted(kind: str) -> dict[str, list[Version]]:
    """Every version that was ever in force, by its document's key, the one in force last."""
    found: dict[str, list[Version]] = {}
    enactments = Enactment.objects.filter(document__kind=kind).order_by("from_at", "pk")
    for each in enactments.select_related("document", "version__enactment"):
        found.setdefault(each.document.key, []).append(each.version)
    return found


def ballots(version: Version, now: datetime) -> list[Ballot]:
    """Every seat a version needs, in the order they are asked.

    Of a proposal that was decided only the signatures are told: nobody is asked any more.
    """
    kind = version.document.kind_of
    signed = {
        each.seat.key: each
        for each in version.signatures.select_related("seat", "person", "instead_of")
        if each.sha256 == text_hash(version.text)
    }
    seats = {seat.key: seat for seat in Seat.objects.filter(key__in=kind.required)}
    return [
        Ballot(seats[key], signed.get(key), holder_of(SeatKey(key), now), version.made_at)
        for key in kind.required
        if key in seats
    ]


def to_sign(person: Person, now: datetime) -> list[ToSign]:
    """What waits for somebody's signature, the longest wait first.

    Bases come before the metrics that rest on them: nobody signs what stands on unread ground.
    """
    sits = sittings(person, now)
    found = []
    for proposal in Proposal.objects.filter(outcome="").select_related("document", "opened_by"):
        version = proposal.version
        missing = standing_of(version).missing
        if version.signatures.filter(person=person).exists() and not (
            proposal.document.kind_of.signs_twice
        ):
            continue
        mine = tuple(one for one in sits if one.seat.key in missing)
        if mine:
            found.append(ToSign(proposal, version, mine, version.made_at))
    return sorted(found, key=lambda each: (_depth(each.version.body), each.since_at))


def _depth(body: Body) -> int:
    """0 for what rests on nothing, 1 for a shared definition that does, 2 for a metric."""
    if not body.get("uses"):
        return 0
    return 1 if body.get("kind") == "shared-definition" else 2


def number_to_sign(seats: Collection[SeatKey]) -> int:
    """How many open proposals wait for a signature of these seats; one small question a seat.

    For a tally beside a menu: what `to_sign` would leave out because its holder signed in another
    seat is counted here.
    """
    newest = Version.objects.filter(proposal=OuterRef("pk")).order_by("-number").values("pk")[:1]
    proposals = Proposal.objects.filter(outcome="").annotate(newest=Subquery(newest))
    found: set[int] = set()
    for seat in seats:
        kinds_signed = [kind.id for kind in kinds().values() if seat in kind.required]
        signed = Signature.objects.filter(version=OuterRef("newest"), seat__key=seat)
        waits = proposals.filter(document__kind__in=kinds_signed).exclude(Exists(signed))
        found |= set(waits.values_list("pk", flat=True))
    return len(found)


def in_force(kind: str, at: datetime | None = None) -> dict[str, Version]:
    """The version in force of every document of a kind, by key."""
    found = {}
    for document in Document.objects.filter(kind=kind):
        version = document.in_force(at)
        if version is not None:
            found[document.key] = version
    return found
