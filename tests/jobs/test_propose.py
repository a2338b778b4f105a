"""A folder of exports becomes a first mapping: what is known is mapped, the rest is listed."""

from __future__ import annotations

from pathlib import Path

import pytest

from trivet.errors import ExportUnreadable
from trivet.jobs.proposal_text import NEXT_STEPS, settings_text
from trivet.jobs.propose import propose
from trivet.jobs.recognise import Why, plain
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


def proposed(folder, **files):
    """Table by file of a proposal, and why the others are none."""
    for name, text in files.items():
        (folder / f"{name}.csv").write_text(text)
    found = propose(folder)
    tables = {feed.path.stem: feed for feed in found.feeds}
    return tables, {stranger.path.stem: stranger.why for stranger in found.strangers}


def test_a_list_of_links_or_changes_is_never_taken_for_the_records_it_names(tmp_path):
    tables, strangers = proposed(
        tmp_path,
        contact="id,email,firstname\n1,ada@fjordlight.example,Ada\n",
        company_contact="company_id,contact_id,category\n7,1,primary\n",
        newsletter_list_member="contact_id,list_id,added_at\n1,5,2026-01-01\n",
        contact_list="id,name,created_at\n5,Everybody,2026-01-01\n",
        contact_property_history="company_id,timestamp,name,value\n7,2026-01-01,tier,A\n",
        Contact_audit="contact_id,firstname,timestamp\n1,Ada,2026-01-01\n",
    )
    assert {name: feed.table.name for name, feed in tables.items()} == {"contact": "contact"}
    assert strangers == {
        "company_contact": Why.LINK,
        "newsletter_list_member": Why.LINK,
        "contact_list": Why.UNKNOWN,
        "contact_property_history": Why.HISTORY,
        "Contact_audit": Why.HISTORY,
    }


def test_links_and_histories_that_have_a_table_become_it(tmp_path):
    tables, strangers = proposed(
        tmp_path,
        deal_contact="deal_id,contact_id,category\n1,1,primary\n",
        deal_stage="deal_id,value,date_entered\n1,Proposal,2026-01-01\n",
        OpportunityHistory="OpportunityId,StageName,CreatedDate\n1,Proposal,2026-01-01\n",
        deal_property_history="deal_id,name,value,timestamp\n1,closedate,2026-01-01,2026-01-01\n",
    )
    assert strangers == {}
    assert {name: feed.table.name for name, feed in tables.items()} == {
        "deal_contact": "opportunity_contact_role",
        "deal_stage": "opportunity_stage_history",
        "OpportunityHistory": "opportunity_stage_history",
        "deal_property_history": "opportunity_field_history",
    }
    assert tables["deal_property_history"].values["field"] == {"closedate": "close_on"}


def test_properties_are_known_with_what_a_copying_tool_puts_before_them(tmp_path):
    tables, _ = proposed(
        tmp_path,
        deal="deal_id,deal_pipeline_stage_id,property_dealname,property_amount,property_closedate\n"
        "1,Proposal,First,100,2026-01-01\n",
        property_option="property_id,label\n1,Email\n",
    )
    [deal] = tables.values()
    assert deal.table.name == "opportunity"
    assert deal.columns["close_on"] == "property_closedate"
    assert deal.columns["amount"] == "property_amount"


def test_records_are_known_by_their_columns_where_the_file_has_another_name(tmp_path):
    tables, strangers = proposed(
        tmp_path,
        kunden="id,email,firstname,lastname\n1,ada@fjordlight.example,Ada,Lund\n",
        user_role="id,name,email,firstname\n1,Admin,x@fjordlight.example,A\n",
    )
    assert tables["kunden"].table.name == "contact"
    assert strangers == {"user_role": Why.UNKNOWN}


def test_what_is_not_recognised_is_grouped_and_each_group_says_what_to_do(exports, tmp_path):
    crm = exports / "salesforce"
    (crm / "company_contact.csv").write_text("company_id,contact_id\n7,1\n")
    _, text = settings_of(exports, tmp_path / "norvik")
    for why, file in ((Why.LINK, "company_contact.csv"), (Why.UNKNOWN, "Notes.csv")):
        group = text.partition(NEXT_STEPS[why])[2].partition("#\n")[0]
        assert file in group


def test_exports_above_the_working_folder_are_looked_at(exports, tmp_path, monkeypatch):
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    assert len(propose(Path("../exports")).feeds) == 3


def test_only_the_lifecycle_stages_of_a_history_of_every_property_are_read(tmp_path):
    (tmp_path / "exports").mkdir()
    (tmp_path / "exports" / "contact_property_history.csv").write_text(
        "contact_id,name,value,timestamp\n1,lifecyclestage,lead,2026-01-01\n1,city,Oslo,2026-01-02\n"
    )
    settings, _ = settings_of(tmp_path / "exports", tmp_path / "norvik")
    [feed] = settings.sources[0].feeds
    assert feed.table == "lifecycle_stage_history"
    assert feed.only == {"name": ("lifecyclestage",)}


def test_an_order_of_stages_that_was_only_found_is_marked_as_a_guess(exports, tmp_path):
    crm = exports / "salesforce" / "Opportunity_2026-06-01.csv"
    settings, text = settings_of(exports, tmp_path / "one")
    # One open stage has no order that could be wrong.
    assert not settings.stages.order_is_guessed
    crm.write_text(OPPORTUNITIES.replace("Closed Lost", "Proposal"))
    settings, text = settings_of(exports, tmp_path / "two")
    assert settings.stages.order_is_guessed
    assert "order_is_guessed = true        # delete this line once" in text


def test_a_folder_with_more_files_than_anybody_looks_at_is_refused(exports, monkeypatch):
    monkeypatch.setattr("trivet.numbers.sources.files.file_set.LOOKED_AT_LIMIT", 3)
    with pytest.raises(ExportUnreadable, match="more than 3 files and folders"):
        propose(exports)
