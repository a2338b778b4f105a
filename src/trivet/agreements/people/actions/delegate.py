"""Let somebody act in one's seat for a while."""

from __future__ import annotations

from datetime import datetime, timedelta

from trivet.agreements.audit.turn import in_turn
from trivet.agreements.people.actions.appoint import still_here
from trivet.agreements.people.models import Delegation, Person, Tenure
from trivet.errors import NotAllowed

LONGEST = timedelta(days=90)


@in_turn()
def delegate(
    *, tenure: Tenure, to: Person, until_at: datetime, why: str, by: Person, now: datetime
) -> Delegation:
    """Stand-in for the holder, until an instant at most 90 days away.

    The same given again is there once.
    Raises   NotAllowed   `by` is not the holder, `to` is or has left, or the time is over or too
                          long
    """
    held = Tenure.objects.at(now).filter(pk=tenure.pk, person=by).select_related("seat").first()
    if held is None:
        raise NotAllowed(
            "%(person)s does not hold this seat.",
            remedy="Only the holder of a seat can lend it.",
            person=by,
        )
    if to.pk == by.pk:
        raise NotAllowed("%(to)s cannot stand in here.", remedy="Choose somebody else.", to=to)
    if not now < until_at <= now + LONGEST:
        raise NotAllowed(
            "A delegation until %(until_at)s is over already, or longer than 90 days.",
            remedy="Choose an end within 90 days; it can be given again.",
            until_at=f"{until_at:%Y-%m-%d}",
        )
    to = still_here(to)
    same = Delegation.objects.filter(tenure=held, to=to, until_at=until_at, why=why).first()
    if same is not None:
        return same
    delegation = Delegation(tenure=held, to=to, from_at=now, until_at=until_at, why=why)
    says = f"{by} lets {to} act as {held.seat} until {until_at:%Y-%m-%d %H:%M} UTC."
    delegation.tell(at=now, by=by.by(held.seat.key), verb="delegated", says=says)
    return delegation


@in_turn()
def take_back(*, delegation: Delegation, by: Person, now: datetime) -> None:
    """End a delegation before its time. What was signed meanwhile stays valid.

    Raises   NotAllowed   `by` did not give it, or it is over
    """
    found = Delegation.objects.select_for_update().select_related("tenure").get(pk=delegation.pk)
    if found.tenure.person_id != by.pk or found.until_at <= now:
        raise NotAllowed(
            "This delegation is not yours, or is over.", remedy="Nothing is left to take back."
        )
    # An instant later, so that one given and taken back at once still ends after it begins.
    found.until_at = max(now, found.from_at + timedelta(microseconds=1))
    says = f"{by} took back what {found.to} was lent."
    found.tell(at=now, by=by.by(), verb="took back", says=says)
