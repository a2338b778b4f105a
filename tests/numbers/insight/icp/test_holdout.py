"""A few disqualified accounts are let through by their id, and what becomes of them is told."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from hashlib import sha256

import pytest

from tests.company import Company, company
from tests.numbers.insight.icp.selling_company import sells
from trivet.numbers.insight.icp import Criterion, Profile, Section
from trivet.numbers.insight.icp.holdout import draw, let_through
from trivet.numbers.insight.icp.icp import Icp
from trivet.numbers.insight.icp.predicates import Band, OneOf
from trivet.numbers.insight.icp.report import report
from trivet.numbers.insight.icp.validation import InForce
from trivet.numbers.shared_metrics.registry import drafts

ACCOUNTS = [f"account {number}" for number in range(20_000)]
RETAIL = Criterion("retail", Section.FIRMOGRAPHIC, OneOf("industry", ("Retail",)), 40)
NO_NORTH = Criterion("no_north", Section.DISQUALIFIER, OneOf("country", ("North",)))
TINY = Criterion("tiny", Section.DISQUALIFIER, Band("employees", None, Decimal(20)))
FIVE = Decimal("0.05")


def icp(c: Company) -> Icp:
    return Icp(c.measurement, lambda metric: drafts()[metric])


def by_hand(account_id: str) -> float:
    digest = sha256(b"ideal-customer-profile\n" + account_id.encode()).hexdigest()
    return int(digest, 16) / 16**64


def test_who_is_let_through_is_told_by_the_hash_of_the_id_and_nothing_else() -> None:
    for account in ACCOUNTS[:500]:
        assert abs(float(draw(account)) - by_hand(account)) < 1e-11
    assert let_through(FIVE, ACCOUNTS).tolist() == [by_hand(a) < 0.05 for a in ACCOUNTS]


def test_about_the_share_that_was_asked_for_is_let_through() -> None:
    # Of 20,000, four standard errors of 5 % are 123.
    assert abs(int(let_through(FIVE, ACCOUNTS).sum()) - 1_000) < 124
    assert not let_through(Decimal(0), ACCOUNTS).any()


def test_a_greater_share_keeps_those_who_were_let_through_before() -> None:
    two, five = let_through(Decimal("0.02"), ACCOUNTS), let_through(FIVE, ACCOUNTS)
    assert (two & ~five).sum() == 0
    assert five.sum() > two.sum()


@pytest.mark.parametrize(
    ("share", "is_fine"), [("0", True), ("0.05", True), ("0.051", False), ("-0.01", False)]
)
def test_more_than_five_percent_would_be_selling_to_them(share: str, is_fine: bool) -> None:
    profile = Profile((RETAIL, TINY), let_through=Decimal(share))
    wrong = [each for each in profile.problems if "let_through" in each]
    assert (wrong == []) is is_fine


def test_who_is_let_through_stays_disqualified_and_is_shown_as_what_it_is() -> None:
    profile = Profile((RETAIL, TINY), let_through=FIVE)
    with company() as c:
        for number in range(400):
            c.add("account", account_id=f"A{number:04d}", industry="Retail", employees=number % 40)
        plain, found = icp(c).fit(Profile((RETAIL, TINY))), icp(c).fit(profile)
    through = [row["account_id"] for row in found.rows.to_pylist() if row["let_through"]]
    tiny = [f"A{number:04d}" for number in range(400) if number % 40 < 20]
    assert through == [each for each in tiny if by_hand(each) < 0.05] != []
    assert found.rows["band"].to_pylist() == plain.rows["band"].to_pylist()
    assert [each.let_through for each in found.bands] == [0, 0, 0, 0, len(through)]
    assert {each.let_through for each in plain.bands} == {0}


@pytest.mark.slow
def test_the_report_tells_the_outcomes_of_those_let_through_apart() -> None:
    since = datetime(2025, 1, 1, tzinfo=UTC)
    profile = Profile((RETAIL, NO_NORTH), let_through=FIVE)
    with company(exported_on="2026-10-31") as c:
        sells(c)
        told = icp(c).validation(
            (InForce(None, Profile((RETAIL, NO_NORTH))), InForce(since, profile))
        )
        country = {r["account_id"]: r["country"] for t, r in c.given if t == "account"}
        deals = [r for t, r in c.given if t == "opportunity" and r["motion"] == "new_business"]
    north = [r for r in deals if country[r["account_id"]] == "North"]
    # Before anybody was let through, who was worked on against the profile was chosen.
    held = [r for r in north if by_hand(r["account_id"]) < 0.05 and r["created_at"].year >= 2025]
    [audit] = told.disqualifiers
    assert (audit.held_out.won, audit.held_out.lost) == (
        sum(r["stage"] == "Won" for r in held),
        sum(r["stage"] != "Won" for r in held),
    )
    assert 0 < audit.held_out.closed == told.held_out.closed == len(held)
    assert audit.held_out.closed + audit.ruled_out.closed == len(north)
    assert told.accepted.closed == len(deals) - len(north)
    assert not audit.held_out.is_enough
    assert report(told, "USD")["let_through"]["share"] == FIVE
