"""Of every kind of bad row a few, and each found again: quarantined, or kept and counted."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from tests.demo_company.conftest import WrittenCompany
from trivet.demo_company.cells import salesforce_ids
from trivet.demo_company.dirty_rows import FROM_NUMBER, NOTICED, PLANTED, TEST_ACCOUNT
from trivet.numbers.revenue_model import RevenueModel

LAST_EXPORT = "crm/Opportunity_2026-11-20"


@pytest.mark.slow
def test_the_quarantine_holds_what_was_planted_and_nothing_else(model: RevenueModel) -> None:
    held = model.quarantine(limit=1_000).to_pylist()
    found = Counter((row["table_name"], row["rule"]) for row in held)
    assert found == {(kind.table, kind.rule): kind.rows for kind in PLANTED}


def test_every_planted_rule_is_another_one() -> None:
    assert len({(kind.table, kind.rule) for kind in (*PLANTED, *NOTICED)}) == len(PLANTED + NOTICED)


def noticed(norvik: WrittenCompany) -> dict[tuple[str, str], int]:
    """What is kept, counted in the exports themselves."""
    planted = set(salesforce_ids("Opportunity", FROM_NUMBER + np.arange(40)).to_pylist())
    opportunities = norvik.export(LAST_EXPORT).to_pylist()
    accounts = norvik.export("crm/Account_2026-11-20").to_pylist()
    contacts = norvik.export("crm/Contact").to_pylist()
    known = {row["Id"] for row in accounts}
    sites = Counter(row["Website"] for row in accounts if row["IsDeleted"] == "false")
    people = norvik.cells("map/contacts", "email")
    orphan_roles = set(norvik.cells("crm/OpportunityContactRole", "OpportunityId")) - {
        row["Id"] for row in opportunities
    }
    companies = set(norvik.cells("cs/Company", "Gsid"))
    subscribers = norvik.cells("cs/Subscription__gc", "Company_Gsid__gc")
    return {
        ("opportunity", "missing_amount"): sum(
            r["Amount"] == "N/A" and r["Id"] in planted for r in opportunities
        ),
        ("opportunity", "test_record"): sum(r["AccountId"] == TEST_ACCOUNT for r in opportunities),
        ("opportunity", "merged"): sum(bool(r["Duplicate_Of__c"]) for r in opportunities),
        ("account", "merged"): sum(bool(r["MasterRecordId"]) for r in accounts),
        ("account", "deleted"): sum(
            r["IsDeleted"] == "true" and not r["MasterRecordId"] for r in accounts
        ),
        ("account", "ambiguous_domain"): sum(count == 2 for site, count in sites.items() if site),
        ("account", "unlinked"): norvik.cells("cs/Company", "SfdcAccountId").count(None)
        + norvik.cells("cs/Company", "SfdcAccountId").count(""),
        ("account", "test_record"): sum(r["Is_Test__c"] == "true" for r in accounts),
        ("contact", "free_mail"): sum(
            str(e).endswith(("@gmail.com", "@googlemail.com")) for e in people
        ),
        ("contact", "orphan"): sum(r["AccountId"] not in known for r in contacts),
        ("contact", "test_record"): sum(r["Is_Test__c"] == "true" for r in contacts),
        ("opportunity_contact_role", "orphan"): len(orphan_roles),
        ("subscription", "orphan"): sum(company not in companies for company in subscribers),
    }


def test_what_is_kept_is_there_in_the_number_told(norvik: WrittenCompany) -> None:
    assert noticed(norvik) == {(kind.table, kind.rule): kind.rows for kind in NOTICED}


def test_the_earlier_export_is_clean(norvik: WrittenCompany) -> None:
    rows = norvik.export("crm/Opportunity_2026-08-15").to_pylist()
    ids = [row["Id"] for row in rows]
    assert all(ids)
    assert len(ids) == len(set(ids))
    assert not {row["Amount"] for row in rows} & {"N/A", "12k (tbc)", "", None}
    assert {row["CurrencyIsoCode"] for row in rows} == {"USD", "EUR", "GBP"}


def test_dirt_is_planted_once_however_large_the_company(tmp_path: object) -> None:
    from pathlib import Path

    from trivet.demo_company import write_company

    folder = Path(str(tmp_path))
    write_company(folder, scale=2)
    large = WrittenCompany(folder)
    stages = Counter(large.cells(LAST_EXPORT, "StageName"))
    assert stages["Verbal (TBD)"] == 2
    assert large.cells("crm/Account_2026-11-20", "Is_Test__c").count("true") == 1
