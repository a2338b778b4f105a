"""The first run: the seats, and the first person to administer them."""

from __future__ import annotations

from datetime import datetime

from trivet.agreements.audit.models import TRIVET
from trivet.agreements.audit.turn import in_turn
from trivet.agreements.people.models import Person, Seat, Tenure
from trivet.agreements.people.queries import is_founded
from trivet.agreements.people.rules.seat import SEATS, SeatKey
from trivet.errors import FoundedAlready


@in_turn()
def found(*, name: str, email: str, password: str | None, now: datetime) -> Person:
    """Make every seat, and the first RevOps admin, who is their own second person this once.

    Raises   FoundedAlready if somebody administers this workspace
    """
    if is_founded():
        raise FoundedAlready(
            "This workspace has an administrator already.",
            remedy="Sign in, or ask that person for a seat.",
        )
    for kind in SEATS.values():
        if not Seat.objects.filter(key=kind.key).exists():
            seat = Seat(key=kind.key, title=kind.title, is_exclusive=kind.is_exclusive)
            seat.tell(at=now, by=TRIVET, verb="made", says=f"The seat {kind.title} was made.")
    person = Person(name=name, email=email.lower(), joined_at=now)
    person.set_password(password)
    person.tell(at=now, by=TRIVET, verb="joined", says=f"{name} joined as the first person.")
    seat = Seat.objects.get(key=SeatKey.REVOPS_ADMIN)
    tenure = Tenure(
        seat=seat,
        person=person,
        from_at=now,
        appointed_by=person,
        confirmed_by=person,
        confirmed_at=now,
        is_exclusive=False,
    )
    tenure.tell(at=now, by=person.by(), verb="took", says=f"{name} took the seat {seat.title}.")
    return person
