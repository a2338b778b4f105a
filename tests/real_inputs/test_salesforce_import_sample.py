"""3,000 opportunities with lead source and type, and no creation date."""

from __future__ import annotations

from fractions import Fraction

import pytest

from tests.real_inputs.prepared import Prepared, records

SET = "salesforce_import_sample"
pytestmark = pytest.mark.slow
CLOSED = "2024-10-14..2025-10-13"
MARKETING = {"Web", "Email", "Purchased List"}


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Prepared:
    prepared = Prepared.of(SET, tmp_path_factory.mktemp(SET) / "workspace")
    prepared.run()
    return prepared


def opportunities() -> list[dict[str, str]]:
    return records(SET, "Opportunities.csv")


def test_every_record_arrives(sample: Prepared) -> None:
    assert sample.rows("account") == 500
    assert sample.rows("contact") == 1500
    assert sample.rows("opportunity") == 3000
    assert sample.rows("crm_campaign") == 8


def test_somebody_twice_in_one_campaign_is_quarantined_the_second_time(sample: Prepared) -> None:
    members = records(SET, "CampaignMembers.csv")
    once = {(r["Campaign:External_Id__c"], r["Contact:External_Id__c"]) for r in members}
    twice = len(members) - len(once)
    assert sample.quarantined() == {("duplicate_id", "campaign_membership"): twice}
    assert sample.rows("campaign_membership") == len(once)


def test_win_rate_over_every_source(sample: Prepared) -> None:
    found = sample.metric(
        "win_rate", CLOSED, definition={"options": {"sourced": "all", "min_stage": "any"}}
    )
    assert (found["numerator"], found["denominator"]) == ("532", "814")
    assert found["value"].startswith("0.6535")


def test_win_rate_on_what_marketing_sourced_follows_the_agreed_list(sample: Prepared) -> None:
    ours = [r for r in opportunities() if r["LeadSource"] in MARKETING]
    won = sum(r["StageName"] == "Closed Won" for r in ours)
    lost = sum(r["StageName"] == "Closed Lost" for r in ours)
    found = sample.metric(
        "win_rate",
        CLOSED,
        definition={
            "options": {"min_stage": "any"},
            "sourcing": {"options": {"source_rule": ["lead_source"]}},
        },
    )
    assert (found["numerator"], found["denominator"]) == (str(won), str(won + lost))


def test_time_to_close_says_that_nothing_tells_when_an_opportunity_began(sample: Prepared) -> None:
    found = sample.metric("time_to_close", CLOSED)
    assert found["status"] == "not_computable"
    assert "creat" in found["reason"]


@pytest.mark.parametrize("metric", ["net_revenue_retention", "gross_revenue_retention"])
def test_retention_needs_recurring_revenue(sample: Prepared, metric: str) -> None:
    found = sample.metric(metric, "2025-Q3")
    assert found["status"] == "not_computable"


def test_open_pipeline_by_source_adds_up_to_the_export(sample: Prepared) -> None:
    open_ones = [r for r in opportunities() if not r["StageName"].startswith("Closed")]
    total = sum(Fraction(r["Amount"]) for r in open_ones if r["StageName"] != "Prospecting")
    ours = sum(
        Fraction(r["Amount"])
        for r in open_ones
        if r["StageName"] != "Prospecting" and r["LeadSource"] in MARKETING
    )
    found = sample.metric(
        "marketing_sourced_pipeline",
        # Nothing dates an open opportunity but the export itself, made on 13 October.
        "2025-01-01..2025-10-14",
        definition={
            "options": {"measure": "open_at_date"},
            "sourcing": {"options": {"source_rule": ["lead_source"]}},
            "pipeline_base": {"options": {"amount_basis": "amount_field"}},
        },
    )
    assert Fraction(found["denominator"]) / 100 == total
    assert Fraction(found["numerator"]) / 100 == ours
