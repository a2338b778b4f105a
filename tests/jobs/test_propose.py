"""A folder of exports becomes a first mapping: what is known is mapped, the rest is listed."""

from __future__ import annotations

import pytest

from trivet.jobs.proposal_text import settings_text
from trivet.jobs.propose import plain, propose
from trivet.jobs.run import run
from trivet.numbers.revenue_model import RevenueModel
from trivet.numbers.workspace.settings import Settings
from trivet.numbers.workspace.workspace import Workspace

OPPORTUNITIES = """\
Id,IsDeleted,AccountId,Name,StageName,Amount,CloseDate,Type,LeadSource,CreatedDate,Odd__c
O1,false,A1,First,Qualification,100,10/30/2026,New Customer,Webinar,1/5/2026,x
O2,false,A1,Second,Closed Won,200,5/30/2026,Existing Customer - Upgrade,Outbound,2/14/2026,y
O3,true,A1,Gone,Closed Lost,300,5/30/2026,Renewal,Fax,2/14/2026,y
"""
ACCOUNTS = """Id,Name,Website,Industry
A1,Fjordlight,fjordlight.example,Lighting
"""
MEMBERS = """Id,CampaignId,LeadId,ContactId,Status,HasResponded
M1,K1,,C1,Sent,false
"""


@pytest.fixture
def exports(tmp_path):
    crm = tmp_path / "exports" / "salesforce"
    crm.mkdir(parents=True)
    (crm / "Opportunity_2026-06-01.csv").write_text(OPPORTUNITIES)
    (crm / "Account.csv").write_text(ACCOUNTS)
    (crm / "CampaignMember.csv").write_text(MEMBERS)
    (crm / "Notes.csv").write_text("Weather,Mood\nfine,good\n")
    return tmp_path / "exports"


def settings_of(exports, folder):
    text = settings_text(propose(exports), 'Norvik "N" Analytics', folder)
    folder.mkdir(exist_ok=True)
    (folder / "trivet.toml").write_text(text)
    return Settings.load(folder / "trivet.toml"), text


def test_known_names_are_mapped_and_the_rest_is_said(exports, tmp_path):
    settings, text = settings_of(exports, tmp_path / "norvik")
    [source] = settings.sources
    assert source.system == "crm"
    by_table = {feed.table: feed for feed in source.feeds}
    assert sorted(by_table) == ["account", "campaign_membership", "opportunity"]
    opportunity = by_table["opportunity"]
    assert opportunity.columns["stage"].column == "StageName"
    assert opportunity.columns["motion"].values == {
        "New Customer": "new_business",
        "Existing Customer - Upgrade": "expansion",
        "Renewal": "renewal",
    }
    assert opportunity.exported_on == "filename"
    assert opportunity.date_format == ("%m/%d/%Y",)
    assert "IsDeleted" in opportunity.only
    assert by_table["campaign_membership"].columns["contact_id"].first_of == ("ContactId", "LeadId")
    assert "Odd__c" in text
    assert "Notes.csv" in text


def test_stages_and_lead_sources_are_sorted_by_what_their_names_say(exports, tmp_path):
    settings, text = settings_of(exports, tmp_path / "norvik")
    assert settings.stages.open == ("Qualification",)
    assert settings.stages.won == ("Closed Won",)
    assert settings.stages.lost == ("Closed Lost",)
    assert settings.stages.qualified_from == "Qualification"
    assert settings.lead_sources["marketing"] == ("Webinar",)
    assert settings.lead_sources["sales"] == ("Outbound",)
    assert "# Not guessed: Fax" in text


def test_the_proposal_runs_as_it_is(exports, tmp_path):
    settings_of(exports, tmp_path / "norvik")
    run(Workspace.open(tmp_path / "norvik"))
    data = RevenueModel.open(tmp_path / "norvik").data()
    assert data["quarantine"]["rows"] == 0
    [source] = data["sources"]
    assert {t["table"]: t["rows"] for t in source["tables"]}["opportunity"] == 2


@pytest.mark.parametrize(
    ("written", "compared"),
    [("Company_Gsid__gc", "companygsid"), ("Close Date", "closedate"), ("ACV__c", "acv")],
)
def test_names_are_compared_without_what_vendors_add(written, compared):
    assert plain(written) == compared
