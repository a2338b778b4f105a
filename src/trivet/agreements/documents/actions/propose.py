"""Propose a version, edit it, or take it back."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Max

from trivet.agreements.audit.turn import in_turn
from trivet.agreements.documents.models import Document, Outcome, Proposal, Version
from trivet.agreements.documents.rules.body import Body, body_text, text_hash
from trivet.agreements.documents.rules.kind import kind_named
from trivet.agreements.people.models import Person, Seat
from trivet.agreements.people.queries import seats_of
from trivet.agreements.people.rules.right import Verb, may
from trivet.errors import DocumentChanged, DocumentRefused, NotAllowed, ProposalClosed
from trivet.sentence import Sentence


@in_turn()
def begin(*, kind: str, key: str, title: str, owner: Seat, by: Person, now: datetime) -> Document:
    """The document itself, still without a version.

    Raises   NotAllowed        `by` may not propose this kind
             DocumentRefused   somebody began it already
    """
    seat = proposing_seat(by, kind, now)
    if Document.objects.filter(kind=kind, key=key).exists():
        raise DocumentRefused(
            "Somebody began %(title)s already.",
            remedy="Open that one and propose a change of it.",
            title=title,
        )
    document = Document(kind=kind, key=key, title=title, owner=owner, made_at=now)
    document.tell(at=now, by=by.by(seat), verb="began", says=f"{by} began {title}.")
    return document


@in_turn()
def propose(*, document: Document, body: Body, why: str, by: Person, now: datetime) -> Proposal:
    """Put a change beside the version in force. The same form sent again is the same proposal.

    Raises   NotAllowed, DocumentRefused
    """
    seat = proposing_seat(by, document.kind, now)
    _check(document, body)
    own = document.proposals.filter(outcome="", opened_by=by, why=why)
    for before in own.order_by("-pk"):
        if before.version.text == body_text(body):
            return before
    base = document.in_force()
    if base is not None and base.text == body_text(body):
        raise DocumentRefused(
            "This is word for word %(base)s, which is in force.",
            remedy="Change something first; nothing needs to be signed again.",
            base=base,
        )
    proposal = Proposal(document=document, base=base, why=why, opened_by=by, opened_at=now)
    says = f"{by} proposed a change of {document}."
    proposal.tell(at=now, by=by.by(seat), verb="proposed", says=says)
    _write(proposal, body, by, seat, now)
    return proposal


@in_turn()
def amend(*, proposal: Proposal, body: Body, shown_hash: str, by: Person, now: datetime) -> Version:
    """Edit a proposal. What was signed of it lapses, for it is not what is proposed any more.

    shown_hash   of the version that the editor started from

    Raises   DocumentChanged   somebody else edited it meanwhile
             ProposalClosed, NotAllowed, DocumentRefused
    """
    proposal = locked(proposal)
    seat = proposing_seat(by, proposal.document.kind, now)
    current = proposal.version
    if current.sha256 != shown_hash:
        raise DocumentChanged(
            "%(made_by)s changed this proposal at %(made_at)s UTC, after you opened it.",
            remedy="Look at the difference, then make your change again on the newest version.",
            made_by=current.made_by,
            made_at=f"{current.made_at:%Y-%m-%d %H:%M}",
        )
    _check(proposal.document, body)
    if body_text(body) == current.text:
        return current
    return _write(proposal, body, by, seat, now)


@in_turn()
def withdraw(*, proposal: Proposal, by: Person, now: datetime) -> None:
    """Take a proposal back. The version in force was never touched.

    Raises   NotAllowed if somebody else made it; ProposalClosed
    """
    proposal = locked(proposal)
    if proposal.opened_by_id != by.pk:
        raise NotAllowed(
            "%(opened_by)s made this proposal.",
            remedy="Reject it in a signing seat, or ask them to withdraw it.",
            opened_by=proposal.opened_by,
        )
    proposal.outcome = Outcome.WITHDRAWN
    proposal.closed_by, proposal.closed_at = by, now
    says = f"{by} withdrew the change of {proposal.document}."
    proposal.tell(at=now, by=by.by(), verb="withdrew", says=says)


def locked(proposal: Proposal) -> Proposal:
    """The proposal as it is now, until this transaction ends.

    Raises   ProposalClosed
    """
    found = (
        Proposal.objects.select_for_update(of=("self",))
        .select_related("document", "opened_by")
        .get(pk=proposal.pk)
    )
    if not found.is_open:
        raise ProposalClosed(
            "This change of %(document)s was decided: %(outcome)s.",
            remedy="Look at the version in force, and propose again if it should be otherwise.",
            document=found.document,
            outcome=Sentence(Outcome(found.outcome).name.lower()),
        )
    return found


def proposing_seat(by: Person, kind: str, now: datetime) -> str:
    """The seat that lets somebody propose this kind.

    Raises   NotAllowed
    """
    thing = kind_named(kind).thing
    for seat in sorted(seats_of(by, now)):
        if may([seat], Verb.PROPOSE, thing):
            return str(seat)
    raise NotAllowed(
        "%(person)s holds no seat that may propose a change of %(thing)s.",
        remedy="Ask revenue operations, a function's operations or a leader to propose it.",
        person=by,
        thing=Sentence(thing),
    )


def _check(document: Document, body: Body) -> None:
    wrong = document.kind_of.problems(body)
    if wrong:
        raise DocumentRefused(
            "This cannot be a version of %(document)s: %(why)s.",
            remedy="Correct what is named here and propose it again.",
            document=document,
            why=Sentence.joined("%(first)s; %(then)s", wrong),
        )


def _write(proposal: Proposal, body: Body, by: Person, seat: str, now: datetime) -> Version:
    document = proposal.document
    text = body_text(body)
    number = document.versions.aggregate(last=Max("number"))["last"] or 0
    version = Version(
        document=document,
        proposal=proposal,
        number=number + 1,
        text=text,
        sha256=text_hash(text),
        made_by=by,
        seat=seat,
        made_at=now,
    )
    says = f"{by} wrote version {version.number} of {document}."
    version.tell(at=now, by=by.by(seat), verb="wrote", says=says)
    return version
