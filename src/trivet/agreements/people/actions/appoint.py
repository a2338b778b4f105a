"""Put somebody in a seat, and let a second person confirm it."""

from __future__ import annotations

from datetime import datetime

from trivet.agreements.audit.turn import in_turn
from trivet.agreements.people.models import Person, Seat, Tenure
from trivet.agreements.people.queries import person_may, seats_of
from trivet.agreements.people.rules.right import Thing, Verb
from trivet.agreements.people.rules.seat import SIGNING, TAKES_TWO, SeatKey
from trivet.errors import NotAllowed, SeatTaken


@in_turn()
def appoint(*, seat: Seat, person: Person, by: Person, now: datetime) -> Tenure:
    """Give a seat to somebody. One that signs, decides or administers waits for a second person.

    Raises   NotAllowed   `by` does not administer people, or the person has left
             SeatTaken    the person holds it, or another holds a seat for one
    """
    check_administers(by, now)
    person = still_here(person)
    held = seat.tenures.filter(until_at=None)
    if held.filter(person=person).exists():
        raise SeatTaken(
            "%(person)s holds the seat %(seat)s already, or waits for it to be confirmed.",
            remedy="Nothing is left to do, or the second person has to confirm it.",
            person=person,
            seat=seat,
        )
    holder = held.exclude(confirmed_at=None).select_related("person").first()
    if seat.is_exclusive and holder is not None:
        raise SeatTaken(
            "%(person)s holds the seat %(seat)s.",
            remedy="End that tenure first; the seat's documents stay with the seat.",
            person=holder.person,
            seat=seat,
        )
    tenure = Tenure(
        seat=seat, person=person, from_at=now, appointed_by=by, is_exclusive=seat.is_exclusive
    )
    needs_second = SeatKey(seat.key) in TAKES_TWO
    if not needs_second:
        tenure.confirmed_by, tenure.confirmed_at = by, now
    says = f"{person} was given the seat {seat}" + (
        "; it waits for a second person." if needs_second else "."
    )
    tenure.tell(at=now, by=by.by(SeatKey.REVOPS_ADMIN), verb="appointed", says=says)
    return tenure


@in_turn()
def confirm(*, tenure: Tenure, by: Person, now: datetime) -> None:
    """Be the second person.

    Until each of the three leaders has been there once, nobody else can be second: then the one
    who is appointed takes the seat by signing in and accepting it.

    Raises   NotAllowed   `by` appointed them, or holds no seat that may confirm
             SeatTaken    it is confirmed already, is over, or another took the seat meanwhile
    """
    tenure = Tenure.objects.select_for_update().select_related("seat", "person").get(pk=tenure.pk)
    if tenure.is_confirmed or tenure.until_at is not None:
        raise SeatTaken(
            "This appointment of %(person)s is confirmed, or was withdrawn.",
            remedy="Look at the seat again.",
            person=tenure.person,
        )
    if by.pk == tenure.appointed_by_id:
        raise NotAllowed(
            "%(person)s made this appointment and cannot also be the second person.",
            remedy="Ask another leader or administrator to confirm it.",
            person=by,
        )
    may_confirm = seats_of(by, now) & TAKES_TWO
    is_first = by.pk == tenure.person_id and not _all_leaders_were_there()
    if not may_confirm and not is_first:
        raise NotAllowed(
            "%(person)s holds no seat that may confirm an appointment.",
            remedy="A leader, the CEO or an administrator confirms it.",
            person=by,
        )
    if tenure.is_exclusive and Tenure.objects.at(now).filter(seat=tenure.seat).exists():
        raise SeatTaken(
            "Somebody else took the seat %(seat)s meanwhile.",
            remedy="End that tenure first, or withdraw this appointment.",
            seat=tenure.seat,
        )
    tenure.confirmed_by, tenure.confirmed_at = by, now
    seat = next(iter(sorted(may_confirm)), "")
    says = f"{by} confirmed {tenure.person} in the seat {tenure.seat}."
    tenure.tell(at=now, by=by.by(seat), verb="confirmed", says=says)


@in_turn()
def end(*, tenure: Tenure, by: Person, now: datetime) -> None:
    """End a tenure, or withdraw an appointment. What was signed in it stays valid.

    Raises   NotAllowed   `by` does not administer people, or nobody would administer them
             SeatTaken    it is over already
    """
    check_administers(by, now)
    tenure = Tenure.objects.select_for_update().select_related("seat", "person").get(pk=tenure.pk)
    if tenure.until_at is not None:
        raise SeatTaken(
            "%(person)s left the seat %(seat)s at %(until_at)s UTC.",
            remedy="Nothing is left to end; look at the seat again.",
            person=tenure.person,
            seat=tenure.seat,
            until_at=f"{tenure.until_at:%Y-%m-%d %H:%M}",
        )
    admins = Tenure.objects.at(now).filter(seat__key=SeatKey.REVOPS_ADMIN)
    if tenure.seat.key == SeatKey.REVOPS_ADMIN and not admins.exclude(pk=tenure.pk).exists():
        raise NotAllowed(
            "%(person)s is the only administrator.",
            remedy="Appoint another one first.",
            person=tenure.person,
        )
    tenure.until_at = max(now, tenure.from_at)
    says = f"{tenure.person} left the seat {tenure.seat}."
    tenure.tell(at=now, by=by.by(SeatKey.REVOPS_ADMIN), verb="ended", says=says)


def check_administers(by: Person, now: datetime) -> None:
    """Raises   NotAllowed if `by` does not administer people"""
    if not person_may(by, Verb.ADMINISTER, Thing.PEOPLE, now):
        raise NotAllowed(
            "%(person)s does not administer people.",
            remedy="Ask somebody in the seat of revenue operations.",
            person=by,
        )


def still_here(person: Person) -> Person:
    """The person as they are now: what a page read some time ago is never written back.

    Raises   NotAllowed if they have left
    """
    found = Person.objects.select_for_update().get(pk=person.pk)
    if not found.is_active:
        raise NotAllowed(
            "%(person)s has left.", remedy="Invite whoever came instead.", person=found
        )
    return found


def _all_leaders_were_there() -> bool:
    """True once each of the three has been held by somebody, at any time."""
    held = Tenure.objects.exclude(confirmed_at=None).filter(seat__key__in=SIGNING)
    return held.values("seat").distinct().count() == len(SIGNING)
