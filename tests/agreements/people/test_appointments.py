"""Who gets a seat, and who has to agree to it."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from tests.agreements.leaders import NOW, join, later, sit
from trivet.agreements.people.actions.appoint import appoint, confirm, end
from trivet.agreements.people.actions.delegate import delegate, take_back
from trivet.agreements.people.actions.found import found
from trivet.agreements.people.models import Seat, Tenure
from trivet.agreements.people.queries import holder_of, seats_of, vacancies
from trivet.agreements.people.rules.seat import SeatKey
from trivet.errors import FoundedAlready, NotAllowed, SeatTaken


def seat(key):
    return Seat.objects.get(key=key)


def tenure(person):
    return Tenure.objects.get(person=person, until_at=None)


def test_the_first_person_administers_and_signs_nothing(people):
    assert seats_of(people.admin, NOW) == {SeatKey.REVOPS_ADMIN}


def test_there_is_only_one_first_person(people):
    with pytest.raises(FoundedAlready):
        found(name="Eve Late", email="eve@norvik.example", password=None, now=later(days=1))


def test_a_signing_seat_is_nobodys_until_a_second_person_confirms_it(people):
    end(tenure=tenure(people.cro), by=people.admin, now=later(days=1))
    new = join("Nils Roth")
    appointment = appoint(seat=seat("cro"), person=new, by=people.admin, now=later(days=2))
    assert holder_of(SeatKey.CRO, later(days=3)) is None
    with pytest.raises(NotAllowed, match="cannot also be the second person"):
        confirm(tenure=appointment, by=people.admin, now=later(days=3))
    with pytest.raises(NotAllowed, match="holds no seat"):
        confirm(tenure=appointment, by=new, now=later(days=3))
    confirm(tenure=appointment, by=people.ceo, now=later(days=3))
    assert holder_of(SeatKey.CRO, later(days=3)) == new


def test_a_seat_for_one_has_one_holder(people):
    with pytest.raises(SeatTaken, match="Mira Okafor holds"):
        appoint(seat=seat("cmo"), person=join("Nils Roth"), by=people.admin, now=NOW)


def test_the_database_itself_refuses_a_second_holder(people):
    with pytest.raises(IntegrityError), transaction.atomic():
        Tenure.objects.create(
            seat=seat("cmo"), person=people.cro, from_at=NOW, appointed_by=people.admin,
            confirmed_by=people.ceo, confirmed_at=NOW, is_exclusive=True,
        )  # fmt: skip


def test_an_appointment_that_somebody_overtook_is_not_confirmed(people):
    end(tenure=tenure(people.cro), by=people.admin, now=later(days=1))
    first = appoint(seat=seat("cro"), person=join("Nils Roth"), by=people.admin, now=later(days=2))
    second = appoint(seat=seat("cro"), person=join("Ola Frey"), by=people.admin, now=later(days=2))
    confirm(tenure=first, by=people.ceo, now=later(days=3))
    with pytest.raises(SeatTaken, match="Somebody else took"):
        confirm(tenure=second, by=people.ceo, now=later(days=4))


def test_only_an_administrator_appoints_and_one_always_stays(people):
    with pytest.raises(NotAllowed, match="does not administer"):
        appoint(seat=seat("rep"), person=people.cro, by=people.cmo, now=NOW)
    with pytest.raises(NotAllowed, match="only administrator"):
        end(tenure=tenure(people.admin), by=people.admin, now=NOW)


def test_a_seat_left_starts_a_clock(people):
    end(tenure=tenure(people.vp_cs), by=people.admin, now=later(days=10))
    [vacancy] = vacancies(later(days=12))
    assert vacancy.seat.key == "vp_cs"
    assert vacancy.lasts(later(days=12)).days == 2


def test_somebody_who_stands_in_acts_in_the_seat_until_it_ends(people):
    delegate(
        tenure=tenure(people.cmo), to=people.admin, until_at=later(days=5), why="leave",
        by=people.cmo, now=NOW,
    )  # fmt: skip
    assert SeatKey.CMO in seats_of(people.admin, later(days=4))
    assert SeatKey.CMO not in seats_of(people.admin, later(days=5))


def test_who_leaves_a_seat_takes_back_what_they_lent(people):
    lent = tenure(people.cmo)
    delegate(tenure=lent, to=people.ceo, until_at=later(days=9), why="", by=people.cmo, now=NOW)
    end(tenure=lent, by=people.admin, now=later(days=2))
    assert SeatKey.CMO not in seats_of(people.ceo, later(days=3))


def test_a_delegation_can_be_taken_back_and_always_ends(people):
    with pytest.raises(NotAllowed, match="longer than 90 days"):
        delegate(
            tenure=tenure(people.cmo), to=people.ceo, until_at=later(days=91), why="",
            by=people.cmo, now=NOW,
        )  # fmt: skip
    given = delegate(
        tenure=tenure(people.cmo), to=people.ceo, until_at=later(days=9), why="", by=people.cmo,
        now=NOW,
    )  # fmt: skip
    take_back(delegation=given, by=people.cmo, now=later(days=1))
    assert SeatKey.CMO not in seats_of(people.ceo, later(days=2))


def test_somebody_who_may_no_longer_sign_in_sits_nowhere(people):
    people.cmo.is_active = False
    assert seats_of(people.cmo, NOW) == frozenset()


def test_many_people_share_a_seat_for_many(people):
    for name in ("Rita Boll", "Ravi Engel"):
        sit(join(name), "rep", people.admin)
    assert Tenure.objects.at(NOW).filter(seat__key="rep").count() == 2
