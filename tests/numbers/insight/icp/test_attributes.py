"""What a form offers is what the company's data has; a draft proposes nothing it has not."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.company import Company, company
from trivet.numbers.insight.icp.icp import Icp
from trivet.numbers.insight.icp.leak import name_leaks
from trivet.numbers.shared_metrics.registry import drafts


def icp(c: Company) -> Icp:
    return Icp(c.measurement, lambda metric: drafts()[metric])


def test_an_attribute_says_its_kind_how_much_is_known_and_common_values() -> None:
    with company(dimensions={"rep_team": "crm_user.team"}) as c:
        c.add("crm_user", user_id="U", name="Ada Thistlewood", team="North")
        for number in range(4):
            c.add(
                "account",
                account_id=f"A{number}",
                employees=(10, 20, None, None)[number],
                industry=("Retail", "Retail", "Media", None)[number],
                country=("Kafka;Snow", "Snow", None, None)[number],
                owner_id="U",
            )
        c.add("account", account_id="test", industry="Retail", is_test=True)
        found = icp(c).attributes()
    size = found.attribute("employees")
    assert size is not None
    assert (size.kind, size.known, size.accounts) == ("number", 2, 4)
    assert (size.low, size.high) == (Decimal(10), Decimal(20))
    trade = found.attribute("industry")
    assert trade is not None
    assert [(each.value, each.accounts) for each in trade.values] == [("Retail", 2), ("Media", 1)]
    assert trade.known_share == 0.75
    listed = found.attribute("country")
    assert listed is not None
    assert listed.kind == "several"
    assert [(each.value, each.accounts) for each in listed.values] == [("Snow", 2), ("Kafka", 1)]
    sellers = {each.name for each in found.attributes if each.about_seller}
    assert sellers == {"owner", "rep_team"}
    assert found.attribute("shoe_size") is None


@pytest.mark.parametrize(
    "name",
    ["Last Activity", "lead_status", "Tags", "Lead Quality", "next_step", "closed_reason", "type"],
)
def test_a_name_that_says_it_is_written_later_is_heard(name: str) -> None:
    assert name_leaks(name) != []


@pytest.mark.parametrize("name", ["Amount", "deal_value", "ACV"])
def test_what_a_deal_is_worth_is_no_fit(name: str) -> None:
    assert name_leaks(name) != []


@pytest.mark.parametrize(
    "name",
    ["industry", "employees", "funding_stage", "country", "annual_revenue", "data_team",
     "company_type", "region", "winery_count", "closest_office"],
)  # fmt: skip
def test_a_plain_firmographic_name_is_not_accused(name: str) -> None:
    assert name_leaks(name) == []
