"""Put a change that is not agreed on to the CEO, as a question of revenue."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from trivet.agreements.audit.turn import in_turn
from trivet.agreements.documents.actions.propose import proposing_seat
from trivet.agreements.documents.models import Document, Proposal, Version
from trivet.agreements.documents.rules.body import body_text, text_hash
from trivet.agreements.governance.exhibits import Attachment, gather
from trivet.agreements.governance.models import Case, Contest, Escalation, Exhibit
from trivet.agreements.governance.queries import ground_of, open_escalation, wordings
from trivet.agreements.governance.rules.deadline import LONGEST, USUAL, deadline
from trivet.agreements.governance.rules.ground import DAYS_UNSIGNED
from trivet.agreements.governance.rules.side import Side
from trivet.agreements.governance.rules.stake import Stake, problems
from trivet.agreements.people.models import Person
from trivet.agreements.people.queries import sittings
from trivet.errors import EscalationRefused, NotAllowed
from trivet.numbers.workspace.company import Company
from trivet.sentence import Sentence
from trivet.vocabulary.canonical import canonical_bytes

Gather = Callable[[Document, dict[Side, Version | None]], Sequence[Attachment]]


@in_turn()
def escalate(
    *,
    proposal: Proposal,
    question: str,
    stakes: Sequence[Stake],
    side: Side,
    says: str,
    by: Person,
    now: datetime,
    company: Company,
    other: Proposal | None = None,
    business_days: int = USUAL,
    evidence: Gather = gather,
) -> Escalation:
    """Put the question, with one's own words for a side and the evidence as it is now.

    other           another open proposal that the first stands against, where it is not the
                    version in force
    business_days   that the CEO has
    evidence        asked for both wordings; frozen as it answers

    The same person who puts the same proposal again gets the question that is there.

    Raises   EscalationRefused   it may still be agreed on, is decided, waits already, or the
                                 question is none of revenue
             NotAllowed          `by` neither signs the document nor proposed the change
    """
    document = Document.objects.select_for_update().get(pk=proposal.document_id)
    proposal = Proposal.objects.select_for_update().get(pk=proposal.pk)
    seat = speaking_seat(by, document, [proposal, *([other] if other else [])], now)
    waiting = open_escalation(document)
    if waiting is not None:
        if waiting.proposal_id == proposal.pk and waiting.raised_by_id == by.pk:
            return waiting
        raise EscalationRefused(
            "A question about %(document)s waits for the CEO since %(raised_at)s: %(raised_by)s"
            " put it.",
            remedy="Add your words to it; the next question can be put once it is answered.",
            document=document,
            raised_at=f"{waiting.raised_at:%Y-%m-%d}",
            raised_by=waiting.raised_by,
        )
    why = ground_of(proposal, now)
    if why is None:
        raise EscalationRefused(
            "The change of %(document)s is not deadlocked: nobody rejected or contested it, and"
            " it has not waited %(days_unsigned)s days for signatures, or it is decided.",
            remedy="Ask the seats that have still to sign, or reject it with a reason.",
            document=document,
            days_unsigned=DAYS_UNSIGNED,
        )
    _check(document, proposal, other, question, stakes, side, says, business_days)
    until = deadline(now, business_days, company)
    escalation = Escalation(
        document=document,
        proposal=proposal,
        other=other,
        ground=why,
        question=question.strip(),
        stakes=canonical_bytes({"stakes": [each.document() for each in stakes]}).decode(),
        raised_by=by,
        seat=seat,
        raised_at=now,
        due_on=until.on,
        due_at=until.at,
    )
    told = f"{by} put a question about {document} to the CEO, to be answered by {until.on}."
    escalation.tell(at=now, by=by.by(seat), verb="escalated", says=told)
    add_case(escalation, side, says, by, seat, now)
    for attachment in evidence(document, wordings(escalation)):
        _freeze(escalation, attachment, by, seat, now)
    for contest in Contest.objects.filter(outcome="", version__document=document, escalation=None):
        contest.escalation = escalation
        told = f"What {contest.onboarding.tenure.person} contests was put to the CEO."
        contest.tell(at=now, by=by.by(seat), verb="led to", says=told)
    return escalation


def speaking_seat(
    by: Person, document: Document, proposals: Sequence[Proposal], now: datetime
) -> str:
    """The seat in which somebody may speak in a deadlock: one that signs, or the proposer's.

    Raises   NotAllowed
    """
    held = {sitting.seat.key for sitting in sittings(by, now)}
    for key in document.kind_of.required:
        if key in held:
            return str(key)
    if any(each.opened_by_id == by.pk for each in proposals):
        return proposing_seat(by, document.kind, now)
    raise NotAllowed(
        "%(person)s neither signs %(document)s nor proposed this change.",
        remedy="One of %(required)s or the proposer does this.",
        person=by,
        document=document,
        required=", ".join(document.kind_of.required),
    )


def add_case(
    escalation: Escalation, side: Side, says: str, by: Person, seat: str, now: datetime
) -> Case:
    """Somebody's words, in the transaction of what brought them."""
    case = Case(escalation=escalation, side=side, says=says.strip(), by=by, seat=seat, made_at=now)
    told = f"{by} spoke for the {side} wording of {escalation.document}."
    case.tell(at=now, by=by.by(seat), verb="spoke", says=told)
    return case


def _freeze(
    escalation: Escalation, attachment: Attachment, by: Person, seat: str, now: datetime
) -> None:
    text = body_text(attachment.body)
    exhibit = Exhibit(
        escalation=escalation,
        side=attachment.side,
        title=attachment.title,
        text=text,
        sha256=text_hash(text),
        given_by=by,
        given_at=now,
    )
    told = f"{attachment.title} was frozen as evidence about {escalation.document}."
    exhibit.tell(at=now, by=by.by(seat), verb="gave", says=told)


def _check(
    document: Document,
    proposal: Proposal,
    other: Proposal | None,
    question: str,
    stakes: Sequence[Stake],
    side: Side,
    says: str,
    business_days: int,
) -> None:
    wrong = problems(stakes)
    if not question.strip():
        wrong.append("it asks nothing")
    if not says.strip():
        wrong.append("it says nothing for the side it is put from")
    if side is Side.OTHER and other is None:
        wrong.append("there is no other proposal to stand for")
    if not 1 <= business_days <= LONGEST:
        wrong.append(f"{business_days} is not between 1 and {LONGEST} working days")
    if other is not None and (
        other.document_id != document.pk or other.pk == proposal.pk or not other.is_open
    ):
        wrong.append("what it is set against is no other open proposal of the document")
    if wrong:
        raise EscalationRefused(
            "This is not yet a question to the CEO about %(document)s: %(why)s.",
            remedy="Say what depends on the answer, in accounts or money, and put it again.",
            document=document,
            why=Sentence.joined("%(first)s; %(then)s", wrong),
        )
