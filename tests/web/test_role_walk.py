"""Every address × everybody who may ask, held to the table of rights; no page without a rule.

Each route's right is written down here a second time. What follows from it is read from the table
of rights, not from the gate: who holds a seat with the right comes in, everybody else does not.
"""

from __future__ import annotations

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory

from tests.agreements.leaders import Leaders, join, sit
from tests.web.every_route import routes
from tests.web.norvik import OPPORTUNITIES
from tests.web.signed_in import as_
from trivet.agreements.people.access import rule_of
from trivet.agreements.people.models import Person
from trivet.agreements.people.rules.right import TABLE, Reach, Thing, Verb
from trivet.agreements.people.rules.seat import SeatKey
from trivet.web.gate import Gate

EVERYBODY, SIGNED_IN, FIRST_RUN = "everybody", "signed in", "first run"
FIGURES, ACCOUNTS = (Verb.SEE, Thing.FIGURES), (Verb.SEE, Thing.ACCOUNTS)
SEES_PEOPLE, ADMINISTERS = (Verb.SEE, Thing.PEOPLE), (Verb.ADMINISTER, Thing.PEOPLE)
SEES_ICP, PROPOSES_ICP = (Verb.SEE, Thing.ICP), (Verb.PROPOSE, Thing.ICP)
SEES_BOOKS, APPROVES_BOOKS = (Verb.SEE, Thing.BOOKS), (Verb.APPROVE, Thing.BOOKS)
WHOLE = "whole"

Right = tuple[Verb, Thing] | tuple[Verb, Thing, str] | str

