"""Forged, expired, replayed and misdirected answers are refused, and nobody is signed in by them.

The identity server is a process with real keys (identity_server.py); what it says goes through
discovery, key set, token endpoint and our own address, as it would from a company's own.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

import jwt
import pytest
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.core.cache import cache
from django.test import Client

from tests.web import identity_server
from tests.web.identity_server import CLIENT, SECRET, Identity
from tests.web.signed_in import as_
from tests.web.test_sign_in import PASSWORD, code, with_app, with_password
from trivet.agreements.people.models import Person
from trivet.agreements.people.sign_in.oidc_settings import Oidc, read
from trivet.errors import SettingWrong


@pytest.fixture(scope="module")
def identity() -> Iterator[Identity]:
    with identity_server.running() as found:
        yield found


@pytest.fixture(autouse=True)
def company(identity: Identity, settings: Any, people: Any) -> None:
    cache.clear()
    identity.next()
    settings.SOCIALACCOUNT_PROVIDERS = Oidc(
        identity.address, CLIENT, SECRET, "Norvik Identity"
    ).providers()


def is_in(client: Client) -> bool:
    return client.get("/me").status_code == 200


def begun(client: Client, query: str = "") -> str:
    """Where the sign-in sends the browser."""
    return client.get(f"/sign-in/company{query}")["Location"]


def back(client: Client, identity: Identity, query: str = "") -> str:
    """Where the identity server sends the browser."""
    there = identity.authorize(begun(client, query))
    return there.removeprefix("http://testserver")


def test_who_the_company_vouches_for_comes_in_and_is_known_by_subject(client, identity, people):
    answer = client.get(back(client, identity, "?next=/data"))
    assert answer["Location"] == "/data"
    assert is_in(client)
    [linked] = SocialAccount.objects.all()
    assert (linked.user_id, linked.uid) == (people.cmo.pk, "subject-of-mira")
    identity.next(claims={"email": "renamed@norvik.example"})
    other = Client()
    other.get(back(other, identity))
    assert is_in(other)
    people.cmo.refresh_from_db()
    assert people.cmo.email == "mira@norvik.example"


def test_the_sign_in_offers_it_and_asks_with_nonce_state_and_proof_key(client):
    assert "Continue with Norvik Identity" in client.get("/sign-in").content.decode()
    asked = dict(parse_qsl(urlsplit(begun(client)).query))
    assert {"state", "nonce", "code_challenge"} <= asked.keys()
    assert asked["code_challenge_method"] == "S256"
    assert asked["redirect_uri"] == "http://testserver/sign-in/company/answer"


WRONG: dict[str, dict[str, Any]] = {
    "no signature": {"alg": "none"},
    "signed with the public key as a secret": {"alg": "HS256"},
    "signed by a stranger": {"stranger": True},
    "a key that is not published": {"kid": "another", "stranger": True},
    "the signature taken off": {"unsigned": True},
    "the signature cut off": {"cut": True},
    "the subject changed afterwards": {"swap": "subject-of-vera"},
    "another issuer": {"claims": {"iss": "https://identity.evil.example"}},
    "another issuer with ours in front": {"claims": {"iss": "http://127.0.0.1"}},
    "no issuer": {"without": ["iss"]},
    "another audience": {"claims": {"aud": "another-client"}},
    "several audiences": {"claims": {"aud": [CLIENT, "another-client"]}},
    "no audience": {"without": ["aud"]},
    "issued to another client": {"claims": {"azp": "another-client"}},
    "expired": {"shift": {"exp": -120, "iat": -600}},
    "no expiry": {"without": ["exp"]},
    "not valid yet": {"shift": {"nbf": 600}},
    "issued in the future": {"shift": {"iat": 600, "exp": 900}},
    "no time of issue": {"without": ["iat"]},
    "another nonce": {"claims": {"nonce": "of another attempt"}},
    "no nonce": {"without": ["nonce"]},
    "an empty nonce": {"claims": {"nonce": ""}},
    "no subject": {"without": ["sub"]},
    "an empty subject": {"claims": {"sub": " "}},
    "no token": {"no_id_token": True},
    "not a token": {"id_token": "three.wrong.parts"},
    "the token endpoint fails": {"token_status": 500},
    "the token endpoint refuses": {"token_status": 401},
    "discovery of another issuer": {"discovery_issuer": "https://identity.evil.example"},
    "no key at all": {"keys": []},
    "a shared secret as a key": {"keys": [{"kty": "oct", "k": "c2VjcmV0", "kid": "first"}]},
    "an address that is not verified": {"claims": {"email_verified": False}},
    "an address verified in words": {"claims": {"email_verified": "true"}},
    "nothing said of the address": {"without": ["email_verified"]},
    "an address nobody has": {"claims": {"email": "nobody@norvik.example"}},
    "user info about somebody else": {
        "without": ["email"],
        "userinfo": {"sub": "another", "email": "mira@norvik.example", "email_verified": True},
    },
}


@pytest.mark.parametrize("how", WRONG.values(), ids=WRONG)
def test_an_answer_that_is_wrong_lets_nobody_in(client, identity, how):
    there = back(client, identity)
    identity.next(**how)
    answer = client.get(there)
    assert answer.status_code == 403
    assert "Sign-in refused" in answer.content.decode()
    assert not is_in(client)
    assert not SocialAccount.objects.exists()


class TestTheWayBack:
    def test_an_answer_nobody_asked_for(self, client, identity):
        attacker = Client()
        there = back(attacker, identity)
        assert client.get(there).status_code == 403
        assert not is_in(client)

    def test_an_answer_sent_twice(self, client, identity):
        there = back(client, identity)
        client.get(there)
        other = Client()
        assert other.get(there).status_code == 403
        client.post("/sign-out")
        assert client.get(there).status_code == 403
        assert not is_in(client)

    @pytest.mark.parametrize("change", [{"state": "guessed"}, {"state": ""}, {"code": "guessed"}])
    def test_state_or_code_that_is_not_of_this_attempt(self, client, identity, change):
        where = urlsplit(back(client, identity))
        told = {key: values[0] for key, values in parse_qs(where.query).items()} | change
        assert client.get(f"{where.path}?{urlencode(told)}").status_code == 403
        assert not is_in(client)

    def test_a_code_of_another_browser_is_held_by_the_proof_key(self, client, identity):
        attacker = Client()
        stolen = parse_qs(urlsplit(back(attacker, identity)).query)["code"][0]
        mine = parse_qs(urlsplit(begun(client)).query)["state"][0]
        told = urlencode({"code": stolen, "state": mine})
        assert client.get(f"/sign-in/company/answer?{told}").status_code == 403
        assert not is_in(client)

    def test_a_refusal_of_the_identity_server(self, client):
        mine = parse_qs(urlsplit(begun(client)).query)["state"][0]
        for error in ("access_denied", "server_error", "<script>"):
            told = urlencode({"error": error, "state": mine})
            page = client.get(f"/sign-in/company/answer?{told}")
            assert page.status_code == 403
            assert "<script>" not in page.content.decode()

    @pytest.mark.parametrize(
        "after",
        ["https://evil.example", "//evil.example", "/\\evil.example", "javascript:alert(1)"],
    )
    def test_it_leads_nowhere_else(self, client, identity, after):
        answer = client.get(back(client, identity, f"?{urlencode({'next': after})}"))
        assert answer["Location"] == "/"

    def test_another_site_cannot_begin_it(self, client):
        answer = client.get("/sign-in/company", headers={"Sec-Fetch-Site": "cross-site"})
        assert answer.status_code == 403

    def test_what_the_address_adds_is_not_passed_on(self, client):
        there = begun(client, "?auth_params=prompt%3Dnone&scope=everything&process=connect")
        asked = dict(parse_qsl(urlsplit(there).query))
        assert "prompt" not in asked
        assert "everything" not in asked["scope"]

    def test_showing_it_again_asks_for_a_proof_not_for_a_cookie(self, client):
        asked = dict(parse_qsl(urlsplit(begun(client, "?again")).query))
        assert (asked["prompt"], asked["max_age"]) == ("login", "0")


class TestWhoItIs:
    def test_an_address_given_to_somebody_else_there_does_not_give_the_seat(
        self, client, identity, people
    ):
        client.get(back(client, identity))
        identity.next(claims={"sub": "a newcomer with the address of Mira"})
        other = Client()
        assert other.get(back(other, identity)).status_code == 403
        assert not is_in(other)

    def test_who_has_left_here_does_not_come_in_though_the_company_still_vouches(
        self, client, identity, people
    ):
        client.get(back(client, identity))
        Person.objects.filter(pk=people.cmo.pk).update(is_active=False)
        other = Client()
        other.get(back(other, identity))
        assert not is_in(other)

    def test_a_second_factor_set_up_here_is_asked_for_too(self, client, identity, people):
        with_app(people.cmo)
        assert client.get(back(client, identity))["Location"] == "/sign-in/code"
        assert not is_in(client)


class TestCodes:
    @pytest.fixture
    def waiting(self, client, people) -> str:
        secret = with_app(with_password(people.cmo))
        client.post("/sign-in", {"login": "mira@norvik.example", "password": PASSWORD})
        return secret

    @pytest.mark.parametrize(
        "given",
        [
            lambda secret: "000000" if code(secret) != "000000" else "111111",
            lambda secret: code(secret, time.time() - 300),
            lambda secret: code(secret, time.time() + 300),
            lambda secret: code("B" * 32),
            lambda secret: "",
            lambda secret: code(secret)[:5],
            lambda secret: "12345678",
        ],
    )
    def test_a_code_that_is_wrong_early_late_or_of_another(self, client, waiting, given):
        client.post("/sign-in/code", {"code": given(waiting)})
        assert not is_in(client)

    def test_a_code_without_a_password_before_it(self, people):
        secret = with_app(people.cmo)
        other = Client()
        assert other.post("/sign-in/code", {"code": code(secret)})["Location"] == "/sign-in"
        assert not is_in(other)

    @pytest.mark.parametrize("given", ["", "{}", "[]", '{"id": "x"}', "not json", "null"])
    def test_a_passkey_that_is_none(self, client, given):
        client.post("/sign-in/passkey", {"credential": given})
        assert not is_in(client)

    def test_guessing_ends(self, client, waiting):
        for number in range(6):
            client.post("/sign-in/code", {"code": f"{number:06}"})
        client.post("/sign-in/code", {"code": code(waiting)})
        assert not is_in(client)


class TestCookies:
    def test_a_session_made_up(self, client):
        client.cookies["session"] = "a" * 32
        assert not is_in(client)

    def test_a_session_changed_by_one_sign(self, people):
        client = as_(people.cmo)
        key = client.cookies["session"].value
        client.cookies["session"] = key[:-1] + ("a" if key[-1] != "a" else "b")
        assert not is_in(client)

    def test_a_session_after_signing_out(self, people):
        client = as_(people.cmo)
        key = client.cookies["session"].value
        client.post("/sign-out")
        client.cookies["session"] = key
        assert not is_in(client)

    def test_a_session_whose_words_were_changed_in_the_store(self, people):
        from django.contrib.sessions.models import Session

        client = as_(people.cmo)
        Session.objects.update(session_data="eyJfYXV0aF91c2VyX2lkIjoiMSJ9:forged:seal")
        assert not is_in(client)

    def test_signing_out_by_a_link_does_nothing(self, people):
        client = as_(people.cmo)
        client.get("/sign-out")
        assert is_in(client)

    @pytest.mark.parametrize(
        "after", ["https://evil.example/x", "//evil.example", "/\\evil.example", "javascript:x"]
    )
    def test_the_sign_in_leads_nowhere_else(self, client, people, after):
        with_password(people.cmo)
        told = {"login": "mira@norvik.example", "password": PASSWORD, "next": after}
        assert client.post("/sign-in", told)["Location"] == "/"


class TestTheSettings:
    WRITTEN = '[sign_in.oidc]\nissuer = "https://id.norvik.example"\nclient_id = "trivet"\n'

    def test_they_come_from_the_file_and_the_secret_from_the_environment(self, tmp_path):
        (tmp_path / "trivet.toml").write_text(self.WRITTEN)
        found = read(tmp_path, {"TRIVET_OIDC_CLIENT_SECRET": "hush"})
        assert found
        assert found.secret == "hush"
        assert "hush" not in repr(found)

    @pytest.mark.parametrize(
        ("environment", "says"),
        [
            ({}, "secret"),
            (
                {"TRIVET_OIDC_CLIENT_SECRET": "x", "TRIVET_OIDC_ISSUER": "http://id.example"},
                "https",
            ),
            ({"TRIVET_OIDC_CLIENT_SECRET": "x", "TRIVET_OIDC_ISSUER": "ftp://127.0.0.1"}, "https"),
        ],
    )
    def test_what_is_missing_or_unsafe_is_said(self, tmp_path, environment, says):
        (tmp_path / "trivet.toml").write_text(self.WRITTEN)
        with pytest.raises(SettingWrong, match=says):
            read(tmp_path, environment)

    def test_without_them_there_is_no_such_way(self, client, settings):
        settings.SOCIALACCOUNT_PROVIDERS = {}
        assert client.get("/sign-in/company").status_code == 404
        assert client.get("/sign-in/company/answer").status_code == 404


def test_the_authenticators_secret_is_never_shown_again(people):
    with_app(people.cmo)
    client = as_(people.cmo)
    secret = Authenticator.objects.get(user=people.cmo).data["secret"]
    for address in ("/me", "/me/second-factor", "/me/second-factor/app/end"):
        assert secret not in client.get(address).content.decode()


def test_the_library_still_refuses_what_we_count_on():
    with pytest.raises(jwt.PyJWTError):
        jwt.decode(jwt.encode({"sub": "x"}, None, algorithm="none"), "", algorithms=["RS256"])
