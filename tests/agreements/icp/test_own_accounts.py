"""Who looks after some accounts reads their fit, and nothing from which others' could be told."""

from __future__ import annotations

import csv
import io
import re

import pytest
from django.test import Client

from tests.agreements.documents.signers import read
from tests.agreements.icp.in_force import PROFILE, signed
from tests.agreements.leaders import NOW, Leaders, sit
from tests.web.signed_in import as_
from trivet.agreements.people.models import Person
from trivet.numbers.revenue_model import AccountTeam
from trivet.web import published
from trivet.web.answers import Answers

MONEY = re.compile(r"[$€£]\s?\d")


@pytest.fixture
def answers(people: Leaders) -> Answers:
    """The demo company with a profile in force."""
    found = published.builds().answers()
    signed(people, PROFILE)
    return found


def of_the_crm(people: Leaders, answers: Answers, seat: str) -> tuple[Client, AccountTeam]:
    """Somebody whom the CRM names as owner or customer success manager of some accounts."""
    users = answers.model._engine.rows("select email from crm_user order by user_id")
    teams = {str(email): answers.account_team(str(email)) for email in users["email"].to_pylist()}
    email = next(each for each, team in teams.items() if len(team.accounts) > 5)
    person = Person(name="Ilya Brandt", email=email, joined_at=NOW)
    person.set_unusable_password()
    person.tell(at=NOW, by=person.by(), verb="joined", says="Ilya Brandt joined.")
    sit(person, seat, people.admin)
    return as_(person), teams[email]


def rows_of(client: Client) -> list[dict[str, str]]:
    answer = client.get("/icp/accounts.csv")
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


@pytest.mark.parametrize("seat", ["rep", "csm"])
def test_own_accounts_are_listed_and_no_others(people: Leaders, answers: Answers, seat: str):
    client, team = of_the_crm(people, answers, seat)
    mine = {row["account_id"] for row in rows_of(client)}
    everybodys = {row["account_id"] for row in rows_of(as_(people.cro))}
    assert mine
    assert mine <= team.accounts
    assert mine == team.accounts & everybodys
    other = sorted(everybodys - mine)[0]
    assert f"/accounts/{other}" not in read(client, f"/icp/accounts?q={other}")
    assert client.get(f"/accounts/{other}").status_code == 404
    assert f"/accounts/{other}" in read(as_(people.cro), f"/icp/accounts?q={other}")


@pytest.mark.parametrize("seat", ["rep", "csm"])
def test_totals_of_all_accounts_come_without_money(people: Leaders, answers: Answers, seat: str):
    """The whole less one's own would be the others': bands are told in accounts alone."""
    client, _ = of_the_crm(people, answers, seat)
    for address in ("/icp", "/icp/review"):
        assert MONEY.search(read(as_(people.cro), address)), address
        assert not MONEY.search(read(client, address)), address


def test_who_may_open_no_account_is_given_no_list(people: Leaders, answers: Answers):
    person = Person(name="Nilo Reyes", email="nilo@norvik.example", joined_at=NOW)
    person.set_unusable_password()
    person.tell(at=NOW, by=person.by(), verb="joined", says="Nilo Reyes joined.")
    sit(person, "viewer", people.admin)
    for address in ("/icp/accounts", "/icp/accounts.csv"):
        assert as_(person).get(address).status_code == 403
    # Nor is there a link to what would be refused.
    assert "/icp/accounts" not in read(as_(person), "/icp")
    assert "/icp/accounts" in read(as_(people.cro), "/icp")


def test_the_file_says_who_is_let_through(people: Leaders, answers: Answers):
    rows = rows_of(as_(people.cro))
    assert {row["let_through"] for row in rows} <= {"", "yes"}
    assert all(row["band"] == "disqualified" for row in rows if row["let_through"])