EXPECTED: dict[str, tuple[str, str, Right]] = {
    # name: (method, address, who)
    "dashboard": ("GET", "/", FIGURES),
    "metric": ("GET", "/metrics/win_rate", FIGURES),
    "rows-csv": ("GET", "/metrics/win_rate/rows.csv", ACCOUNTS),
    "opportunity": ("GET", "/opportunities/00600500", ACCOUNTS),
    "account": ("GET", "/accounts/0010005", ACCOUNTS),
    "data": ("GET", "/data", FIGURES),
    "quarantine-csv": ("GET", "/data/quarantine.csv", (*ACCOUNTS, WHOLE)),
    "price": ("GET", "/proposals/9999/price", (Verb.SEE, Thing.DEFINITIONS)),
    "price-csv": ("GET", "/proposals/9999/price.csv", ACCOUNTS),
    "books": ("GET", "/books", SEES_BOOKS),
    "close-book": ("POST", "/books/closing", (Verb.EDIT, Thing.BOOKS)),
    "ledger": ("GET", "/books/win_rate/2026-Q1", SEES_BOOKS),
    "ledger-csv": ("GET", "/books/win_rate/2026-Q1/ledger.csv", ACCOUNTS),
    "propose-correction": ("POST", "/books/win_rate/2026-Q1/corrections", SEES_BOOKS),
    "approve-correction": ("POST", "/books/corrections/9999/approval", APPROVES_BOOKS),
    "reject-correction": ("POST", "/books/corrections/9999/rejection", APPROVES_BOOKS),
    "icp": ("GET", "/icp", SEES_ICP),
    "icp-fit": ("GET", "/proposals/9999/fit", SEES_ICP),
    "icp-accounts": ("GET", "/icp/accounts", ACCOUNTS),
    "icp-accounts-csv": ("GET", "/icp/accounts.csv", ACCOUNTS),
    "icp-review": ("GET", "/icp/review", SEES_ICP),
    "icp-past-review": ("GET", "/icp/reviews/9999", SEES_ICP),
    "icp-begin": ("POST", "/icp/workshops", PROPOSES_ICP),
    "icp-workshop": ("GET", "/icp/workshops/9999", SEES_ICP),
    "icp-close": ("POST", "/icp/workshops/9999/closing", (Verb.EDIT, Thing.ICP)),
    "icp-merge": ("POST", "/icp/workshops/9999/merge", PROPOSES_ICP),
    "icp-draft": ("GET", "/icp/workshops/9999/drafts/sales", SEES_ICP),
    "icp-hand-in": ("POST", "/icp/workshops/9999/drafts/sales/handed-in", PROPOSES_ICP),
    "theme": ("POST", "/theme", EVERYBODY),
    "health": ("GET", "/healthz", EVERYBODY),
    "people": ("GET", "/people", SEES_PEOPLE),
    "first-run": ("GET", "/people/first", FIRST_RUN),
    "story": ("GET", "/people/story", (Verb.SEE, Thing.AUDIT)),
    "invite": ("POST", "/people/invitations", ADMINISTERS),
    "invitation": ("GET", "/people/invitations/1/x", EVERYBODY),
    "invite-again": ("POST", "/people/9999/invitations", ADMINISTERS),
    "departure": ("POST", "/people/9999/departure", ADMINISTERS),
    "appoint": ("POST", "/people/appointments", ADMINISTERS),
    "confirm": ("POST", "/people/tenures/9999/confirmation", SIGNED_IN),
    "end": ("POST", "/people/tenures/9999/end", ADMINISTERS),
    "lend": ("POST", "/people/tenures/9999/delegations", SEES_PEOPLE),
    "take-back": ("POST", "/people/delegations/9999/end", SEES_PEOPLE),
    "me": ("GET", "/me", SIGNED_IN),
    "account_change_password": ("GET", "/me/password", SIGNED_IN),
    "account_set_password": ("GET", "/me/no-password", SIGNED_IN),
    "mfa_index": ("GET", "/me/second-factor", SIGNED_IN),
    "mfa_activate_totp": ("GET", "/me/second-factor/app", SIGNED_IN),
    "mfa_deactivate_totp": ("GET", "/me/second-factor/app/end", SIGNED_IN),
    "mfa_view_recovery_codes": ("GET", "/me/second-factor/codes", SIGNED_IN),
    "mfa_generate_recovery_codes": ("GET", "/me/second-factor/codes/new", SIGNED_IN),
    "mfa_list_webauthn": ("GET", "/me/passkeys", SIGNED_IN),
    "mfa_add_webauthn": ("GET", "/me/passkeys/new", SIGNED_IN),
    "mfa_remove_webauthn": ("GET", "/me/passkeys/9999/end", SIGNED_IN),
    "account_login": ("GET", "/sign-in", EVERYBODY),
    "mfa_authenticate": ("GET", "/sign-in/code", EVERYBODY),
    "mfa_login_webauthn": ("GET", "/sign-in/passkey", EVERYBODY),
    "company_sign_in": ("GET", "/sign-in/company", EVERYBODY),
    "company_sign_in_answer": ("GET", "/sign-in/company/answer", EVERYBODY),
    "account_reauthenticate": ("GET", "/sign-in/again", SIGNED_IN),
    "mfa_reauthenticate": ("GET", "/sign-in/again/code", SIGNED_IN),
    "mfa_reauthenticate_webauthn": ("GET", "/sign-in/again/passkey", SIGNED_IN),
    "account_inactive": ("GET", "/sign-in/ended", EVERYBODY),
    "account_logout": ("GET", "/sign-out", EVERYBODY),
}
ELSEWHERE = ("documents", "books", "governance")
"""Chapters that hold their own pages to this file's walk in tests of their own."""


def test_every_route_carries_a_rule() -> None:
    without = [str(route.pattern) for route in routes() if rule_of(route.callback) is None]
    assert without == []


def test_every_route_is_walked() -> None:
    others = tuple(f"trivet.agreements.{chapter}" for chapter in ELSEWHERE)
    named = {
        str(route.name) for route in routes() if not route.callback.__module__.startswith(others)
    }
    assert named == EXPECTED.keys()


def someone(people: Leaders, role: str) -> Client:
    if role == "nobody":
        return Client()
    if role == "without a seat":
        return as_(join("Nilo Reyes"))
    held: dict[str, Person] = {
        "ceo": people.ceo,
        "cmo": people.cmo,
        "cro": people.cro,
        "vp_cs": people.vp_cs,
        "revops_admin": people.admin,
    }
    if role not in held:
        held[role] = join("Ilya Brandt")
        sit(held[role], role, people.admin)
    return as_(held[role])


def comes_in(role: str, right: Right) -> bool:
    if right == EVERYBODY:
        return True
    if role == "nobody" or right == FIRST_RUN:
        return False
    if right == SIGNED_IN:
        return True
    if role == "without a seat":
        return False
    assert not isinstance(right, str)
    verb, thing, *how = right
    found = [each for each in TABLE[thing].get(SeatKey(role), ()) if each.verb is verb]
    return any(not how or each.reach is Reach.ALL for each in found)


