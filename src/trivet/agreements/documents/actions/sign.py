"""Sign a version. The last signature it needs puts it in force."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from trivet.agreements.audit.models import TRIVET
from trivet.agreements.audit.turn import in_turn
from trivet.agreements.documents.actions.propose import locked
from trivet.agreements.documents.models import (
    Document,
    Enactment,
    Outcome,
    Proposal,
    Signature,
    Version,
)
from trivet.agreements.documents.objections import objections
from trivet.agreements.documents.queries import standing_of
from trivet.agreements.documents.rules.body import text_hash
from trivet.agreements.people.models import Person
from trivet.agreements.people.queries import Sitting, sittings
from trivet.errors import DocumentChanged, SignatureRefused


def sign(
    *, proposal: Proposal, shown_hash: str, seat: str, by: Person, key: str, now: datetime
) -> Signature:
    """Put a seat's name under exactly the bytes that were shown.

    shown_hash   of the version on the signer's page
    key          of the form; the same key again gives the same signature

    Raises   DocumentChanged    it was edited under the signer's eyes
             SignatureRefused   `by` does not hold the seat, or it signs another way, or has signed;
                                or the company's data speaks against these bytes
             ProposalClosed
    """
    # Before the transaction: asking the data takes longer than a store may be held. A form that
    # was sent before is answered as it was then, whatever the data says since.
    if not Signature.objects.filter(key=key).exists():
        _refuse_objections(proposal, shown_hash)
    return _sign(proposal, shown_hash, seat, by, key, now)


def _refuse_objections(proposal: Proposal, shown_hash: str) -> None:
    version = proposal.versions.filter(sha256=shown_hash).select_related("document").last()
    for objection in objections(version) if version is not None else []:
        if objection.refuses:
            raise SignatureRefused(
                "%(version)s cannot be signed yet: %(why)s.",
                remedy="%(do)s.",
                version=version,
                why=objection.says,
                do=objection.remedy,
            )


@in_turn()
def _sign(
    proposal: Proposal, shown_hash: str, seat: str, by: Person, key: str, now: datetime
) -> Signature:
    # The same form sent twice at once: the second waits here, and then finds the first's signature.
    Proposal.objects.select_for_update().get(pk=proposal.pk)
    again = Signature.objects.filter(key=key).select_related("version").first()
    if again is not None:
        if again.person_id == by.pk and again.sha256 == shown_hash:
            return again
        raise SignatureRefused(
            "This form was sent before, for something else. Nothing was signed.",
            remedy="Open the signing page afresh.",
        )
    proposal = locked(proposal)
    version, document = proposal.version, proposal.document
    if version.sha256 != shown_hash or text_hash(version.text) != shown_hash:
        raise DocumentChanged(
            "%(document)s was changed by %(made_by)s at %(made_at)s UTC, after your page was"
            " made. Nothing was signed.",
            remedy="Read what is different, then sign the newest version.",
            document=document,
            made_by=version.made_by,
            made_at=f"{version.made_at:%Y-%m-%d %H:%M}",
        )
    sitting = _sitting(by, seat, document, now)
    _refuse_twice(version, sitting, by)
    signature = Signature(
        version=version,
        seat=sitting.seat,
        person=by,
        instead_of=sitting.instead_of,
        sha256=shown_hash,
        signed_at=now,
        key=key,
    )
    for_whom = f" for {sitting.instead_of}" if sitting.instead_of else ""
    says = f"{by} signed {version} as {sitting.seat}{for_whom}."
    signature.tell(at=now, by=by.by(seat), verb="signed", says=says)
    standing = standing_of(version)
    if standing.problem:
        raise SignatureRefused(
            "With this signature %(version)s would not be agreed: %(problem)s.",
            remedy="Somebody else who holds the seat, or stands in for it, signs.",
            version=version,
            problem=standing.problem,
        )
    if standing.is_agreed:
        enact(proposal, version, now)
    return signature


def enact(proposal: Proposal, version: Version, now: datetime, *, ruling: bool = False) -> None:
    """Put a version in force. Called in the transaction of what decided it."""
    document = version.document
    enactment = Enactment(document=document, version=version, from_at=now, ruling=ruling)
    why = "by a ruling" if ruling else "every seat has signed it"
    enactment.tell(at=now, by=TRIVET, verb="enacted", says=f"{version} is in force: {why}.")
    proposal.outcome = Outcome.IN_FORCE
    proposal.closed_at = now
    says = f"The change of {document} took effect."
    proposal.tell(at=now, by=TRIVET, verb="closed", says=says)
    if took_effect := document.kind_of.took_effect:
        transaction.on_commit(took_effect)


@in_turn()
def reject(*, proposal: Proposal, seat: str, why: str, by: Person, now: datetime) -> None:
    """Decline a change in a seat that signs it. The version in force was never touched.

    Raises   SignatureRefused   `by` does not hold the seat, or gives no reason
             ProposalClosed
    """
    proposal = locked(proposal)
    _sitting(by, seat, proposal.document, now)
    if not why.strip():
        raise SignatureRefused(
            "A change is not rejected without a reason.",
            remedy="Say in a sentence what would have to be different.",
        )
    proposal.outcome = Outcome.REJECTED
    proposal.closed_by, proposal.closed_at, proposal.closed_why = by, now, why
    says = f"{by} rejected the change of {proposal.document}: {why}"
    proposal.tell(at=now, by=by.by(seat), verb="rejected", says=says)


def _sitting(by: Person, seat: str, document: Document, now: datetime) -> Sitting:
    """The seat as its holder has it at this instant, not as the page remembered it."""
    if seat not in document.kind_of.required:
        asked = ", ".join(str(key) for key in document.kind_of.required)
        raise SignatureRefused(
            "The seat %(seat)s does not sign %(document)s.",
            remedy="It is signed by %(asked)s.",
            seat=repr(seat),
            document=document,
            asked=asked,
        )
    for sitting in sittings(by, now):
        if sitting.seat.key == seat:
            return sitting
    raise SignatureRefused(
        "%(person)s does not hold the seat %(seat)s any more, or does not yet. Nothing was signed.",
        remedy="The seat's holder signs, or lends the seat for a while.",
        person=by,
        seat=repr(seat),
    )


def _refuse_twice(version: Version, sitting: Sitting, by: Person) -> None:
    here = version.signatures.select_related("person", "seat")
    if (before := here.filter(seat=sitting.seat).first()) is not None:
        raise SignatureRefused(
            "%(person)s signed %(version)s as %(seat)s at %(signed_at)s UTC.",
            remedy="The seat has signed; nothing is left to do for it.",
            person=before.person,
            version=version,
            seat=before.seat,
            signed_at=f"{before.signed_at:%Y-%m-%d %H:%M}",
        )
    elsewhere = here.filter(person=by).first()
    if elsewhere is not None and not version.document.kind_of.signs_twice:
        raise SignatureRefused(
            "%(person)s signed %(version)s as %(seat)s; one person does not sign it in two seats.",
            remedy="Fill the other seat, or lend it to somebody else.",
            person=by,
            version=version,
            seat=elsewhere.seat,
        )
