"""A secret that does not open is refused with a way out: never taken, never a 500."""

from __future__ import annotations

from pathlib import Path

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django.core.cache import cache
from django.test import Client

from tests.web.signed_in import as_
from tests.web.test_sign_in import PASSWORD, code, with_app, with_password
from trivet.agreements.keyring import FILE, sealed_under
from trivet.agreements.people.models import Person


@pytest.fixture(autouse=True)
def fresh(tmp_path: Path, settings) -> Path:
    cache.clear()
    settings.WORKSPACE = str(tmp_path)
    return tmp_path


@pytest.fixture
def mira(people):
    """The CMO with an app and codes; what the app knows."""
    secret = with_app(with_password(people.cmo))
    codes = RecoveryCodes.activate(people.cmo).get_unused_codes()
    return secret, codes


def at_the_second_step() -> Client:
    client = Client()
    told = {"login": "mira@norvik.example", "password": PASSWORD}
    assert client.post("/sign-in", told)["Location"] == "/sign-in/code"
    return client


def with_another_app() -> str:
    Authenticator.objects.filter(type="totp").delete()
    return with_app(Person.objects.get(email="mira@norvik.example"))


def is_in(client: Client) -> bool:
    return client.get("/me").status_code == 200


def test_with_its_key_both_ways_lead_in_and_nothing_lies_open(mira):
    secret, codes = mira
    for row in Authenticator.objects.all():
        kept = row.data.get("secret") or row.data["seed"]
        assert sealed_under(kept)
        assert secret not in str(row.data)
    for given in (code(secret), codes[3]):
        client = at_the_second_step()
        client.post("/sign-in/code", {"code": given})
        assert is_in(client)


ANOTHER = "Zm9yIHRlc3RzIG9ubHksIG5vdCBhIHJlYWwgb25lLi4="


@pytest.mark.parametrize("lost", ["gone", ANOTHER, "not a key"])
def test_without_it_the_code_is_refused_with_the_way_out(mira, fresh, lost):
    secret, _ = mira
    (fresh / FILE).unlink() if lost == "gone" else (fresh / FILE).write_text(lost)
    client = at_the_second_step()
    answer = client.post("/sign-in/code", {"code": code(secret)})
    assert answer.status_code == 503
    page = answer.content.decode()
    assert "Your code cannot be checked" in page
    assert FILE in page
    assert lost == "not a key" or "trivet recover EMAIL" in page
    assert not is_in(client)


def test_nor_does_a_recovery_code_whose_seed_does_not_open(mira, fresh):
    _, codes = mira
    (fresh / FILE).write_text(ANOTHER)
    secret = with_another_app()
    client = at_the_second_step()
    # The app was set up under the key that is there, so a wrong code is just that.
    assert "Incorrect code" in client.post("/sign-in/code", {"code": codes[0]}).content.decode()
    assert not is_in(client)
    client.post("/sign-in/code", {"code": code(secret)})
    assert is_in(client)


def test_a_secret_planted_in_the_store_lets_nobody_in(mira):
    secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
    Authenticator.objects.filter(type="recovery_codes").delete()
    Authenticator.objects.filter(type="totp").update(data={"secret": secret})
    client = at_the_second_step()
    answer = client.post("/sign-in/code", {"code": code(secret)})
    assert answer.status_code == 503
    assert "not sealed" in answer.content.decode()
    assert not is_in(client)


def test_who_is_in_still_sees_the_page_of_second_factors(mira, fresh, people):
    (fresh / FILE).unlink()
    page = as_(people.cmo).get("/me/second-factor")
    assert page.status_code == 200
    assert "cannot be opened" in page.content.decode()
