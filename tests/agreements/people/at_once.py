"""Changes to people and seats, done by two at the same instant."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import partial

from tests.agreements.leaders import NOW, Leaders, join, later, sit
from trivet.agreements.audit.models import AuditRow
from trivet.agreements.people.actions import appoint, delegate, invite
from trivet.agreements.people.actions.found import found
from trivet.agreements.people.models import Delegation, Person, Seat, Tenure

Both = Callable[[str, list[Callable[[], object]], Callable[[], int]], None]


def first_at_once(both: Both) -> Leaders:
    """Two set the workspace up; then the leaders of whoever was first."""
    from django.db import transaction

    names = ("Ada Hale", "Eva Hale")

    def sets_up(name: str) -> object:
        mail = f"{name[:3].lower()}@norvik.example"
        return found(name=name, email=mail, password=None, now=NOW)

    both(
        "the first run", [partial(sets_up, name) for name in names],
        lambda: Tenure.objects.filter(seat__key="revops_admin").count(),
    )  # fmt: skip
    with transaction.atomic():
        admin = Person.objects.get()
        seated = [join(name) for name in ("Mira Okafor", "Rune Castell", "Vera Lindqvist")]
        for person, seat in zip(seated, ("cmo", "cro", "vp_cs"), strict=True):
            sit(person, seat, admin)
        ceo = join("Cato Brandt")
        sit(ceo, "ceo", admin, seated[0])
    return Leaders(admin, *seated, ceo)


def people_at_once(people: Leaders, both: Both) -> None:
    admin, now = people.admin, later(hours=1)
    rep = Seat.objects.get(key="rep")

    def told(verb: str) -> int:
        return AuditRow.objects.filter(verb=verb).count()

    def invites(name: str) -> object:
        return invite.invite(name=name, email="nilo@norvik.example", by=admin, now=now)

    both(
        "one address invited twice", [partial(invites, "Nilo"), partial(invites, "Nils")],
        lambda: Person.objects.filter(email="nilo@norvik.example").count(),
    )  # fmt: skip
    nilo = Person.objects.get(email="nilo@norvik.example")
    gives = partial(appoint.appoint, seat=rep, person=nilo, by=admin, now=now)
    both("one seat given twice", [gives, gives], lambda: nilo.tenures.count())

    lent = Tenure.objects.get(seat__key="vp_cs")
    lends = partial(
        delegate.delegate, tenure=lent, to=nilo, until_at=now + timedelta(days=3), why="leave",
        by=people.vp_cs, now=now,
    )  # fmt: skip
    both("one seat lent twice", [lends, lends], lambda: Delegation.objects.count())
    takes = partial(
        delegate.take_back, delegation=Delegation.objects.get(), by=people.vp_cs,
        now=now + timedelta(hours=1),
    )  # fmt: skip
    both("taken back twice", [takes, takes], lambda: told("took back"))

    ends = partial(
        appoint.end, tenure=Tenure.objects.get(seat=rep), by=admin, now=now + timedelta(hours=1)
    )
    before = told("ended")
    both("one tenure ended twice", [ends, ends], lambda: told("ended") - before)
    leaves = partial(invite.leave, person=nilo, by=admin, now=now + timedelta(hours=2))
    both("one person leaves twice", [leaves, leaves], lambda: told("left"))


def seats_at_once(people: Leaders, both: Both) -> None:
    """Two for one seat; and two administrators, each of whom ends the other: one has to stay."""
    cmo_seat = Seat.objects.get(key="cmo")
    # Two are proposed for a seat that one holds, and both are confirmed.
    appoint.end(tenure=Tenure.objects.get(seat=cmo_seat), by=people.admin, now=later(days=81))
    waiting = [
        appoint.appoint(seat=cmo_seat, person=person, by=people.admin, now=later(days=81, hours=1))
        for person in (people.cmo, _joined("Olga Reyes"))
    ]
    confirms = [
        partial(appoint.confirm, tenure=each, by=people.cro, now=later(days=81, hours=2))
        for each in waiting
    ]
    both(
        "two for one seat", confirms,
        lambda: Tenure.objects.at(later(days=82)).filter(seat=cmo_seat).count(),
    )  # fmt: skip
    admin, day = people.admin, later(days=90)
    second = _joined("Ines Hale")
    tenure = appoint.appoint(
        seat=Seat.objects.get(key="revops_admin"),
        person=second,
        by=people.admin,
        now=day,
    )
    appoint.confirm(tenure=tenure, by=people.cro, now=day)
    admins = Tenure.objects.filter(seat__key="revops_admin", until_at=None)
    both(
        "each administrator ends the other",
        [
            partial(appoint.end, tenure=admins.get(person=second), by=admin, now=later(days=91)),
            partial(appoint.end, tenure=admins.get(person=admin), by=second, now=later(days=91)),
        ],
        lambda: Tenure.objects.at(later(days=92)).filter(seat__key="revops_admin").count(),
    )


def _joined(name: str) -> Person:
    from django.db import transaction

    with transaction.atomic():
        return join(name)
