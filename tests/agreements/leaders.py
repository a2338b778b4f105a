"""A small company of plainly fictional people: an administrator, three leaders, a CEO."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from tests.agreements.written_once import written_once
from trivet.agreements.people.actions.appoint import appoint, confirm
from trivet.agreements.people.actions.found import found
from trivet.agreements.people.models import Person, Seat, Tenure

NOW = datetime(2026, 6, 1, 9, tzinfo=UTC)


def later(**passed: float) -> datetime:
    return NOW + timedelta(**passed)


@dataclass
class Leaders:
    """Who sits where."""

    admin: Person
    cmo: Person
    cro: Person
    vp_cs: Person
    ceo: Person


def join(name: str) -> Person:
    first = name.partition(" ")[0].lower()
    person = Person(name=name, email=f"{first}@norvik.example", joined_at=NOW)
    person.set_unusable_password()
    person.tell(at=NOW, by=person.by(), verb="joined", says=f"{name} joined.")
    return person


def sit(person: Person, seat: str, admin: Person, second: Person | None = None) -> Tenure:
    tenure = appoint(seat=Seat.objects.get(key=seat), person=person, by=admin, now=NOW)
    if not tenure.is_confirmed:
        confirm(tenure=tenure, by=second or person, now=NOW)
    return tenure


@written_once
def leaders() -> Leaders:
    admin = found(name="Ada Hale", email="ada@norvik.example", password=None, now=NOW)
    cmo, cro, vp_cs = join("Mira Okafor"), join("Rune Castell"), join("Vera Lindqvist")
    for person, seat in ((cmo, "cmo"), (cro, "cro"), (vp_cs, "vp_cs")):
        sit(person, seat, admin)
    ceo = join("Cato Brandt")
    sit(ceo, "ceo", admin, cmo)
    return Leaders(admin, cmo, cro, vp_cs, ceo)
