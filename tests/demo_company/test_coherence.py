"""What the systems of one company say about the same things agrees, outside the planted dirt."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import UTC, datetime

import numpy as np
import pytest

from tests.demo_company.conftest import WrittenCompany
from trivet.demo_company.cells import salesforce_ids
from trivet.demo_company.days import ENDS
from trivet.demo_company.dirty_rows import FROM_NUMBER, TEST_ACCOUNT

LAST_EXPORT = "crm/Opportunity_2026-11-20"


def planted(kind: str) -> set[str]:
    numbers = FROM_NUMBER + np.arange(1_000)
    return set(salesforce_ids(kind, numbers).to_pylist())


PLANTED = {kind: planted(kind) for kind in ("Account", "Contact", "Opportunity", "Task")}


def is_drawn(kind: str, record: str | None) -> bool:
    return record is not None and record not in PLANTED[kind]


def seconds(written: str) -> float:
    return datetime.fromisoformat(written.replace("+0000", "+00:00")).timestamp()


def test_every_won_opportunity_has_a_subscription_of_its_account_and_value(
    norvik: WrittenCompany,
) -> None:
    account_of = {
        row["Gsid"]: (row["SfdcAccountId"] or "")[:15]
        for row in norvik.export("cs/Company").to_pylist()
    }
    contract = {
        row["Sfdc_Opportunity_Id__gc"]: row
        for row in norvik.export("cs/Subscription__gc").to_pylist()
        if row["Sfdc_Opportunity_Id__gc"]
    }
    won = [r for r in norvik.export(LAST_EXPORT).to_pylist() if r["StageName"] == "Closed Won"]
    assert len(won) > 1_000
    for opportunity in won:
        found = contract.get(opportunity["Id"])
        assert found is not None, opportunity["Id"]
        assert account_of[found["Company_Gsid__gc"]] == opportunity["AccountId"][:15]
        assert found["CurrencyIsoCode"] == opportunity["CurrencyIsoCode"]
        assert float(found["ARR__gc"]) == float(opportunity["ACV__c"])
        assert found["Start_Date__gc"] <= found["End_Date__gc"]


def test_no_subscription_follows_an_opportunity_that_is_not_won(norvik: WrittenCompany) -> None:
    stage = dict(
        zip(norvik.cells(LAST_EXPORT, "Id"), norvik.cells(LAST_EXPORT, "StageName"), strict=True)
    )
    named = [n for n in norvik.cells("cs/Subscription__gc", "Sfdc_Opportunity_Id__gc") if n]
    assert {stage[name] for name in named} == {"Closed Won"}


@pytest.mark.parametrize(
    ("export", "column", "written_as"),
    [
        ("map/email_events", "created", "milliseconds"),
        ("map/form_submissions", "submittedAt", "milliseconds"),
        ("map/lifecycle_history", "timestamp", "milliseconds"),
        ("map/web_events", "occurredAt", "iso"),
        ("crm/Task", "CompletedDateTime", "iso"),
        ("crm/Event", "StartDateTime", "iso"),
        ("crm/OpportunityHistory", "CreatedDate", "iso"),
        ("crm/OpportunityFieldHistory", "CreatedDate", "iso"),
        ("crm/Lead_Assignment__c", "Assigned_At__c", "iso"),
        ("crm/CampaignMember", "CreatedDate", "iso"),
        ("cs/Activity_Timeline", "ActivityDate", "iso"),
    ],
)
def test_nothing_happens_after_the_export(
    norvik: WrittenCompany, export: str, column: str, written_as: str
) -> None:
    told = [cell for cell in norvik.cells(export, column) if cell]
    at = [int(c) / 1000 if written_as == "milliseconds" else seconds(c) for c in told]
    after = [instant for instant in at if instant >= ENDS + 1]
    # Two forms and a task are planted in the future.
    assert len(after) == {"map/form_submissions": 2, "crm/Task": 1}.get(export, 0)


@pytest.mark.parametrize(
    ("export", "column", "points_at", "orphans"),
    [
        ("crm/Contact", "AccountId", "crm/Account_2026-11-20", 6),
        (LAST_EXPORT, "AccountId", "crm/Account_2026-11-20", 0),
        (LAST_EXPORT, "OwnerId", "crm/User", 0),
        (LAST_EXPORT, "CampaignId", "crm/Campaign", 0),
        ("crm/Account_2026-11-20", "ParentId", "crm/Account_2026-11-20", 0),
        ("crm/Account_2026-11-20", "MasterRecordId", "crm/Account_2026-11-20", 0),
        ("crm/OpportunityContactRole", "OpportunityId", LAST_EXPORT, 3),
        ("crm/OpportunityContactRole", "ContactId", "crm/Contact", 0),
        ("crm/OpportunityHistory", "OpportunityId", LAST_EXPORT, 0),
        ("crm/OpportunityFieldHistory", "OpportunityId", LAST_EXPORT, 0),
        ("crm/CampaignMember", "CampaignId", "crm/Campaign", 0),
        ("crm/CampaignMember", "ContactId", "crm/Contact", 0),
        ("crm/CampaignMember", "LeadId", "crm/Lead", 0),
        ("crm/Lead", "ConvertedContactId", "crm/Contact", 0),
        ("crm/Lead_Assignment__c", "Lead__c", "crm/Lead", 0),
        ("crm/Lead_Assignment__c", "Contact__c", "crm/Contact", 0),
        ("map/form_submissions", "vid", "map/contacts", 0),
        ("map/form_submissions", "salesforcecampaignid", "crm/Campaign", 0),
        ("map/email_events", "vid", "map/contacts", 0),
        ("map/web_events", "objectId", "map/contacts", 0),
        ("map/lifecycle_history", "vid", "map/contacts", 0),
        ("map/contacts", "associatedcompanyid", "map/companies", 0),
        ("cs/Subscription__gc", "Company_Gsid__gc", "cs/Company", 2),
        ("cs/Scorecard_History", "Company_Gsid", "cs/Company", 0),
        ("cs/Usage", "Company_Gsid", "cs/Company", 0),
        ("cs/Call_To_Action", "CompanyId", "cs/Company", 0),
        ("cs/Activity_Timeline", "ContactSfdcId", "crm/Contact", 0),
        ("billing/invoice_lines", "customer_no", "billing/customers", 0),
    ],
)
def test_every_reference_finds_its_record(
    norvik: WrittenCompany, export: str, column: str, points_at: str, orphans: int
) -> None:
    target = norvik.export(points_at)
    known = set(target[target.column_names[0]].to_pylist())
    missing = [cell for cell in norvik.cells(export, column) if cell and cell not in known]
    assert len(missing) == orphans


def test_the_earlier_export_is_the_same_company_three_months_before(norvik: WrittenCompany) -> None:
    before = {row["Id"]: row for row in norvik.export("crm/Opportunity_2026-08-15").to_pylist()}
    now = {row["Id"]: row for row in norvik.export(LAST_EXPORT).to_pylist()}
    assert before.keys() <= now.keys()
    changed: Counter[str] = Counter()
    for found, old in before.items():
        new = now[found]
        assert old["CreatedDate"] == new["CreatedDate"]
        assert old["AccountId"] == new["AccountId"]
        if old["StageName"] == "Closed Won":
            assert new["StageName"] == "Closed Won"
        for column in ("StageName", "ACV__c", "CloseDate", "OwnerId", "LeadSource"):
            changed[column] += old[column] != new[column]
    assert all(
        changed[c] >= 10 for c in ("StageName", "ACV__c", "CloseDate", "OwnerId", "LeadSource")
    )
    segments = {
        export: dict(
            zip(norvik.cells(export, "Id"), norvik.cells(export, "Segment__c"), strict=True)
        )
        for export in ("crm/Account_2026-08-15", "crm/Account_2026-11-20")
    }
    earlier, later = segments.values()
    assert sum(later[account] != segment for account, segment in earlier.items()) >= 5


def test_recorded_changes_of_the_annual_value_lead_to_todays(norvik: WrittenCompany) -> None:
    now = dict(
        zip(norvik.cells(LAST_EXPORT, "Id"), norvik.cells(LAST_EXPORT, "ACV__c"), strict=True)
    )
    last: dict[str, str] = {}
    for row in norvik.export("crm/OpportunityFieldHistory").to_pylist():
        if row["Field"] != "ACV__c":
            continue
        found = row["OpportunityId"]
        assert last.get(found, row["OldValue"]) == row["OldValue"]
        last[found] = row["NewValue"]
    assert len(last) > 500
    assert all(now[found] == value for found, value in last.items())


def test_the_last_recorded_stage_is_the_stage(norvik: WrittenCompany) -> None:
    now = {
        row["Id"]: row["StageName"]
        for row in norvik.export(LAST_EXPORT).to_pylist()
        if is_drawn("Opportunity", row["Id"])
    }
    last: dict[str, str] = {}
    for row in norvik.export("crm/OpportunityHistory").to_pylist():
        last[row["OpportunityId"]] = row["StageName"]
    assert last == now


def test_some_deals_skip_a_stage_and_some_come_back(norvik: WrittenCompany) -> None:
    path: dict[str, list[str]] = defaultdict(list)
    for row in norvik.export("crm/OpportunityHistory").to_pylist():
        if path[row["OpportunityId"]][-1:] != [row["StageName"]]:
            path[row["OpportunityId"]].append(row["StageName"])
    won = [stages for stages in path.values() if stages[-1] == "Closed Won"]
    assert sum("Negotiation/Review" not in stages for stages in won) > 10
    reopened = [stages for stages in path.values() if "Closed Lost" in stages[:-1]]
    assert len(reopened) >= 5
    assert {stages[stages.index("Closed Lost") + 1] for stages in reopened} == {
        "Negotiation/Review"
    }


def test_a_person_is_known_before_anything_happens_to_them(norvik: WrittenCompany) -> None:
    known = {
        row["hs_object_id"]: seconds(row["createdate"])
        for row in norvik.export("map/contacts").to_pylist()
    }
    for row in norvik.export("map/form_submissions").to_pylist():
        if row["vid"]:
            assert known[row["vid"]] <= int(row["submittedAt"]) / 1000


def test_customers_that_left_were_unwell_before(norvik: WrittenCompany) -> None:
    score: dict[str, list[float]] = defaultdict(list)
    for row in norvik.export("cs/Scorecard_History").to_pylist():
        if not row["Measure"]:
            score[row["Company_Gsid"]].append(float(row["Score"]))
    status = dict(
        zip(norvik.cells("cs/Company", "Gsid"), norvik.cells("cs/Company", "Status"), strict=True)
    )
    last = {"Active": [], "Churn": []}  # type: dict[str, list[float]]
    for company, scores in score.items():
        last[str(status[company])].append(scores[-1])
    assert len(last["Churn"]) > 50
    assert np.median(last["Churn"]) < np.median(last["Active"]) - 20


def test_expansion_is_bought_where_the_product_is_used(norvik: WrittenCompany) -> None:
    used: dict[str, list[float]] = defaultdict(list)
    for row in norvik.export("cs/Usage").to_pylist():
        if row["Measure"] == "active_users":
            used[row["Company_Gsid"]].append(float(row["Value"]))
    companies = norvik.export("cs/Company").to_pylist()
    seats = dict(
        zip(
            norvik.cells("crm/Account_2026-11-20", "Id"),
            norvik.cells("crm/Account_2026-11-20", "NumberOfEmployees"),
            strict=True,
        )
    )
    full = {account[:15]: account for account in seats if account}
    intensity = {}
    for row in companies:
        account = full.get((row["SfdcAccountId"] or "")[:15])
        if account and row["Gsid"] in used:
            intensity[account] = np.mean(used[row["Gsid"]]) / float(seats[account]) ** 0.62
    won: Counter[str] = Counter()
    for row in norvik.export(LAST_EXPORT).to_pylist():
        if row["StageName"] == "Closed Won" and row["Type"] == "Existing Customer - Upgrade":
            won[row["AccountId"]] += 1
    ranked = sorted(intensity, key=intensity.__getitem__, reverse=True)
    top = ranked[: len(ranked) // 5]
    assert sum(won[account] for account in top) > 0.4 * sum(won.values())


def test_test_records_are_marked(norvik: WrittenCompany) -> None:
    for row in norvik.export(LAST_EXPORT).to_pylist():
        assert (row["AccountId"] == TEST_ACCOUNT) == (row["Is_Test__c"] == "true")


def test_every_name_is_plainly_fictional(norvik: WrittenCompany) -> None:
    for export, column in (
        ("map/contacts", "email"),
        ("crm/Contact", "Email"),
        ("crm/User", "Email"),
    ):
        real = [e for e in norvik.cells(export, column) if e and not e.lower().endswith(".example")]
        # Free-mail addresses have to be at a real provider: in a form it does not allow.
        assert all("-norvik-demo-" in email for email in real)


def test_instants_of_the_crm_carry_their_offset(norvik: WrittenCompany) -> None:
    for cell in norvik.cells(LAST_EXPORT, "CreatedDate"):
        assert cell is not None
        assert datetime.strptime(cell, "%Y-%m-%dT%H:%M:%S.000%z").astimezone(UTC)
