"""Who is who: leads and the contacts they became, duplicates and whoever they were merged into.

A lead that was converted and its contact are one person (decision 0027); a record that was merged
away is a duplicate of one who is counted already.
"""

from __future__ import annotations

from typing import Any

from tests.oracles.company import RecordedCompany


def contact(company: RecordedCompany, contact_id: str | None) -> dict[str, Any]:
    for row in company["contact"]:
        if row["contact_id"] == contact_id:
            return row
    return {}


def person_of(company: RecordedCompany, contact_id: str | None) -> str | None:
    """The record that stands for the person: past every merge and every conversion."""
    row = contact(company, contact_id)
    following = row.get("merged_into_id") or row.get("converted_into_id")
    return person_of(company, following) if following else contact_id


def is_duplicate(company: RecordedCompany, contact_id: str | None) -> bool:
    """Whether the record, or the contact it was converted into, was merged away."""
    row = contact(company, contact_id)
    if row.get("merged_into_id"):
        return True
    following = row.get("converted_into_id")
    return bool(following) and is_duplicate(company, following)


def leads_of_contact(company: RecordedCompany, contact_id: str | None) -> list[dict[str, Any]]:
    """The leads that were converted into a contact, also by way of another one, by id."""
    found = []
    for row in company["contact"]:
        if row["converted_into_id"] == contact_id and not row["merged_into_id"]:
            found += [row, *leads_of_contact(company, row["contact_id"])]
    return sorted(found, key=lambda row: row["contact_id"])


def told_of(company: RecordedCompany, person: str | None, column: str) -> Any:
    """What the person's record says; where it leaves it open, what the converted lead said."""
    rows = [contact(company, person), *leads_of_contact(company, person)]
    return next((row[column] for row in rows if row.get(column) is not None), None)


def account_of(company: RecordedCompany, contact_id: str | None) -> str | None:
    return told_of(company, person_of(company, contact_id), "account_id")  # type: ignore[no-any-return]


def is_test_person(company: RecordedCompany, contact_id: str | None) -> bool:
    """A test contact, or anybody at a test account."""
    person = person_of(company, contact_id)
    account = company.account(account_of(company, person))
    return bool(told_of(company, person, "is_test") or (account and account["is_test"]))


def everybody_at(company: RecordedCompany, account_id: str | None) -> list[str]:
    """The people of an account, each once."""
    if account_id is None:
        return []
    persons = {person_of(company, row["contact_id"]) for row in company["contact"]}
    return sorted(p for p in persons if p and account_of(company, p) == account_id)
