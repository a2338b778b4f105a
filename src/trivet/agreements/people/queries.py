"""What is asked about people and seats."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from trivet.agreements.people.models import Delegation, Person, Seat, Tenure
from trivet.agreements.people.rules.right import Thing, Verb, may
from trivet.agreements.people.rules.seat import SIGNING, SeatKey


@dataclass(frozen=True, slots=True)
class Sitting:
    """A seat somebody may act in now.

    instead_of   whom they stand in for; None in a seat of their own
    until_at     when it ends, if that is known
    """

    seat: Seat
    instead_of: Person | None
    until_at: datetime | None


@dataclass(frozen=True, slots=True)
class Vacancy:
    """A seat that nobody holds.

    since_at   when its last holder left; None if nobody ever held it
    """

    seat: Seat
    since_at: datetime | None

    def lasts(self, now: datetime) -> timedelta | None:
        """How long nobody has answered for the seat."""
        return now - self.since_at if self.since_at else None


def sittings(person: Person, at: datetime) -> list[Sitting]:
    """The seats a person may act in at an instant: held, then delegated to them."""
    if not person.is_active:
        return []
    held = Tenure.objects.at(at).filter(person=person).select_related("seat")
    lent = (
        Delegation.objects.at(at).filter(to=person).select_related("tenure__seat", "tenure__person")
    )
    return [Sitting(t.seat, None, t.until_at) for t in held] + [
        Sitting(d.tenure.seat, d.tenure.person, d.until_at) for d in lent
    ]


def seats_of(person: Person, at: datetime) -> frozenset[SeatKey]:
    """The keys of the seats a person may act in."""
    return frozenset(SeatKey(sitting.seat.key) for sitting in sittings(person, at))


def person_may(person: Person, verb: Verb, thing: Thing, at: datetime) -> bool:
    """True if one of a person's seats allows it."""
    return may(seats_of(person, at), verb, thing)


def holder_of(seat: SeatKey, at: datetime) -> Person | None:
    """Who holds an exclusive seat."""
    found = Tenure.objects.at(at).filter(seat__key=seat).select_related("person").first()
    return found.person if found else None


def vacancies(at: datetime) -> list[Vacancy]:
    """The seats of the three leaders and the CEO that nobody holds, with how long."""
    found = []
    for seat in Seat.objects.filter(key__in=[*SIGNING, SeatKey.CEO]):
        if not Tenure.objects.at(at).filter(seat=seat).exists():
            last = seat.tenures.filter(until_at__lte=at).order_by("-until_at").first()
            found.append(Vacancy(seat, last.until_at if last else None))
    return found


def is_founded() -> bool:
    """True once somebody administers this workspace."""
    return Tenure.objects.filter(seat__key=SeatKey.REVOPS_ADMIN, until_at=None).exists()
