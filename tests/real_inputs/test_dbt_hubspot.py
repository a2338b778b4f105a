"""HubSpot's objects as a copying tool writes them; its keys hardly ever join, and that is said."""

from __future__ import annotations

import pytest

from tests.command import trivet
from tests.real_inputs.prepared import Prepared, data, records

SET = "vendor_seeds/dbt_hubspot"
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def hubspot(tmp_path_factory: pytest.TempPathFactory) -> Prepared:
    prepared = Prepared.of(SET, tmp_path_factory.mktemp("hubspot") / "workspace")
    prepared.run()
    return prepared


def ids(file: str, column: str) -> set[str]:
    return {row[column] for row in records(SET, file)}


def lost(prepared: Prepared, table: str, column: str) -> dict[str, int]:
    """Rows that name a record that is not loaded, by source."""
    return {
        found["source"]: found["unknown"]
        for found in prepared.data()["references"]
        if (found["table"], found["column"]) == (table, column)
    }


def test_stages_that_were_loaded_and_those_made_from_deals_are_counted_apart(
    hubspot: Prepared,
) -> None:
    [history] = [
        table
        for source in hubspot.data()["sources"]
        for table in source["tables"]
        if table["table"] == "opportunity_stage_history"
    ]
    assert history["rows"] == len(records(SET, "deal_stage_data.csv")) == 14
    assert history["derived"] == len(records(SET, "deal_data.csv")) == 44


def test_what_names_a_record_that_was_not_exported_is_counted(hubspot: Prepared) -> None:
    deals = ids("deal_data.csv", "deal_id")
    stages = [row["deal_id"] for row in records(SET, "deal_stage_data.csv")]
    assert lost(hubspot, "opportunity_stage_history", "opportunity_id") == {
        "hubspot": sum(deal not in deals for deal in stages)
    }
    addresses = ids("contact_data.csv", "property_email")
    recipients = [row["recipient"] for row in records(SET, "email_event_data.csv")]
    forms = [row["contact_id"] for row in records(SET, "contact_form_submission_data.csv")]
    assert lost(hubspot, "touchpoint", "contact_id") == {
        "mail": sum(address not in addresses for address in recipients),
        "hubspot": sum(contact not in ids("contact_data.csv", "id") for contact in forms),
    }


def test_every_deal_without_a_company_says_so(hubspot: Prepared) -> None:
    said = trivet("data", hubspot.folder).out
    assert "opportunity: 44 of 44 name no account" in said


def test_no_list_of_links_and_no_history_is_proposed_as_people_or_companies(tmp_path) -> None:
    assert trivet("init", tmp_path / "made", "--from", data(SET)).status == 0
    assert trivet("run", tmp_path / "made").status == 0
    rows = {
        table["table"]: table["rows"] + table["quarantined"]
        for source in Prepared(tmp_path / "made").data()["sources"]
        for table in source["tables"]
    }
    assert rows["account"] <= len(records(SET, "company_data.csv"))
    assert rows["contact"] <= len(records(SET, "contact_data.csv"))
    assert rows["opportunity"] == len(records(SET, "deal_data.csv"))
    assert rows["opportunity_contact_role"] == len(records(SET, "deal_contact_data.csv"))
