"""Every address of documents × everybody who may ask, held to the table of rights."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.agreements.documents.signers import Begun
from tests.web.every_route import routes
from tests.web.signed_in import as_
from tests.web.test_role_walk import ROLES, Right, comes_in, is_shut, someone
from trivet.agreements.people.rules.right import Thing, Verb

SEES, PROPOSES = (Verb.SEE, Thing.DEFINITIONS), (Verb.PROPOSE, Thing.DEFINITIONS)
SIGNS = (Verb.SIGN, Thing.DEFINITIONS)
RATE = "/documents/metric_definition/win_rate"

EXPECTED: dict[str, tuple[str, str, Right]] = {
    # name: (method, address, who); {proposal} is win rate's
    "documents": ("GET", "/documents", SEES),
    "begin-drafts": ("POST", "/documents/drafts", PROPOSES),
    "sign-all": ("GET", "/documents/sign", SIGNS),
    "new-document": ("GET", "/documents/new/playbook", PROPOSES),
    "document": ("GET", RATE, SEES),
    "version": ("GET", f"{RATE}/versions/1", SEES),
    "version-pdf": ("GET", f"{RATE}/versions/1.pdf", SEES),
    "propose": ("GET", f"{RATE}/proposals", PROPOSES),
    "lint": ("POST", f"{RATE}/lint", PROPOSES),
    "repin": ("POST", "/documents/metric_definition/sourcing/pins", PROPOSES),
    "proposal": ("GET", "/proposals/{proposal}", SEES),
    "amend": ("GET", "/proposals/{proposal}/versions", PROPOSES),
    "signature": ("GET", "/proposals/{proposal}/signature", SIGNS),
    "comment": ("POST", "/proposals/{proposal}/comments", SEES),
    "resolve": ("POST", "/comments/9999/resolution", SEES),
    "reject": ("POST", "/proposals/{proposal}/rejection", SIGNS),
    "withdraw": ("POST", "/proposals/{proposal}/withdrawal", PROPOSES),
}


def test_every_route_of_documents_is_walked() -> None:
    ours = "trivet.agreements.documents"
    named = {str(r.name) for r in routes() if r.callback.__module__.startswith(ours)}
    assert named == EXPECTED.keys()


@pytest.mark.parametrize("role", ROLES)
def test_who_comes_in_is_who_has_the_right(begun: Begun, role: str) -> None:
    client = someone(begun.people, role)
    wrong = []
    for name, (method, address, right) in EXPECTED.items():
        told = address.format(proposal=begun.proposal("win_rate").pk)
        answer = client.get(told) if method == "GET" else client.post(told)
        assert answer.status_code < 500, (name, role)
        if comes_in(role, right) == is_shut(answer):
            wrong.append(f"{name} {told}: {answer.status_code} for {role}")
        if comes_in(role, right) and name not in ("lint", "comment", "resolve", "reject"):
            assert answer.status_code in (200, 303, 403 if name == "withdraw" else 200), name
    assert wrong == []


def test_every_form_needs_the_token_of_its_page(begun: Begun) -> None:
    for name, (_, address, _right) in EXPECTED.items():
        strict = Client(enforce_csrf_checks=True)
        strict.cookies = as_(begun.people.cmo).cookies
        answer = strict.post(address.format(proposal=begun.proposal("win_rate").pk), {"why": "x"})
        assert answer.status_code in (403, 405), name


@pytest.mark.parametrize("name", ["sign-all", "signature", "reject"])
def test_signing_needs_a_recent_sign_in_and_a_second_factor(begun: Begun, name: str) -> None:
    method, address, _ = EXPECTED[name]
    told = address.format(proposal=begun.proposal("win_rate").pk)
    page = f"http://testserver/proposals/{begun.proposal('win_rate').pk}"

    def asked(client: Client) -> str:
        how = client.get if method == "GET" else client.post
        answer = how(told, headers={"referer": page})
        return answer["Location"] if answer.status_code == 302 else str(answer.status_code)

    assert asked(as_(begun.people.cmo, minutes_ago=6)).startswith("/sign-in/again")
    weak = as_(begun.people.cro, second_factor=False)
    assert asked(weak).startswith("/me/second-factor?needed")
    assert asked(as_(begun.people.vp_cs, minutes_ago=4)) in ("200", "422")
