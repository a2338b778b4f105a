"""Before anybody is there the pages are open on this machine; afterwards they ask who is there."""

from __future__ import annotations

import re
import time
from datetime import datetime, timedelta

import pytest
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import (
    format_hotp_value,
    hotp_value,
)
from django.core.cache import cache
from django.test import Client

from tests.web.signed_in import as_
from trivet.agreements.audit.queries import chain_breaks, differences
from trivet.agreements.people.actions.invite import links
from trivet.agreements.people.models import Person
from trivet.agreements.people.queries import is_founded

PASSWORD = "seven lanterns over water"


@pytest.fixture(autouse=True)
def fresh_limits():
    cache.clear()


def code(secret: str, at: float | None = None) -> str:
    counter = int((at or time.time()) // 30)
    return format_hotp_value(hotp_value(secret, counter))


def with_password(person: Person) -> Person:
    person.set_password(PASSWORD)
    person.save()
    return person


def with_app(person: Person) -> str:
    secret = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
    Authenticator.objects.create(
        user=person,
        type=Authenticator.Type.TOTP,
        data={"secret": get_adapter().encrypt(secret)},
    )
    return secret


class TestBeforeAnybodyIsThere:
    @pytest.fixture(autouse=True)
    def _store(self, db):
        pass

    @pytest.mark.parametrize("address", ["/", "/metrics/win_rate", "/data", "/accounts/0010005"])
    def test_the_pages_are_open_on_this_machine(self, client, address):
        page = client.get(address)
        assert page.status_code == 200
        assert 'href="/people/first"' in page.content.decode()

    @pytest.mark.parametrize(
        "sent",
        [
            {"REMOTE_ADDR": "192.0.2.7"},
            {"HTTP_X_FORWARDED_FOR": "192.0.2.7"},
            {"HTTP_FORWARDED": "for=192.0.2.7"},
            {"HTTP_HOST": "revenue.norvik.example"},
        ],
    )
    def test_from_elsewhere_they_are_not(self, client, settings, sent):
        settings.ALLOWED_HOSTS = ["*"]
        answer = client.get("/", **sent)
        assert answer["Location"] == "/people/first"

    def test_there_is_nobody_to_show_yet(self, client):
        for address in ("/people", "/people/story", "/me"):
            assert client.get(address)["Location"] == "/people/first"

    def test_the_first_person_sets_it_up_and_from_then_on_it_asks(self, client):
        filled = {
            "name": "Ada Hale",
            "email": "Ada@Norvik.example",
            "password": PASSWORD,
            "again": PASSWORD,
        }
        assert client.get("/people/first").status_code == 200
        assert client.post("/people/first", filled)["Location"] == "/people"
        assert is_founded()
        assert client.get("/people").status_code == 200
        assert Client().get("/")["Location"] == "/sign-in?next=%2F"
        assert Client().post("/people/first", filled)["Location"].startswith("/sign-in")
        assert client.post("/people/first", filled).status_code == 403
        assert chain_breaks() == []
        assert differences() == []

    @pytest.mark.parametrize(
        "wrong",
        [
            {"password": "short", "again": "short"},
            {"password": "123456789012345", "again": "123456789012345"},
            {"again": "something else entirely"},
            {"email": "nowhere"},
            {"name": ""},
        ],
    )
    def test_what_is_wrong_with_it_is_said_at_the_field(self, client, wrong):
        filled = {"name": "Ada", "email": "ada@x.example", "password": PASSWORD, "again": PASSWORD}
        answer = client.post("/people/first", {**filled, **wrong})
        assert answer.status_code == 422
        assert 'class="wrong"' in answer.content.decode()
        assert not is_founded()

    def test_from_elsewhere_it_needs_the_printed_code(self, client, monkeypatch):
        monkeypatch.setenv("TRIVET_FIRST_RUN_CODE", "ABCD-EFGH-JKLM")
        filled = {"name": "Ada", "email": "ada@x.example", "password": PASSWORD, "again": PASSWORD}
        far = {"REMOTE_ADDR": "192.0.2.7"}
        for wrong in ("", "ABCD-EFGH-JKLN", "ABCD"):
            answer = client.post("/people/first", {**filled, "code": wrong}, **far)
            assert answer.status_code == 422
        monkeypatch.delenv("TRIVET_FIRST_RUN_CODE")
        assert client.post("/people/first", {**filled, "code": ""}, **far).status_code == 422
        monkeypatch.setenv("TRIVET_FIRST_RUN_CODE", "ABCD-EFGH-JKLM")
        answer = client.post("/people/first", {**filled, "code": "abcd-efgh-jklm"}, **far)
        assert answer["Location"] == "/people"


class TestWithAPassword:
    def test_one_comes_in_and_out(self, client, people):
        with_password(people.cmo)
        assert client.get("/sign-in").status_code == 200
        answer = client.post(
            "/sign-in?next=/data", {"login": "Mira@norvik.example", "password": PASSWORD}
        )
        assert answer["Location"] == "/data"
        assert client.get("/data").status_code == 200
        cookie = client.cookies["session"]
        assert cookie["httponly"]
        assert cookie["samesite"] == "Lax"
        client.post("/sign-out")
        assert client.get("/data")["Location"] == "/sign-in?next=%2Fdata"

    def test_the_session_gets_a_new_key_so_a_planted_one_is_of_no_use(self, client, people):
        with_password(people.cmo)
        session = client.session
        session["planted"] = True
        session.save()
        before = session.session_key
        client.post("/sign-in", {"login": "mira@norvik.example", "password": PASSWORD})
        assert client.session.session_key != before

    def test_nobody_signs_up(self, client, people):
        assert client.get("/sign-up").status_code == 404
        assert client.get("/accounts/signup/").status_code in (302, 404)

    def test_a_wrong_password_and_an_unknown_address_read_the_same(self, client, people):
        with_password(people.cmo)
        said = set()
        for login in ("mira@norvik.example", "nobody@norvik.example"):
            page = client.post("/sign-in", {"login": login, "password": "not this one"})
            assert "_auth_user_id" not in client.session
            said.add(re.search(r'role="alert">.*?</p>', page.content.decode(), re.S)[0])
        assert len(said) == 1

    def test_after_five_tries_it_waits(self, client, people):
        with_password(people.cmo)
        told = {"login": "mira@norvik.example", "password": "not this one"}
        for _ in range(5):
            client.post("/sign-in", told)
        client.post("/sign-in", {**told, "password": PASSWORD})
        assert "_auth_user_id" not in client.session

    def test_a_code_is_asked_of_whoever_has_an_app_and_works_once(self, client, people):
        secret = with_app(with_password(people.cmo))
        answer = client.post("/sign-in", {"login": "mira@norvik.example", "password": PASSWORD})
        assert answer["Location"] == "/sign-in/code"
        assert client.get("/data")["Location"].startswith("/sign-in?")
        assert client.get("/sign-in/code").status_code == 200
        given = code(secret)
        assert client.post("/sign-in/code", {"code": given})["Location"] == "/"
        assert client.get("/data").status_code == 200
        other = Client()
        other.post("/sign-in", {"login": "mira@norvik.example", "password": PASSWORD})
        other.post("/sign-in/code", {"code": given})
        assert other.get("/data")["Location"].startswith("/sign-in?")


class TestHowLongItHolds:
    def test_twelve_hours_whatever_is_done(self, people):
        assert as_(people.cmo, minutes_ago=12 * 60 - 5).get("/data").status_code == 200
        assert as_(people.cmo, minutes_ago=12 * 60 + 1).get("/data").status_code == 302

    def test_an_hour_idle_for_who_administers(self, people):
        assert as_(people.admin, minutes_ago=55).get("/data").status_code == 200
        assert as_(people.admin, minutes_ago=65).get("/data").status_code == 302
        assert as_(people.cmo, minutes_ago=65).get("/data").status_code == 200

    def test_what_is_done_moves_the_hour_but_not_the_twelve(self, people):
        client = as_(people.admin, minutes_ago=55)
        client.get("/data")
        assert client.session["seen_at"] > time.time() - 5

    def test_a_session_without_a_beginning_is_over(self, client, people):
        client.force_login(people.cmo)
        assert client.get("/data").status_code == 302

    def test_who_has_left_is_out_at_the_next_request(self, people):
        client = as_(people.cmo)
        people.cmo.is_active = False
        people.cmo.save()
        assert client.get("/data").status_code == 302

    def test_a_changed_password_ends_every_other_session(self, people):
        client = as_(with_password(people.cmo))
        people.cmo.set_password("another seven lanterns")
        people.cmo.save()
        assert client.get("/data").status_code == 302


class TestShownRecently:
    def test_people_are_changed_only_within_five_minutes_of_showing_who_one_is(self, people):
        with_password(people.admin)
        filled = {"name": "Nilo Reyes", "email": "nilo@norvik.example"}
        late = as_(people.admin, minutes_ago=6)
        answer = late.post("/people/invitations", filled, HTTP_REFERER="http://testserver/people")
        assert answer["Location"] == "/sign-in/again?next=%2Fpeople"
        assert late.get("/sign-in/again?next=/people").status_code == 200
        assert (
            late.post("/sign-in/again", {"password": PASSWORD, "next": "/people"}).status_code
            == 302
        )
        assert late.post("/people/invitations", filled).status_code == 200

    def test_a_password_alone_is_not_enough_to_administer(self, people):
        with_password(people.admin)
        bare = as_(people.admin, second_factor=False)
        answer = bare.post("/people/invitations", {"name": "Nilo", "email": "nilo@x.example"})
        assert answer["Location"] == "/me/second-factor?needed"
        assert bare.get("/me/second-factor").status_code == 200

    def test_a_form_is_not_sent_again_by_itself(self, people):
        with_password(people.admin)
        late = as_(people.admin, minutes_ago=6)
        late.post("/people/invitations", {"name": "Nilo", "email": "nilo@x.example"})
        late.post("/sign-in/again", {"password": PASSWORD})
        assert not Person.objects.filter(name="Nilo").exists()

    def test_an_app_is_set_up_with_the_code_it_shows(self, people):
        with_password(people.cmo)
        client = as_(people.cmo, second_factor=False)
        client.post("/sign-in/again", {"password": PASSWORD})
        page = client.get("/me/second-factor/app").content.decode()
        secret = re.search(r"<code>(\w+)</code>", page)[1]
        answer = client.post("/me/second-factor/app", {"code": code(secret)})
        assert answer["Location"] == "/me/second-factor/codes"
        shown = client.get("/me/second-factor/codes").content.decode()
        assert len(re.findall(r"\b\d{8}\b", shown)) == 10
        again = client.get("/me/second-factor/codes").content.decode()
        assert not re.findall(r"\b\d{8}\b", again)


class TestInvitations:
    def link(self, people, client) -> str:
        page = client.post(
            "/people/invitations", {"name": "Nilo Reyes", "email": "Nilo@Norvik.example"}
        )
        return re.search(r"http://testserver(/people/invitations/[^<]+)<", page.content.decode())[1]

    def test_who_is_invited_comes_in_with_a_password_of_their_own(self, people):
        link = self.link(people, as_(people.admin))
        guest = Client()
        assert "Nilo Reyes" in guest.get(link).content.decode()
        answer = guest.post(link, {"password": PASSWORD, "again": PASSWORD})
        assert answer["Location"] == "/me"
        assert guest.get("/me").status_code == 200
        assert guest.get("/data").status_code == 403
        assert differences() == []

    def test_a_link_works_once(self, people):
        link = self.link(people, as_(people.admin))
        Client().post(link, {"password": PASSWORD, "again": PASSWORD})
        again = Client().post(
            link, {"password": "and another one here", "again": "and another one here"}
        )
        assert again.status_code == 410
        assert Person.objects.get(name="Nilo Reyes").check_password(PASSWORD)

    def test_a_link_ends_after_three_days(self, people, monkeypatch):
        link = self.link(people, as_(people.admin))
        monkeypatch.setattr(
            type(links), "_now", lambda _: datetime.now() + timedelta(days=3, minutes=1)
        )
        assert Client().get(link).status_code == 410

    @pytest.mark.parametrize(
        "change",
        [
            lambda link: link[:-1] + ("a" if link[-1] != "a" else "b"),
            lambda link: link.replace("invitations/", "invitations/9"),
            lambda link: link + "x",
        ],
    )
    def test_a_link_that_was_touched_is_none_of_ours(self, people, change):
        link = self.link(people, as_(people.admin))
        assert Client().get(change(link)).status_code == 410

    def test_an_easy_password_is_refused_and_the_link_still_works(self, people):
        link = self.link(people, as_(people.admin))
        for easy in ("short", "1234567890123", "password1234", "nilo@norvik.example"):
            assert Client().post(link, {"password": easy, "again": easy}).status_code == 422
        assert Client().post(link, {"password": PASSWORD, "again": PASSWORD}).status_code == 302

    def test_an_address_is_used_once(self, people):
        answer = as_(people.admin).post(
            "/people/invitations", {"name": "Two", "email": "MIRA@norvik.example"}
        )
        assert answer.status_code == 422
        assert "is here already" in answer.content.decode()

    def test_a_link_of_somebody_who_left_is_over(self, people):
        link = self.link(people, as_(people.admin))
        Person.objects.filter(name="Nilo Reyes").update(is_active=False)
        assert Client().get(link).status_code == 410
