"""Signing, deciding, approving and administering need more than a password, shown in this very
session; who has none yet sets one up and is back where they were.
"""

from __future__ import annotations

import re

import pytest
from django.core.cache import cache
from django.db import transaction
from django.test import Client

from tests.web import identity_server
from tests.web.every_route import routes
from tests.web.identity_server import CLIENT, SECRET, Identity
from tests.web.signed_in import as_
from tests.web.test_forged_sign_in import back
from tests.web.test_sign_in import PASSWORD, code, with_app, with_password
from trivet.agreements.people.access import NEEDS_SECOND_FACTOR, rule_of
from trivet.agreements.people.rules.right import Verb
from trivet.agreements.people.sign_in.oidc_settings import Oidc, read

FILLED = {"name": "Nilo Reyes", "email": "nilo@norvik.example"}
FROM = {"HTTP_REFERER": "http://testserver/people"}


@pytest.fixture(autouse=True)
def fresh_limits():
    cache.clear()


ACTS = {
    # What changes seats, signs, decides, approves or closes: each asks for both.
    "invite", "invite-again", "departure", "appoint", "confirm", "end", "lend", "take-back",
    "sign-all", "signature", "reject", "ruling", "affirm",
    "approve-correction", "reject-correction", "close-book",
}  # fmt: skip


def test_every_act_of_a_seat_asks_for_a_second_factor_and_five_minutes():
    rules = {str(route.name): rule_of(route.callback) for route in routes()}
    assert {name for name, rule in rules.items() if rule and rule.second_factor} == ACTS
    assert {name for name in ACTS if not rules[name].recently} == set()
    assert {
        name for name, rule in rules.items() if rule and rule.verb in NEEDS_SECOND_FACTOR
    } < ACTS
    assert {Verb.SIGN, Verb.DECIDE, Verb.APPROVE, Verb.ADMINISTER} == NEEDS_SECOND_FACTOR


def test_who_has_none_sets_one_up_and_goes_on(people, monkeypatch):
    # A test's transaction never commits, and the session is kept with the answer.
    monkeypatch.setattr(transaction, "on_commit", lambda act, **_: act())
    with_password(people.admin)
    client = as_(people.admin, second_factor=False)
    sent = client.post("/people/invitations", FILLED, **FROM)
    assert sent["Location"] == "/me/second-factor?needed"
    page = client.get(sent["Location"]).content.decode()
    assert "need more than a password" in page
    assert "Go on with" not in page
    secret = re.search(r"<code>(\w+)</code>", client.get("/me/second-factor/app").content.decode())
    client.post("/me/second-factor/app", {"code": code(secret[1])})
    for address in ("/me/second-factor/codes", "/me/second-factor"):
        assert 'href="/people">Go on with' in client.get(address).content.decode()
    assert client.get("/people").status_code == 200
    assert "Go on with" not in client.get("/me/second-factor").content.decode()
    # The code just typed is a proof: nothing is asked a second time.
    assert client.post("/people/invitations", FILLED, **FROM).status_code == 200


def test_what_is_set_up_elsewhere_does_not_lift_a_session_of_a_password_alone(people):
    with_password(people.admin)
    stolen = as_(people.admin, second_factor=False)
    secret = with_app(people.admin)
    sent = stolen.post("/people/invitations", FILLED, **FROM)
    assert sent["Location"] == "/sign-in/again/code?next=%2Fpeople"
    stolen.post("/sign-in/again", {"password": PASSWORD})
    assert stolen.post("/people/invitations", FILLED).status_code == 302
    # Its owner shows the code there, and goes on.
    shown = stolen.post("/sign-in/again/code", {"code": code(secret), "next": "/people"})
    assert shown["Location"] == "/people"
    assert stolen.post("/people/invitations", FILLED).status_code == 200


def test_who_comes_in_with_password_and_code_has_shown_both(people):
    secret = with_app(with_password(people.admin))
    client = Client()
    client.post("/sign-in", {"login": "ada@norvik.example", "password": PASSWORD})
    client.post("/sign-in/code", {"code": code(secret)})
    assert client.post("/people/invitations", FILLED).status_code == 200


def test_reading_needs_no_second_factor(people):
    bare = as_(people.cmo, second_factor=False)
    for address in ("/", "/documents", "/books", "/icp", "/people", "/me"):
        assert bare.get(address).status_code == 200, address


class TestTheCompanysOwn:
    """Who signs in at an identity provider."""

    @pytest.fixture(scope="class")
    @classmethod
    def identity(cls):
        with identity_server.running() as found:
            yield found

    def came(self, identity: Identity, settings, people, *, how=None, **claims) -> Client:
        """Ada, who administers, through the company's provider."""
        settings.SOCIALACCOUNT_PROVIDERS = Oidc(
            identity.address, CLIENT, SECRET, "Norvik Identity", **(how or {})
        ).providers()
        identity.next(claims={"email": "ada@norvik.example", "sub": "subject-of-ada", **claims})
        client = Client()
        client.get(back(client, identity))
        assert client.get("/me").status_code == 200
        return client

    @pytest.mark.parametrize(
        ("how", "claims", "is_enough"),
        [
            ({}, {"amr": ["pwd", "mfa", "otp"]}, True),
            ({"mfa_acr": ("phr",)}, {"acr": "phr"}, True),
            ({"vouches_always": True}, {}, True),
            ({}, {}, False),
            ({}, {"amr": ["pwd"]}, False),
            ({}, {"amr": "mfa"}, False),
            ({}, {"amr": {"mfa": False}}, False),
            ({}, {"acr": "phr"}, False),
            ({"mfa_acr": ("phr",)}, {"acr": "1"}, False),
            ({"mfa_acr": ("phr",)}, {"acr": ["phr"]}, False),
            ({}, {"second_factor": True}, False),
        ],
    )
    def test_its_second_factor_counts_if_it_says_so(
        self, identity, settings, people, how, claims, is_enough
    ):
        client = self.came(identity, settings, people, how=how, **claims)
        answer = client.post("/people/invitations", FILLED)
        assert answer.status_code == (200 if is_enough else 302)
        if not is_enough:
            page = client.get(answer["Location"]).content.decode()
            assert "Norvik Identity did not say that it asked you for more" in page

    def test_what_it_said_once_does_not_count_for_the_next_session(
        self, identity, settings, people
    ):
        self.came(identity, settings, people, amr=["mfa"])
        again = self.came(identity, settings, people, amr=["pwd"])
        assert again.post("/people/invitations", FILLED).status_code == 302

    def test_nor_for_a_session_of_a_password_here(self, identity, settings, people):
        with_password(people.admin)
        client = self.came(identity, settings, people, amr=["mfa"])
        client.post("/sign-out")
        client.post("/sign-in", {"login": "ada@norvik.example", "password": PASSWORD})
        assert client.post("/people/invitations", FILLED).status_code == 302


def test_the_settings_say_what_of_the_provider_counts(tmp_path):
    written = '[sign_in.oidc]\nissuer = "https://id.norvik.example"\nclient_id = "trivet"\n'
    (tmp_path / "trivet.toml").write_text(
        written + 'second_factor = "always"\nmfa_acr = ["phr", "phrh"]\n'
    )
    found = read(tmp_path, {"TRIVET_OIDC_CLIENT_SECRET": "hush"})
    assert found
    assert (found.vouches_always, found.mfa_acr) == (True, ("phr", "phrh"))
    (tmp_path / "trivet.toml").write_text(written)
    found = read(tmp_path, {"TRIVET_OIDC_CLIENT_SECRET": "hush"})
    assert found
    assert (found.vouches_always, found.mfa_acr) == (False, ())