def is_shut(answer: HttpResponse) -> bool:
    """The gate's own words: sign in first, or not yours."""
    if answer.status_code == 302:
        return answer["Location"].startswith("/sign-in?next=")
    return answer.status_code == 403 and b"Not yours to open" in answer.content


WALKS_ALWAYS = ("nobody", "without a seat", SeatKey.VIEWER, SeatKey.CMO, SeatKey.REVOPS_ADMIN)
ROLES = [
    *WALKS_ALWAYS,
    # Every route once a seat takes seconds each.
    *(pytest.param(seat, marks=pytest.mark.slow) for seat in SeatKey if seat not in WALKS_ALWAYS),
]


@pytest.mark.parametrize("role", ROLES)
def test_who_comes_in_is_who_has_the_right(people: Leaders, role: str) -> None:
    client = someone(people, role)
    wrong = []
    for name, (method, address, right) in EXPECTED.items():
        answer = client.get(address) if method == "GET" else client.post(address)
        if comes_in(role, right) == is_shut(answer):
            wrong.append(f"{name} {address}: {answer.status_code} for {role}")
    assert wrong == []


def test_a_page_without_a_rule_is_shut_with_a_sentence() -> None:
    def page(request: HttpRequest) -> HttpResponse:
        return HttpResponse("never seen")

    asked = RequestFactory().get("/new")
    answer = Gate(page).process_view(asked, page, (), {})
    assert answer
    assert answer.status_code == 403
    assert "has no rule" in answer.content.decode()


def test_every_form_needs_the_token_of_its_page(people: Leaders) -> None:
    for name, (method, address, _) in EXPECTED.items():
        if method == "POST" or name in ("account_login", "first-run", "mfa_authenticate"):
            strict = Client(enforce_csrf_checks=True)
            strict.cookies = as_(people.admin).cookies
            answer = strict.post(address, {"login": "x", "password": "y"})
            assert answer.status_code == 403, name
            assert "Form refused" in answer.content.decode(), name


[OWN] = [o for o in OPPORTUNITIES if o.opportunity_id == "00600500"]
OTHERS = [o for o in OPPORTUNITIES if o.account_id != OWN.account_id]


class TestOwnAccounts:
    """Ilya is the CRM's owner of one opportunity, and nobody else's (norvik.py)."""

    @pytest.fixture
    def rep(self, people: Leaders) -> Client:
        return someone(people, "rep")

    def test_a_representative_opens_own_accounts_and_no_others(self, rep: Client) -> None:
        assert rep.get("/opportunities/00600500").status_code == 200
        assert rep.get(f"/accounts/{OWN.account_id}").status_code == 200
        other = OTHERS[0]
        for address in (f"/opportunities/{other.opportunity_id}", f"/accounts/{other.account_id}"):
            hidden, missing = rep.get(address), rep.get(f"{address}zzz")
            assert (hidden.status_code, missing.status_code) == (404, 404)
            # Nothing tells one of others from one that does not exist.
            assert hidden.content == missing.content.replace(b"zzz", b"")

    def test_others_accounts_are_not_in_the_rows_nor_in_the_file(self, rep: Client) -> None:
        for address in (
            "/metrics/marketing_sourced_pipeline?period=2026",
            "/metrics/marketing_sourced_pipeline/rows.csv?period=2026",
            "/?period=2026",
        ):
            answer = rep.get(address)
            body = b"".join(answer) if answer.streaming else answer.content
            assert not [o for o in OTHERS if o.opportunity_id.encode() in body]
            assert not [o for o in OTHERS if o.account_id.encode() in body]

    @pytest.mark.parametrize("role", ["viewer", "campaign_owner"])
    def test_who_may_open_none_sees_the_figure_without_rows(
        self, people: Leaders, role: str
    ) -> None:
        client = someone(people, role)
        page = client.get("/metrics/win_rate").content.decode()
        assert "/opportunities/" not in page
        assert "/accounts/" not in page

    def test_the_figure_is_the_companys_for_everybody(self, people: Leaders, rep: Client) -> None:
        import re

        def figure(client: Client) -> str:
            page = client.get("/metrics/win_rate").content.decode()
            return re.search(r'class="number">([^<]*)<', page)[1]  # type: ignore[index]

        assert figure(rep) == figure(as_(people.ceo))
