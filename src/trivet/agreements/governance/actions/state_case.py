"""Say something for a side, until the deadline."""

from __future__ import annotations

from datetime import datetime

from trivet.agreements.audit.turn import in_turn
from trivet.agreements.governance.actions.escalate import add_case, speaking_seat
from trivet.agreements.governance.models import Case, Escalation
from trivet.agreements.governance.rules.side import Side
from trivet.agreements.people.models import Person
from trivet.errors import EscalationClosed, EscalationRefused


@in_turn()
def state_case(*, escalation: Escalation, side: Side, says: str, by: Person, now: datetime) -> Case:
    """Add one's words. The same words sent twice in a row are there once.

    Raises   EscalationClosed    it is decided, or the deadline is over
             EscalationRefused   nothing is said, or there is no such side
             NotAllowed          `by` neither signs the document nor made a proposal
    """
    escalation = locked(escalation)
    proposals = [escalation.proposal, *([escalation.other] if escalation.other else [])]
    seat = speaking_seat(by, escalation.document, proposals, now)
    if now > escalation.due_at:
        raise EscalationClosed(
            "The deadline of the question about %(document)s was %(due_at)s UTC; nothing is"
            " added after it.",
            remedy="The CEO rules on what was said until then, or asks back with a new deadline.",
            document=escalation.document,
            due_at=f"{escalation.due_at:%Y-%m-%d %H:%M}",
        )
    if not says.strip() or side not in escalation.sides:
        raise EscalationRefused(
            "This says nothing for a side of the question.",
            remedy="Choose a side and say in a few sentences why it is better for revenue.",
        )
    last = escalation.cases.filter(by=by).order_by("-pk").first()
    if last is not None and (last.side, last.says) == (side, says.strip()):
        return last
    return add_case(escalation, side, says, by, seat, now)


def locked(escalation: Escalation) -> Escalation:
    """The question as it is now, until this transaction ends.

    Raises   EscalationClosed
    """
    found = Escalation.objects.select_for_update(of=("self",)).select_related("document")
    here = found.get(pk=escalation.pk)
    if not here.is_open:
        raise EscalationClosed(
            "The question about %(document)s is closed: %(outcome)s.",
            remedy="Look at what was decided; propose again if it should be otherwise.",
            document=here.document,
            outcome=here.outcome,
        )
    return here
