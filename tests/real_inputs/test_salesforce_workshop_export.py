"""An organisation's own export: Salesforce's field names, a BOM, booleans that are 1 or empty."""

from __future__ import annotations

import pytest

from tests.real_inputs.prepared import Prepared, records

SET = "salesforce_workshop_export"


@pytest.fixture(scope="module")
def workshop(tmp_path_factory: pytest.TempPathFactory) -> Prepared:
    prepared = Prepared.of(SET, tmp_path_factory.mktemp(SET) / "workspace")
    prepared.run()
    return prepared


def test_every_record_arrives(workshop: Prepared) -> None:
    assert workshop.rows("account") == 22
    assert workshop.rows("contact") == 102 + 60
    assert workshop.rows("opportunity") == 50
    assert workshop.rows("crm_campaign") == 8
    assert workshop.rows("campaign_membership") == 68
    assert workshop.rows("sales_activity") == 75
    assert workshop.quarantined() == {}


def test_an_empty_boolean_is_no_and_an_outcome_is_the_stages(workshop: Prepared) -> None:
    rows = records(SET, "Opportunity.csv")
    won = [r for r in rows if r["StageName"] == "Closed Won"]
    lost = [r for r in rows if r["StageName"] == "Closed Lost"]
    found = workshop.metric(
        "win_rate",
        "2023-01-01..2025-01-01",
        definition={"options": {"sourced": "all", "min_stage": "any"}},
    )
    assert (len(won), len(lost)) == (12, 3)
    assert (found["numerator"], found["denominator"]) == ("12", "15")


@pytest.mark.parametrize("metric", ["marketing_sourced_pipeline", "win_rate"])
def test_an_export_without_any_source_says_so(workshop: Prepared, metric: str) -> None:
    found = workshop.metric(metric, "2023-01-01..2025-01-01")
    assert found["status"] == "not_computable"
    assert "source" in found["reason"].lower()


def test_time_to_close_is_not_counted_from_the_day_of_a_data_load(workshop: Prepared) -> None:
    found = workshop.metric("time_to_close", "2023")
    assert found["status"] == "not_computable"


def test_created_after_closed_is_quarantined_and_gives_no_negative_time(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    naive = Prepared.of(SET, tmp_path_factory.mktemp("naive") / "workspace")
    naive.remap(('close_on = "CloseDate"', 'close_on = "CloseDate"\ncreated_at = "CreatedDate"'))
    naive.run()
    impossible = [
        r
        for r in records(SET, "Opportunity.csv")
        if r["StageName"].startswith("Closed") and r["CloseDate"] < r["CreatedDate"][:10]
    ]
    assert naive.quarantined() == {("impossible_date", "opportunity"): len(impossible)}
    assert naive.rows("opportunity") == 50 - len(impossible)


def test_the_same_export_again_changes_nothing(workshop: Prepared) -> None:
    question = ("win_rate", "2023-01-01..2025-01-01")
    definition = {"options": {"sourced": "all", "min_stage": "any"}}
    before = workshop.metric(*question, definition=definition)
    workshop.run()
    assert workshop.metric(*question, definition=definition) == before
