"""What is suggested sets won accounts apart from lost ones; what is merely common does not."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

import numpy as np
import pytest

from tests.company import Company, company
from tests.numbers.insight.icp.selling_company import deal
from trivet.numbers.insight.icp import Criterion, Profile, Section
from trivet.numbers.insight.icp.attributes import Attribute, AttributeValue
from trivet.numbers.insight.icp.candidates import candidates, value_tests
from trivet.numbers.insight.icp.draft import Suggested
from trivet.numbers.insight.icp.icp import Icp
from trivet.numbers.insight.icp.predicates import Band, OneOf
from trivet.numbers.insight.icp.statistics.judged import Word
from trivet.numbers.shared_metrics.registry import drafts

pytestmark = pytest.mark.slow

FIRM = Section.FIRMOGRAPHIC
FIRST = datetime(2024, 1, 8, 9)


def icp(c: Company) -> Icp:
    return Icp(c.measurement, lambda metric: drafts()[metric])


@pytest.fixture(scope="module")
def found(seller: Company) -> Suggested:
    return icp(seller).suggested()


def test_what_won_accounts_have_and_lost_ones_lack_is_suggested(found: Suggested) -> None:
    [retail] = found.profile.criteria
    assert retail.test == OneOf("industry", ("Retail",))
    assert retail.points > 0
    assert found.profile.problems == []


def test_what_was_not_confirmed_on_other_accounts_later_is_told_and_gives_nothing(
    found: Suggested,
) -> None:
    # Planted, and found among earlier opportunities: the later ones are too few to be sure.
    north = OneOf("country", ("North",))
    [told] = [each for each in found.unconfirmed if each.criterion.test == north]
    assert told.new_business.judged.is_found
    assert not told.new_business.judged.is_confirmed
    assert told.is_conflict
    assert north not in {each.test for each in found.profile.criteria}


def test_what_is_commonest_is_not_suggested(seller: Company, found: Suggested) -> None:
    known = icp(seller).attributes()
    trade = known.attribute("industry")
    assert trade is not None
    # Three of five accounts are Media and win less often: it is told, and gives nothing.
    assert trade.values[0].value == "Media"
    against = {each.criterion.test for each in found.against}
    assert OneOf("industry", ("Media",)) in against
    asked = {each.test for each in found.profile.criteria}
    assert asked.isdisjoint(against)
    for each in found.against:
        lift = each.new_business.judged.whole.lift_interval
        assert lift is not None
        assert lift.high < 1


def test_each_suggestion_has_its_n_and_interval_and_was_confirmed(found: Suggested) -> None:
    for each in (*found.supports, *found.against):
        told = each.new_business.judged
        assert told.is_found
        assert told.is_confirmed
        assert told.whole.lift_interval is not None
        assert told.whole.true_closed >= 30 <= told.whole.false_closed
    assert found.closed == 700
    assert found.tried > 10


def test_a_suggestion_puts_no_words_into_what_people_sign(found: Suggested) -> None:
    # What a machine wrote into a draft stood in the signed profile as well.
    assert [each.note for each in found.profile.criteria] == [""]


def test_nothing_is_tried_that_leaks_or_tells_who_sells(seller: Company) -> None:
    tried = candidates(icp(seller).attributes())
    about = {name for each in tried for name in each.test.attributes}
    assert {"industry", "country", "employees"} <= about
    assert about.isdisjoint({"type", "owner"})
    assert [wrong for each in tried for wrong in each.problems] == []
    assert len({each.id for each in tried}) == len(tried)


def test_a_company_that_closed_nothing_is_told_why_nothing_is_suggested() -> None:
    with company() as c:
        c.add("account", account_id="A", industry="Retail")
        told = icp(c).suggested()
        assert "it has no criterion that gives points" in icp(c).draft().problems
    assert told.profile == Profile(())
    assert "no opportunities are loaded" in told.reason


def test_a_value_in_two_spellings_is_one_test() -> None:
    values = (AttributeValue("Retail", 9), AttributeValue("RETAIL", 4), AttributeValue("Media", 2))
    trade = Attribute("industry", "one", "account", 15, 15, False, False, values)
    assert [each.test for each in value_tests(trade)] == [
        OneOf("industry", ("Retail",)),
        OneOf("industry", ("Media",)),
    ]


@pytest.fixture(scope="module")
def midsize():
    """Who has 450 to 900 people buys; who has fewer or more, hardly."""
    rng = np.random.default_rng(8)
    with company(exported_on="2026-10-31") as c:
        for number in range(600):
            size = int(rng.integers(10, 1_200))
            won = bool(rng.random() < (0.45 if 450 <= size < 900 else 0.1))
            created = FIRST + timedelta(days=int(rng.integers(0, 840)))
            c.add("account", account_id=f"A{number}", employees=size, created_at="2020-01-01")
            closed = created + timedelta(days=30)
            deal(c, f"D{number}", f"A{number}", "new_business", created, closed, won)
        yield c


def test_of_limits_of_one_number_the_surest_is_suggested(midsize: Company) -> None:
    told = icp(midsize).suggested()
    bands = [each.criterion.test for each in told.supports]
    assert len(bands) == 1
    assert isinstance(bands[0], Band)
    assert bands[0].attribute == "employees"


def test_limits_that_go_with_losing_are_no_rival_to_limits_that_go_with_winning(
    midsize: Company,
) -> None:
    # Below 450 loses, and that is surer than that below 900 wins.
    small = Criterion("small", FIRM, Band("employees", None, Decimal(450)), 20)
    told = icp(midsize).validation(Profile((small,)))
    moved = [each.after.test for each in told.suggestions if each.change == "move" and each.after]
    assert moved == [Band("employees", None, Decimal(900))]
    [evidence] = icp(midsize).evidence(Profile((small,))).criteria
    assert evidence.word is Word.AGAINST
