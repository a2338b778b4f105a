"""What is asked about documents."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from trivet.agreements.documents.models import Document, Enactment, Proposal, Version
from trivet.agreements.documents.rules.agreement import Signed, Standing, standing
from trivet.agreements.documents.rules.body import text_hash


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
    for each in enactments.select_related("document", "version"):
        found.setdefault(each.document.key, []).append(each.version)
    return found


def in_force(kind: str, at: datetime | None = None) -> dict[str, Version]:
    """The version in force of every document of a kind, by key."""
    found = {}
    for document in Document.objects.filter(kind=kind):
        version = document.in_force(at)
        if version is not None:
            found[document.key] = version
    return found
