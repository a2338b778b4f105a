"""Whoever guesses waits; whoever works beside them, or has signed in here before, does not."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from tests.agreements.leaders import Leaders
from tests.web.test_sign_in import PASSWORD, code, with_app, with_password
from trivet.agreements.people.sign_in.proxies import proxy_count
from trivet.errors import SettingWrong

OFFICE, HOME = "192.0.2.7", "198.51.100.9"
MIRA, RUNE = "mira@norvik.example", "rune@norvik.example"


@pytest.fixture(autouse=True)
def fresh(settings: Any) -> None:
    cache.clear()
    # Hundreds of tries; how long one takes is not what is looked at.
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def office(people: Leaders) -> Leaders:
    for person in (people.cmo, people.cro):
        with_password(person)
    return people


def tries(
    login: str, password: str, address: str, client: Client | None = None, **sent: str
) -> bool:
    """Whether a browser, a new one if none is given, is let in."""
    client = client or Client()
    told = {"login": login, "password": password}
    answer = client.post("/sign-in", told, REMOTE_ADDR=address, **sent)
    assert answer.status_code in (200, 302)
    client.last = answer  # type: ignore[attr-defined]
    return answer.status_code == 302


def guesses(login: str, address: str, times: int, **sent: str) -> None:
    for number in range(times):
        assert not tries(login, f"guess {number}", address, **sent)


def known(login: str, address: str) -> Client:
    """A browser that signed in once, and out again."""
    client = Client()
    assert tries(login, PASSWORD, address, client)
    client.post("/sign-out")
    assert client.get("/me").status_code == 302
    return client


class TestOneWhoGuesses:
    def test_keeps_no_colleague_behind_the_same_address_out(self, office: Leaders) -> None:
        guesses(MIRA, OFFICE, 80)
        assert tries(RUNE, PASSWORD, OFFICE)

    def test_is_not_let_in_by_the_right_guess_after_five_wrong_ones(self, office: Leaders) -> None:
        guesses(MIRA, OFFICE, 5)
        client = Client()
        assert not tries(MIRA, PASSWORD, OFFICE, client)
        page = client.last.content.decode()  # type: ignore[attr-defined]
        assert "wrong too often" in page
        assert "Try again later" in page

    def test_does_not_lock_the_account_for_its_owner_elsewhere(self, office: Leaders) -> None:
        guesses(MIRA, OFFICE, 30)
        assert tries(MIRA, PASSWORD, HOME)

    def test_nor_on_a_device_that_signed_in_before_wherever_it_is(self, office: Leaders) -> None:
        device = known(MIRA, OFFICE)
        guesses(MIRA, OFFICE, 30)
        assert tries(MIRA, PASSWORD, OFFICE, device)

    @pytest.mark.slow
    def test_who_goes_through_many_names_keeps_out_none_who_was_here_before(
        self, office: Leaders
    ) -> None:
        device = known(RUNE, OFFICE)
        for number in range(120):
            tries(f"somebody-{number}@norvik.example", "guess", OFFICE)
        # A new browser behind that address waits, and is told what to do.
        new = Client()
        assert not tries(RUNE, PASSWORD, OFFICE, new)
        assert "a device that you have signed in on before" in " ".join(
            new.last.content.decode().split()  # type: ignore[attr-defined]
        )
        assert tries(RUNE, PASSWORD, OFFICE, device)
        assert tries(MIRA, PASSWORD, HOME)

    @pytest.mark.slow
    def test_who_has_many_addresses_cannot_try_one_account_without_end(
        self, office: Leaders
    ) -> None:
        device = known(MIRA, HOME)
        for number in range(1, 26):
            guesses(MIRA, f"203.0.113.{number}", 5)
        assert not tries(MIRA, PASSWORD, "203.0.113.200")
        # Its owner does not pay for it, and nobody else does.
        assert tries(MIRA, PASSWORD, HOME, device)
        assert tries(RUNE, PASSWORD, "203.0.113.200")

    def test_who_has_a_network_of_addresses_has_one(self, office: Leaders) -> None:
        for number in range(5):
            guesses(MIRA, f"2001:db8:1:2::{number + 1}", 1)
        assert not tries(MIRA, PASSWORD, "2001:db8:1:2::ffff")
        assert tries(MIRA, PASSWORD, "2001:db8:1:3::1")

    def test_gains_nothing_by_a_device_of_their_own(self, office: Leaders) -> None:
        own = known(RUNE, OFFICE)
        for number in range(5):
            assert not tries(MIRA, f"guess {number}", OFFICE, own)
        assert not tries(MIRA, PASSWORD, OFFICE, own)

    def test_on_somebodys_own_device_waits_too(self, office: Leaders) -> None:
        device = known(MIRA, HOME)
        for number in range(10):
            assert not tries(MIRA, f"guess {number}", HOME, device)
        assert not tries(MIRA, PASSWORD, HOME, device)

    @pytest.mark.parametrize("told", ["", "x", "eyJwIjpbMV19:1:x"])
    def test_with_a_forged_device_is_anybody(self, office: Leaders, told: str) -> None:
        client = known(MIRA, HOME)
        client.cookies["device"] = told
        for number in range(5):
            assert not tries(MIRA, f"guess {number}", OFFICE, client)
        assert not tries(MIRA, PASSWORD, OFFICE, client)

    def test_under_another_name_of_this_server_or_in_capitals_is_the_same(
        self, office: Leaders
    ) -> None:
        guesses(MIRA, OFFICE, 2)
        guesses(MIRA.upper(), OFFICE, 2, HTTP_HOST="localhost")
        guesses(f" {MIRA} ", OFFICE, 1, HTTP_HOST="127.0.0.1")
        assert not tries(MIRA, PASSWORD, OFFICE)


class TestWhoeverIsRight:
    def test_may_sign_in_as_often_as_they_like(self, office: Leaders) -> None:
        for _ in range(30):
            assert tries(MIRA, PASSWORD, OFFICE)

    def test_takes_back_no_wrong_try_of_others(self, office: Leaders) -> None:
        guesses(MIRA, OFFICE, 3)
        assert tries(MIRA, PASSWORD, OFFICE)
        guesses(MIRA, OFFICE, 2)
        assert not tries(MIRA, PASSWORD, OFFICE)

    def test_has_a_device_that_holds_nothing_anybody_could_use(self, office: Leaders) -> None:
        cookie = known(MIRA, HOME).cookies["device"]
        assert cookie["httponly"]
        assert cookie["samesite"] == "Lax"
        thief = Client()
        thief.cookies["device"] = cookie.value
        assert thief.get("/me").status_code == 302


class TestTheSecondStep:
    def at_it(self, address: str, client: Client | None = None) -> Client:
        client = client or Client()
        assert tries(MIRA, PASSWORD, address, client)
        return client

    def gives(self, client: Client, given: str, address: str) -> bool:
        answer = client.post("/sign-in/code", {"code": given}, REMOTE_ADDR=address)
        return answer.status_code == 302

    def test_whoever_has_the_password_cannot_keep_its_owner_from_the_second_factor(
        self, office: Leaders
    ) -> None:
        device = known(MIRA, HOME)
        secret = with_app(office.cmo)
        thief = self.at_it(OFFICE)
        for number in range(10):
            assert not self.gives(thief, f"00000{number}", OFFICE)
        # Not even the right one is looked at any more.
        assert not self.gives(thief, code(secret), OFFICE)
        assert self.gives(self.at_it(HOME, device), code(secret), HOME)


class TestBehindAProxy:
    def test_what_somebody_says_of_their_address_is_not_believed(self, office: Leaders) -> None:
        for number in range(5):
            guesses(MIRA, OFFICE, 1, HTTP_X_FORWARDED_FOR=f"203.0.113.{number}")
        assert not tries(MIRA, PASSWORD, OFFICE, HTTP_X_FORWARDED_FOR="203.0.113.99")

    def test_what_the_proxy_says_is_and_nothing_before_it(
        self, office: Leaders, settings: Any
    ) -> None:
        settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
        for number in range(5):
            sent = f"203.0.113.{number}, {OFFICE}"
            guesses(MIRA, "127.0.0.1", 1, HTTP_X_FORWARDED_FOR=sent)
        assert not tries(MIRA, PASSWORD, "127.0.0.1", HTTP_X_FORWARDED_FOR=f"1.1.1.1, {OFFICE}")
        assert tries(MIRA, PASSWORD, "127.0.0.1", HTTP_X_FORWARDED_FOR=f"{OFFICE}, {HOME}")

    @pytest.mark.parametrize("sent", ["unknown", "", "x" * 500, HOME])
    def test_a_proxy_that_says_nothing_of_use_breaks_nothing(
        self, office: Leaders, settings: Any, sent: str
    ) -> None:
        settings.ALLAUTH_TRUSTED_PROXY_COUNT = 2
        assert tries(MIRA, PASSWORD, "127.0.0.1", HTTP_X_FORWARDED_FOR=sent)

    def test_how_many_there_are_is_a_small_number(self) -> None:
        assert [proxy_count(told) for told in ("", " ", "1", "2 ")] == [1, 1, 1, 2]
        for told in ("0", "-1", "11", "two", "9" * 5_000):
            with pytest.raises(SettingWrong, match="TRIVET_PROXIES"):
                proxy_count(told)
