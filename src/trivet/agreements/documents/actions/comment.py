"""Say something to a clause of a proposal, and settle what was said."""

from __future__ import annotations

from datetime import datetime

from trivet.agreements.audit.turn import in_turn
from trivet.agreements.documents.actions.propose import locked
from trivet.agreements.documents.models import Comment, Proposal
from trivet.agreements.people.models import Person
from trivet.agreements.people.queries import seats_of
from trivet.agreements.people.rules.right import Verb, may
from trivet.errors import DocumentRefused, NotAllowed
from trivet.sentence import Sentence

SPEAK = (Verb.PROPOSE, Verb.SIGN, Verb.DECIDE)
LONGEST = 2_000


@in_turn()
def comment(*, proposal: Proposal, clause: str, says: str, by: Person, now: datetime) -> Comment:
    """Say something to a clause, or to the whole. The same words twice in a row are there once.

    clause   its place in what is proposed now; '' for the whole

    Raises   NotAllowed        `by` neither proposes, signs nor decides such documents
             DocumentRefused   it says nothing, too much, or is about a clause that is not there
             ProposalClosed
    """
    proposal = locked(proposal)
    seat = _speaking_seat(proposal, by, now)
    says = says.strip()
    if not says or len(says) > LONGEST:
        raise DocumentRefused(
            "A comment has %(number)s characters, and needs 1 to %(longest)s.",
            remedy="Say it in some sentences.",
            number=f"{len(says):,}",
            longest=f"{LONGEST:,}",
        )
    if clause and clause not in {found.place for found in proposal.version.clauses}:
        raise DocumentRefused(
            "There is no clause %(clause)s in what is proposed now.",
            remedy="Look at the newest version, and say it there.",
            clause=repr(clause),
        )
    last = proposal.comments.filter(by=by).order_by("-pk").first()
    if last is not None and (last.clause, last.says, last.resolved_at) == (clause, says, None):
        return last
    said = Comment(proposal=proposal, clause=clause, says=says, by=by, made_at=now)
    told = f"{by} commented on the change of {proposal.document}."
    said.tell(at=now, by=by.by(seat), verb="commented", says=told)
    return said


@in_turn()
def resolve(*, comment: Comment, by: Person, now: datetime) -> Comment:
    """Settle a comment. Settled once, it stays so.

    Raises   NotAllowed if `by` neither proposes, signs nor decides such documents
    """
    comment = Comment.objects.select_for_update(of=("self",)).get(pk=comment.pk)
    seat = _speaking_seat(comment.proposal, by, now)
    if comment.resolved_at is not None:
        return comment
    comment.resolved_by, comment.resolved_at = by, now
    told = f"{by} settled a comment of {comment.by} on the change of {comment.proposal.document}."
    comment.tell(at=now, by=by.by(seat), verb="resolved", says=told)
    return comment


def _speaking_seat(proposal: Proposal, by: Person, now: datetime) -> str:
    thing = proposal.document.kind_of.thing
    for seat in sorted(seats_of(by, now)):
        if any(may([seat], verb, thing) for verb in SPEAK):
            return str(seat)
    raise NotAllowed(
        "%(person)s holds no seat that proposes, signs or decides %(thing)s.",
        remedy="Tell somebody who does; the page says who has still to sign.",
        person=by,
        thing=Sentence(thing),
    )
