"""What is planted is found and confirmed, what is not is not, and what leaks is said to leak."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from statistics import median

import numpy as np
import pytest

from tests.company import Company, company
from tests.numbers.insight.icp.selling_company import deal, sells
from trivet.numbers.insight.icp import Criterion, Profile, Section
from trivet.numbers.insight.icp.evidence import (
    Happenings,
    KnownSince,
    evidence,
    together,
)
from trivet.numbers.insight.icp.icp import Icp
from trivet.numbers.insight.icp.predicates import Band, OneOf
from trivet.numbers.insight.icp.report import report_text
from trivet.numbers.insight.icp.statistics.judged import Parts, Word
from trivet.numbers.insight.icp.validation import InForce
from trivet.numbers.shared_metrics.registry import drafts

pytestmark = pytest.mark.slow

FIRM = Section.FIRMOGRAPHIC
RETAIL = Criterion("retail", FIRM, OneOf("industry", ("Retail",)), 40)
NORTH = Criterion("north", FIRM, OneOf("country", ("North",)), 20)
STAFF = Criterion("staff", FIRM, Band("employees", Decimal(500)), 20)
CUSTOMER = Criterion("customer", FIRM, OneOf("type", ("Customer",)), 10)
LARGE = Criterion("large", FIRM, OneOf("segment", ("Large",)), 10)
SOUTH = Criterion("south", FIRM, OneOf("country", ("South",)), 10)
NOT_RETAIL = Criterion("not_retail", Section.DISQUALIFIER, OneOf("industry", ("Retail",), True))
PROFILE = Profile((RETAIL, NORTH, STAFF, CUSTOMER, LARGE, SOUTH, NOT_RETAIL))


def icp(c: Company) -> Icp:
    return Icp(c.measurement, lambda metric: drafts()[metric])


@pytest.fixture(scope="module")
def found(seller: Company):
    return icp(seller).evidence(PROFILE)


def test_what_makes_it_win_is_found_and_confirmed(found) -> None:
    told = found.criterion("retail").strata[0].judged
    assert told.word is Word.SUPPORTS
    assert told.is_found
    assert told.is_confirmed
    assert told.whole.lift > 1.3
    assert found.overall[0].word is Word.SUPPORTS
    assert found.overall[0].later.value > 0.6


def test_what_has_nothing_to_do_with_winning_is_no_signal(found) -> None:
    assert found.criterion("staff").word is Word.NO_SIGNAL


def test_counts_and_days_are_those_of_the_rows(seller: Company, found) -> None:
    industry = {r["account_id"]: r["industry"] for t, r in seller.given if t == "account"}
    deals = [r for t, r in seller.given if t == "opportunity" and r["motion"] == "new_business"]
    own = [r for r in deals if industry[r["account_id"]] == "Retail"]
    whole = found.criterion("retail").strata[0].judged.whole
    assert whole.true_closed == len(own)
    assert whole.true_won == sum(r["stage"] == "Won" for r in own)
    assert whole.known == len(deals)
    days = [(r["close_on"] - r["created_at"].date()).days for r in own if r["stage"] == "Won"]
    assert found.criterion("retail").strata[0].days_true == Fraction(median(days))


def test_a_value_is_taken_as_it_was_when_the_opportunity_was_created(found) -> None:
    # Every account that was won is Large today; at creation none of them was.
    told = found.criterion("large")
    assert told.strata[0].judged.whole.true_closed == 0
    assert told.strata[0].judged.word is Word.NOT_ENOUGH
    assert told.leaks == ()


def test_a_field_written_because_of_the_outcome_leaks(found) -> None:
    told = found.criterion("customer")
    assert told.word is Word.LEAKING
    assert any("all but determines" in str(each) for each in told.leaks)
    assert not told.is_conflict


def test_a_value_without_history_is_said_to_be_todays(found) -> None:
    said = [str(each) for each in found.criterion("retail").cautions]
    assert any("as it is today" in each for each in said)
    assert not any("as it is today" in str(e) for e in found.criterion("large").cautions)


@pytest.mark.parametrize(
    ("since", "says"),
    [
        (None, "as it is today"),
        (KnownSince(900, 900, False), "as it is today"),
        (KnownSince(900, 900, True), "Industry of 900 of 900 opportunities is as it was first"),
        (KnownSince(900, 300, False), "Industry of 300 of 900 opportunities is as it was first"),
        (KnownSince(900, 0, True), ""),
    ],
)
def test_a_value_is_said_to_be_todays_only_where_one_version_is_all_there_is(
    seller: Company, since: KnownSince | None, says: str
) -> None:
    happened = Happenings.of(seller.measurement, lambda metric: drafts()[metric], None)
    known = replace(happened, known_since={"industry": since} if since else {})
    told = evidence(seller.measurement, known, Profile((RETAIL,))).criterion("retail")
    said = [str(each) for each in told.cautions if "Industry" in str(each)]
    assert [says in each for each in said] == ([True] if says else [])


def test_how_many_opportunities_are_older_than_what_is_known_of_them(seller: Company) -> None:
    found = Happenings.of(seller.measurement, lambda metric: drafts()[metric], None).known_since
    # New accounts are first exported the day before the close, old customers at the very end.
    deals = [r for t, r in seller.given if t == "opportunity"]
    assert found["industry"] == KnownSince(len(deals), len(deals), False)


def test_expansion_does_not_lend_its_wins_to_new_business(found) -> None:
    # Pooled, South wins two of three and the rest one of three: all of it is old customers.
    told = found.criterion("south")
    assert told.stratum("new_business").judged.whole.true_closed == 0
    assert told.stratum("expansion").judged.whole.false_closed == 0
    assert {each.judged.word for each in told.strata} == {Word.NOT_ENOUGH}


def test_what_helps_to_win_and_hurts_to_keep_is_a_conflict(found) -> None:
    told = found.criterion("north")
    assert told.strata[0].judged.whole.lift_interval.low > 1
    assert told.retention.true.nrr < told.retention.false.nrr
    assert told.retention.difference_interval.high < 0
    assert [each.criterion.id for each in found.conflicts] == ["north"]


def test_whether_something_is_filled_in_says_nothing_about_fit() -> None:
    # Who was won is known more often; whether it holds was dealt out by dice.
    rng = np.random.default_rng(4)
    won = rng.random(2_000) < 0.3
    holds = rng.random((2_000, 3)) < 0.5
    known = rng.random((2_000, 3)) < np.where(won, 0.85, 0.7)[:, None]
    told = np.where(known, holds, -1).astype(np.int8)
    accounts = [f"a{number}" for number in range(2_000)]
    parts = Parts.of(np.arange(2_000) >= 1_400, accounts, won)
    found = together("new_business", told, won, parts, accounts)
    assert found.word is Word.NO_SIGNAL
    fits = np.where(known, holds | won[:, None], -1).astype(np.int8)
    assert together("new_business", fits, won, parts, accounts).word is Word.SUPPORTS


def test_a_value_that_was_first_given_before_the_close_has_not_changed() -> None:
    with company(exported_on="2026-10-31") as c:
        for number in range(80):
            won, created = number % 2 == 0, datetime(2025, 3, 3, 9)
            closed = created + timedelta(days=60)
            known = {"account_id": f"A{number}", "created_at": created - timedelta(days=1)}
            c.add("account", exported_on="2025-03-01", **known)
            if won:
                c.add("account", segment="Large", exported_on="2025-04-01", **known)
            deal(c, f"D{number}", f"A{number}", "new_business", created, closed, won)
        [told] = icp(c).evidence(Profile((LARGE,))).criteria
    assert told.known == 0
    assert [str(each) for each in told.cautions if "changed before" in str(each)] == []


def test_retention_follows_each_customer_for_a_year(seller: Company, found) -> None:
    country = {r["account_id"]: r["country"] for t, r in seller.given if t == "account"}
    signed = [r for t, r in seller.given if t == "subscription" and r["account_id"][0] == "N"]
    a_year_ago = date(2025, 10, 31)
    own = [
        r for r in signed if country[r["account_id"]] == "North" and r["starts_on"] <= a_year_ago
    ]
    kept = [r for r in own if r["ends_on"] is None]
    told = found.criterion("north").retention.true
    assert told.customers == len(own)
    assert told.nrr == Fraction(len(kept), len(own))


def test_customers_are_drawn_in_one_order_so_that_a_report_has_one_hash(seller: Company) -> None:
    happened = Happenings.of(seller.measurement, lambda metric: drafts()[metric], None)
    assert len(happened.cohort) > 100
    assert happened.cohort.account_id == sorted(happened.cohort.account_id)


def test_a_disqualifier_of_those_who_buy_less_is_supported(found) -> None:
    assert found.criterion("not_retail").word is Word.SUPPORTS


def test_outcomes_dealt_out_again_say_nothing() -> None:
    for seed in range(2):
        with company(exported_on="2026-10-31") as c:
            sells(c, seed=seed, accounts=300, planted=False)
            told = icp(c).evidence(Profile((RETAIL, NORTH, STAFF)))
            words = {each.word for each in told.criteria}
            assert words <= {Word.NO_SIGNAL, Word.WEAK, Word.NOT_ENOUGH}
            assert icp(c).validation(Profile((RETAIL, NORTH, STAFF))).suggestions == ()
            # Nor does a first draft find an ideal customer where there is none.
            suggested = icp(c).suggested()
            assert suggested.profile == Profile(())
            assert suggested.against == ()
            assert suggested.tried > 5


def test_evidence_as_of_a_day_knows_nothing_later(seller: Company, found) -> None:
    early = icp(seller).evidence(PROFILE, date(2025, 3, 31))
    whole = early.criterion("retail").strata[0].judged.whole
    assert 0 < whole.known < found.criterion("retail").strata[0].judged.whole.known
    closed = [
        r
        for t, r in seller.given
        if t == "opportunity"
        and r["motion"] == "new_business"
        and r["close_on"] <= date(2025, 3, 31)
    ]
    assert whole.known == len(closed)


def test_a_company_that_closed_nothing_is_told_why_there_is_no_evidence() -> None:
    with company() as c:
        c.add("account", account_id="A", industry="Retail")
        told = icp(c).evidence(Profile((RETAIL,)))
    assert told.criteria == ()
    assert "no opportunities are loaded" in told.reason


def test_a_profile_without_criteria_has_neither_evidence_nor_an_order(seller: Company) -> None:
    told = icp(seller).evidence(Profile(()))
    assert told.criteria == ()
    assert [each.word for each in told.overall] == [Word.NOT_ENOUGH, Word.NOT_ENOUGH]
    assert {band.accounts > 0 for band in icp(seller).fit(Profile(())).bands[:3]} == {False}


def test_the_report_proposes_what_was_planted_and_nothing_else(seller: Company) -> None:
    told = icp(seller).validation(Profile((STAFF, NORTH)))
    assert [(each.change, each.after and each.after.test) for each in told.suggestions] == [
        ("add", OneOf("industry", ("Retail",)))
    ]
    assert "later opportunities" in str(told.suggestions[0].says)


def test_bands_of_the_report_hold_every_opportunity_of_the_year_once(seller: Company) -> None:
    told = icp(seller).validation(PROFILE)
    assert told.quarter.key == "2026-Q3"
    deals = [r for t, r in seller.given if t == "opportunity" and r["motion"] == "new_business"]
    year = (date(2025, 10, 1), date(2026, 10, 1))
    closed = [r for r in deals if year[0] <= r["close_on"] < year[1]]
    created = [r for r in deals if year[0] <= r["created_at"].date() < year[1]]
    assert sum(each.by_close.closed for each in told.bands) == len(closed)
    assert sum(each.by_creation.closed for each in told.bands) == len(created)
    [audit] = told.disqualifiers
    ruled_out = [r for r in deals if r["stage"] == "Won"]
    assert 0 < audit.ruled_out.won < len(ruled_out)
    assert audit.ruled_out.won_minor == 100_00 * audit.ruled_out.won


def test_each_opportunity_is_scored_by_the_profile_in_force_when_it_was_created(
    seller: Company,
) -> None:
    all_a = Profile((Criterion("any", FIRM, OneOf("industry", ("Retail", "Media")), 10),))
    nobody = Profile((Criterion("none", FIRM, OneOf("industry", ("Space",)), 10),))
    since = datetime(2026, 1, 1)
    told = icp(seller).validation((InForce(None, all_a), InForce(since, nobody)))
    deals = [
        r
        for t, r in seller.given
        if t == "opportunity"
        and r["motion"] == "new_business"
        and date(2025, 10, 1) <= r["close_on"] < date(2026, 10, 1)
    ]
    by_band = {each.band: each.by_close.closed for each in told.bands}
    assert by_band["A"] == sum(r["created_at"] < since for r in deals)
    assert by_band["D"] == sum(r["created_at"] >= since for r in deals)


def test_before_any_profile_was_in_force_the_first_one_scores_and_the_report_says_so(
    seller: Company,
) -> None:
    all_a = Profile((Criterion("any", FIRM, OneOf("industry", ("Retail", "Media")), 10),))
    since = datetime(2026, 1, 1)
    told = icp(seller).validation((InForce(since, all_a),))
    deals = [r for t, r in seller.given if t == "opportunity" and r["motion"] == "new_business"]
    assert told.in_hindsight == sum(r["created_at"] < since for r in deals) > 0
    assert told.closed == len(deals)
    by_band = {each.band: each.by_close.closed for each in told.bands}
    assert by_band["A"] > 0 == by_band["D"]
    assert icp(seller).validation(all_a).in_hindsight == 0


def test_a_report_says_the_same_again_and_has_no_number_without_its_n(seller: Company) -> None:
    told = icp(seller).validation(PROFILE)
    text = report_text(told, "USD")
    assert report_text(icp(seller).validation(PROFILE), "USD") == text
    found = json.loads(text)
    for band in found["bands"]:
        for part in ("by_close", "by_creation"):
            outcome = band[part]
            assert (outcome["win_rate"] is None) is (outcome["closed"] == 0)
            assert outcome["win_rate"] is not None or outcome["why"]
        for part in ("nrr", "grr"):
            kept = band[part]
            assert (kept["share"] is None) is (kept["customers"] == 0)
            assert kept["interval"] or kept["why"]
    [north] = [each for each in found["conflicts"] if each["criterion"]["id"] == "north"]
    assert float(north["winning"]["lift_interval"][0]) > 1
    assert float(north["keeping"]["interval"][1]) < 0
    assert north["winning"]["closed"] > 0 < north["keeping"]["true"]["customers"]
    assert {each["word"] for each in found["stability"]} <= {"stable", "moved a little", "shifted"}
