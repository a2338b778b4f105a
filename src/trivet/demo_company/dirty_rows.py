"""A few rows of every kind that real exports have, and what becomes of each.

They are planted in the first shard only, whatever the scale, so their number is known: PLANTED
says what the quarantine must hold, NOTICED what is kept and counted.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from trivet.demo_company import cells
from trivet.demo_company.names import COMPANY, COMPANY_DOMAIN, FAMILY, GIVEN

FROM_NUMBER = 900_000_000
"""Planted records have numbers no drawn record has."""

Row: TypeAlias = dict[str, str | None]


@dataclass(frozen=True, slots=True)
class Planted:
    """Rows of one kind: in which canonical table they show up, by which rule, how many."""

    table: str
    rule: str
    rows: int
    says: str


PLANTED = (
    Planted("opportunity", "impossible_date", 3, "closed before they were created"),
    Planted("opportunity", "unknown_stage", 2, "in the stage `Verbal (TBD)`"),
    Planted("opportunity", "missing_required", 2, "without an Id"),
    Planted("opportunity", "duplicate_id", 2, "twice in one export"),
    Planted("opportunity", "unreadable_number", 1, "worth `12k (tbc)`"),
    Planted("opportunity", "unreadable_date", 2, "closing on 31 February"),
    Planted("opportunity", "currency_without_rate", 2, "in Swiss francs, without a rate"),
    Planted("contact", "duplicate_id", 2, "twice in one export"),
    Planted("touchpoint", "impossible_date", 2, "submitted two years from now"),
    Planted("touchpoint", "missing_required", 2, "of nobody"),
    Planted("sales_activity", "impossible_date", 1, "done in 2062"),
    Planted("lifecycle_stage_history", "unknown_value", 3, "in the stage `hot-ish`"),
    Planted("subscription", "impossible_date", 2, "over before they began"),
    Planted("subscription", "missing_required", 1, "without an ARR"),
    Planted("health_score", "unreadable_number", 2, "scored `n/a?`"),
    Planted("invoice_line", "currency_without_rate", 1, "in Swiss francs, without a rate"),
)

NOTICED = (
    Planted("opportunity", "missing_amount", 5, "open, with the amount N/A"),
    Planted("opportunity", "test_record", 2, "of the internal test account"),
    Planted("opportunity", "merged", 3, "duplicates that name their survivor"),
    Planted("account", "merged", 8, "merged away, with the survivor in MasterRecordId"),
    Planted("account", "deleted", 2, "deleted, of no table"),
    Planted("account", "ambiguous_domain", 3, "second records of a company with the same website"),
    Planted("account", "unlinked", 6, "customer success companies the CRM does not know"),
    Planted("account", "test_record", 1, "the internal test account"),
    Planted("contact", "free_mail", 40, "with a free-mail address"),
    Planted("contact", "orphan", 6, "of an account that is not there"),
    Planted("contact", "test_record", 3, "of the internal test account"),
    Planted("opportunity_contact_role", "orphan", 3, "of an opportunity that is not there"),
    Planted("subscription", "orphan", 2, "of a company that is not there"),
)


def _ids(kind: str, first: int, count: int) -> list[str]:
    numbers = FROM_NUMBER + first + np.arange(count)
    return [str(value) for value in cells.salesforce_ids(kind, numbers).to_pylist()]


def _rows(table: pa.Table, column: str, value: str, first: int, count: int) -> list[Row]:
    """Rows with that value in that column, to be copied and spoilt."""
    found = table.filter(pc.field(column) == value).slice(first, count)
    return [dict(row) for row in found.to_pylist()]


def _with(table: pa.Table, rows: Sequence[Mapping[str, str | None]]) -> pa.Table:
    return pa.concat_tables([table, pa.Table.from_pylist(list(rows), schema=table.schema)])


TEST_ACCOUNT = _ids("Account", 0, 1)[0]


def accounts(table: pa.Table) -> pa.Table:
    template: Row = dict(table.slice(0, 1).to_pylist()[0])
    test = template | {
        "Id": TEST_ACCOUNT,
        "Name": f"{COMPANY} (internal test)",
        "Is_Test__c": "true",
    }
    test |= {"ParentId": None, "Website": f"https://www.{COMPANY_DOMAIN}", "Type": "Prospect"}
    prospects = _rows(table, "Type", "Prospect", 40, 13)
    customers = _rows(table, "Type", "Customer", 10, 8)
    again = [
        row | {"Id": found, "Name": f"{row['Name']} (old record)", "ParentId": None}
        for row, found in zip(prospects[:3], _ids("Account", 10, 3), strict=True)
    ]
    merged = [
        row | {"Id": found, "IsDeleted": "true", "MasterRecordId": row["Id"], "ParentId": None}
        for row, found in zip(customers, _ids("Account", 20, 8), strict=True)
    ]
    deleted = [
        row | {"Id": found, "IsDeleted": "true", "Website": None, "ParentId": None}
        for row, found in zip(prospects[3:5], _ids("Account", 40, 2), strict=True)
    ]
    return _with(table, [test, *again, *merged, *deleted])


def contacts(table: pa.Table) -> pa.Table:
    rows = [dict(row) for row in table.slice(100, 12).to_pylist()]
    orphans = [
        row | {"Id": found, "AccountId": gone, "Email": None}
        for row, found, gone in zip(
            rows[:6], _ids("Contact", 0, 6), _ids("Account", 500, 6), strict=True
        )
    ]
    tests = [
        row
        | {
            "Id": found,
            "AccountId": TEST_ACCOUNT,
            "Is_Test__c": "true",
            "Email": f"test{n}@{COMPANY_DOMAIN}",
        }
        for n, (row, found) in enumerate(zip(rows[6:9], _ids("Contact", 10, 3), strict=True))
    ]
    return _with(table, [*orphans, *tests, *rows[9:11]])


def opportunities(table: pa.Table) -> pa.Table:
    lost = _rows(table, "StageName", "Closed Lost", 50, 20)
    running = _rows(table, "StageName", "Qualified", 10, 20)
    ids = iter(_ids("Opportunity", 0, 40))
    no_amounts: Row = dict.fromkeys(("Amount", "ACV__c", "Net_ARR__c", "TCV__c"), "N/A")
    too_early: Row = {
        "CloseDate": "2024-02-02",
        "Closed_At__c": None,
        "CreatedDate": "2024-06-03T09:30:00.000+0000",
    }
    test: Row = {
        "AccountId": TEST_ACCOUNT,
        "Is_Test__c": "true",
        "Name": "TEST do not touch",
        "Amount": "9999999.0",
        "ACV__c": "9999999.0",
    }
    spoilt = [
        *(row | {"Id": next(ids)} | too_early for row in lost[:3]),
        *(row | {"Id": next(ids), "StageName": "Verbal (TBD)"} for row in running[:2]),
        *(row | {"Id": None} for row in lost[3:5]),
        *lost[5:7],
        lost[7] | {"Id": next(ids), "Amount": "12k (tbc)"},
        *(row | {"Id": next(ids), "CloseDate": "2026-02-31"} for row in running[2:4]),
        *(row | {"Id": next(ids), "CurrencyIsoCode": "CHF"} for row in running[4:6]),
        *(row | {"Id": next(ids)} | no_amounts for row in running[6:11]),
        *(row | {"Id": next(ids)} | test for row in running[11:13]),
        *(
            row | {"Id": next(ids), "Duplicate_Of__c": row["Id"], "Loss_Reason__c": "Duplicate"}
            for row in lost[8:11]
        ),
    ]
    return _with(table, spoilt)


def contact_roles(table: pa.Table) -> pa.Table:
    rows = [dict(row) for row in table.slice(5, 3).to_pylist()]
    ids, gone = _ids("OpportunityContactRole", 0, 3), _ids("Opportunity", 900, 3)
    return _with(
        table,
        [row | {"Id": i, "OpportunityId": g} for row, i, g in zip(rows, ids, gone, strict=True)],
    )


def tasks(table: pa.Table) -> pa.Table:
    row: Row = dict(table.slice(77, 1).to_pylist()[0])
    late = "2062-05-04T10:00:00.000+0000"
    found = _ids("Task", 0, 1)[0]
    return _with(
        table, [row | {"Id": found, "CompletedDateTime": late, "ActivityDate": "2062-05-04"}]
    )


def map_contacts(table: pa.Table) -> pa.Table:
    rows = [dict(row) for row in table.slice(0, 40).to_pylist()]
    empty = dict.fromkeys(("company", "associatedcompanyid", "jobtitle"))
    free = []
    for n, row in enumerate(rows):
        given, family = GIVEN[n % len(GIVEN)], FAMILY[n * 3 % len(FAMILY)]
        # Gmail allows no hyphens and underscores before the @: nobody can have these addresses.
        email = f"{given}_{family}-norvik-demo-{n}@{'gmail' if n % 3 else 'googlemail'}.com"
        named = {
            "email": email.lower(),
            "firstname": given,
            "lastname": family,
            "lifecyclestage": "subscriber",
        }
        free.append(row | empty | named | {"hs_object_id": str(69_000_000 + n)})
    return _with(table, free)


def lifecycle(table: pa.Table) -> pa.Table:
    rows = [dict(row) for row in table.slice(300, 3).to_pylist()]
    return _with(table, [row | {"value": "hot-ish"} for row in rows])


def forms(table: pa.Table) -> pa.Table:
    rows = [dict(row) for row in table.slice(1_000, 4).to_pylist()]
    future = [
        row | {"conversionId": f"c-future-{n}", "submittedAt": "1858680000000"}
        for n, row in enumerate(rows[:2])
    ]
    nobody = [
        row | {"conversionId": f"c-nobody-{n}", "vid": None, "email": None}
        for n, row in enumerate(rows[2:])
    ]
    return _with(table, [*future, *nobody])


def cs_companies(table: pa.Table) -> pa.Table:
    rows = [dict(row) for row in table.slice(20, 6).to_pylist()]
    unlinked = [
        row
        | {
            "Gsid": f"1P02NVKPILOT{n:07d}",
            "Name": f"Pilot customer {n + 1}",
            "SfdcAccountId": None,
            "ARR": "0.0",
        }
        for n, row in enumerate(rows)
    ]
    return _with(table, unlinked)


def subscriptions(table: pa.Table) -> pa.Table:
    rows = [dict(row) for row in table.slice(100, 7).to_pylist()]
    ids = iter(f"1SUBNVKDIRTY{n:07d}" for n in range(20))
    over = {
        "Start_Date__gc": "2025-09-01",
        "End_Date__gc": "2024-08-31",
        "Sfdc_Opportunity_Id__gc": None,
    }
    spoilt = [
        *(row | {"Gsid": next(ids)} | over for row in rows[:2]),
        rows[2] | {"Gsid": next(ids), "ARR__gc": None, "Sfdc_Opportunity_Id__gc": None},
        *(
            row
            | {
                "Gsid": next(ids),
                "Company_Gsid__gc": f"1P02NVKGONE{n:08d}",
                "Sfdc_Opportunity_Id__gc": None,
                "ARR__gc": "1200.0",
            }
            for n, row in enumerate(rows[3:5])
        ),
    ]
    return _with(table, spoilt)


def scores(table: pa.Table) -> pa.Table:
    rows = [dict(row) for row in table.slice(50, 2).to_pylist()]
    return _with(table, [row | {"Score": "n/a?", "Measure": "Sponsor, old scale"} for row in rows])


def invoice_lines(table: pa.Table) -> pa.Table:
    row: Row = dict(table.slice(900, 1).to_pylist()[0])
    return _with(table, [row | {"line_no": "INV-CHF-1", "currency": "CHF"}])


CHANGES: dict[str, Callable[[pa.Table], pa.Table]] = {
    "crm/Contact": contacts,
    "crm/OpportunityContactRole": contact_roles,
    "crm/Task": tasks,
    "map/contacts": map_contacts,
    "map/lifecycle_history": lifecycle,
    "map/form_submissions": forms,
    "cs/Company": cs_companies,
    "cs/Subscription__gc": subscriptions,
    "cs/Scorecard_History": scores,
    "billing/invoice_lines": invoice_lines,
}
"""By export; the exports of accounts and opportunities of the last day are named for it."""
