"""Seats, who holds them, and every change to that, as somebody at the pages makes it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from tests.agreements.leaders import Leaders, join
from tests.web.signed_in import as_
from tests.web.test_language import OWN as OWN_WORDS
from tests.web.test_language import Bracketed, english_in
from trivet.agreements.audit.queries import chain_breaks, differences
from trivet.agreements.people.models import Delegation, Person, Seat, Tenure
from trivet.agreements.people.queries import seats_of
from trivet.agreements.people.rules.seat import SeatKey


def read(client: Client, address: str = "/people") -> str:
    answer = client.get(address)
    assert answer.status_code == 200, answer
    return answer.content.decode()


def pk_of(seat: str) -> int:
    return Seat.objects.get(key=seat).pk


def now_in(person: Person) -> set[str]:
    return {str(seat) for seat in seats_of(person, datetime.now(UTC))}


def test_every_seat_is_shown_with_who_holds_it(people: Leaders) -> None:
    page = read(as_(people.cmo))
    for seat in Seat.objects.all():
        assert seat.title in page
    for person in (people.cmo, people.cro, people.vp_cs, people.ceo, people.admin):
        assert person.name in page
    assert "Give somebody a seat" not in page
    assert "Give somebody a seat" in read(as_(people.admin))


def test_a_vacant_seat_shows_since_when(people: Leaders) -> None:
    admin = as_(people.admin)
    tenure = Tenure.objects.get(person=people.cro)
    assert admin.post(f"/people/tenures/{tenure.pk}/end")["Location"] == "/people"
    page = read(admin)
    assert "Vacant" in page
    assert now_in(people.cro) == set()


def test_a_seat_that_signs_waits_for_a_second_person(people: Leaders) -> None:
    admin, nilo = as_(people.admin), join("Nilo Reyes")
    tenure = Tenure.objects.get(person=people.cro)
    admin.post(f"/people/tenures/{tenure.pk}/end")
    given = admin.post("/people/appointments", {"seat": pk_of("cro"), "person": nilo.pk})
    assert given["Location"] == "/people"
    assert "Waits for a second person" in read(admin)
    waiting = Tenure.objects.get(person=nilo)
    mine = admin.post(f"/people/tenures/{waiting.pk}/confirmation")
    assert mine.status_code == 422
    assert "cannot also be the second person" in mine.content.decode()
    assert now_in(nilo) == set()
    assert as_(people.cmo).post(f"/people/tenures/{waiting.pk}/confirmation").status_code == 302
    assert now_in(nilo) == {"cro"}
    assert differences() == []
    assert chain_breaks() == []


def test_who_is_appointed_and_has_no_seat_sees_it_on_their_own_page(people: Leaders) -> None:
    nilo = join("Nilo Reyes")
    as_(people.admin).post(
        "/people/appointments", {"seat": pk_of("revops_admin"), "person": nilo.pk}
    )
    page = read(as_(nilo), "/me")
    assert "gives you the seat Revenue operations" in page
    waiting = Tenure.objects.get(person=nilo)
    refused = as_(nilo).post(f"/people/tenures/{waiting.pk}/confirmation")
    assert refused.status_code == 422


@pytest.mark.parametrize(
    ("seat", "says"),
    [("cmo", "holds the seat Chief marketing officer"), ("", "required"), ("99", "valid choice")],
)
def test_what_is_refused_is_said_and_nothing_is_changed(
    people: Leaders, seat: str, says: str
) -> None:
    before = Tenure.objects.count()
    number = pk_of(seat) if seat in set(SeatKey) else 9999 if seat else ""
    filled = {"seat": number, "person": people.ceo.pk}
    answer = as_(people.admin).post("/people/appointments", filled)
    assert answer.status_code == 422
    assert says in answer.content.decode()
    assert Tenure.objects.count() == before


def test_a_seat_is_lent_and_taken_back_by_its_holder(people: Leaders) -> None:
    cmo, tenure = as_(people.cmo), Tenure.objects.get(person=people.cmo)
    day = (datetime.now(UTC) + timedelta(days=10)).date()
    filled = {"to": people.admin.pk, "until_on": day.isoformat(), "why": "Leave"}
    assert cmo.post(f"/people/tenures/{tenure.pk}/delegations", filled).status_code == 302
    assert "cmo" in now_in(people.admin)
    assert "stands in until" in read(cmo)
    lent = Delegation.objects.get()
    other = as_(people.cro).post(f"/people/delegations/{lent.pk}/end")
    assert other.status_code == 422
    assert cmo.post(f"/people/delegations/{lent.pk}/end").status_code == 302
    assert "cmo" not in now_in(people.admin)


@pytest.mark.parametrize(("days", "status"), [(-1, 422), (120, 422), (89, 302)])
def test_a_seat_is_lent_for_ninety_days_at_most(people: Leaders, days: int, status: int) -> None:
    tenure = Tenure.objects.get(person=people.cmo)
    day = (datetime.now(UTC) + timedelta(days=days)).date()
    filled = {"to": people.ceo.pk, "until_on": day.isoformat()}
    answer = as_(people.cmo).post(f"/people/tenures/{tenure.pk}/delegations", filled)
    assert answer.status_code == status


def test_nobody_lends_the_seat_of_another(people: Leaders) -> None:
    tenure = Tenure.objects.get(person=people.cmo)
    day = (datetime.now(UTC) + timedelta(days=5)).date()
    filled = {"to": people.ceo.pk, "until_on": day.isoformat()}
    answer = as_(people.admin).post(f"/people/tenures/{tenure.pk}/delegations", filled)
    assert answer.status_code == 422
    assert not Delegation.objects.exists()


def test_who_leaves_leaves_every_seat_and_cannot_come_in(people: Leaders) -> None:
    gone = as_(people.cmo)
    assert as_(people.admin).post(f"/people/{people.cmo.pk}/departure").status_code == 302
    people.cmo.refresh_from_db()
    assert not people.cmo.is_active
    assert Tenure.objects.get(person=people.cmo).until_at
    assert gone.get("/").status_code == 302
    assert differences() == []


def test_the_last_administrator_stays(people: Leaders) -> None:
    answer = as_(people.admin).post(f"/people/{people.admin.pk}/departure")
    assert answer.status_code == 422
    people.admin.refresh_from_db()
    assert people.admin.is_active


def test_what_happened_is_told_newest_first_and_of_one_record(people: Leaders) -> None:
    page = read(as_(people.ceo), "/people/story")
    assert "Mira Okafor was given the seat Chief marketing officer" in page
    assert page.index("Cato Brandt") < page.index("was made.")
    one = read(as_(people.ceo), f"/people/story?noun=person&id={people.cro.pk}")
    assert "Rune Castell joined." in one
    assert "Vera Lindqvist" not in one


def test_who_may_see_only_their_own_sees_only_that(people: Leaders) -> None:
    nilo = join("Nilo Reyes")
    as_(people.admin).post("/people/appointments", {"seat": pk_of("rep"), "person": nilo.pk})
    page = read(as_(nilo), "/people/story")
    assert "Nilo Reyes joined." in page
    assert "Mira Okafor" not in page


@pytest.mark.parametrize(
    "query", ["?before=abc", "?before=99999999999999999999", "?noun=%27%20or%201=1", "?id=x"]
)
def test_a_made_up_address_of_the_story_is_answered(people: Leaders, query: str) -> None:
    assert as_(people.ceo).get(f"/people/story{query}").status_code == 200


PAGES = [
    "/people",
    "/people/story",
    "/me",
    "/me/second-factor",
    "/me/passkeys",
    "/me/second-factor/codes/new",
]
OUTSIDE = ["/sign-in", "/sign-out", "/sign-in/ended", "/people/invitations/1/x", "/sign-in/again"]


@pytest.mark.parametrize("address", PAGES)
def test_in_another_language_these_pages_show_no_english(
    people: Leaders, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    from django.utils.translation import trans_real

    client = as_(people.admin)
    names = {
        word for name in Person.objects.values_list("name", flat=True) for word in name.split()
    }
    titles = {word for seat in Seat.objects.all() for word in seat.title.split()}
    monkeypatch.setattr(
        "tests.web.test_language.OWN",
        {*OWN_WORDS, *names, *titles, *map(str.lower, names), "norvik", "example"},
    )
    monkeypatch.setitem(trans_real._translations, "en", Bracketed())
    page = read(client, address)
    assert "⟦" in page
    # What the chain says is data: the words of that day.
    assert not [each for each in english_in(page) if "story" not in address]


@pytest.mark.parametrize("address", [*PAGES, *OUTSIDE])
def test_no_page_has_inline_script_or_style(people: Leaders, address: str) -> None:
    import re

    client = as_(people.admin) if address != "/sign-in" else Client()
    people.admin.set_unusable_password()
    page = client.get(address).content.decode()
    assert not re.search(r"<script(?![^>]*\ssrc=)", page)
    assert "<style" not in page
    assert not re.search(r"\sstyle=", page)
    assert not re.search(r"\son[a-z]+=", page)
