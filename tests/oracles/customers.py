"""Who was a customer on a day, as pipeline asks it: the one rule of the retention base (0026)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from tests.oracles.company import RecordedCompany
from tests.oracles.reading import months_later
from tests.oracles.retention_base import DEFAULTS as RETENTION
from tests.oracles.retention_base import changes, paying_on, records

BASES = ("subscriptions", "movements", "invoices")
"""Which record of recurring revenue tells, where there is none of the chosen one."""


def asked_basis(company: RecordedCompany, known_on: date, chosen: dict[str, Any]) -> str | None:
    """The basis that has records: the chosen one, else the next best.

    None where they make nobody a customer: trials or one-off fees alone tell nothing.
    """
    for basis in (chosen["basis"], *BASES):
        if records(company, basis):
            return basis if tells(company, basis, known_on, chosen) else None
    return None


def tells(company: RecordedCompany, basis: str, known_on: date, chosen: dict[str, Any]) -> bool:
    """Whether the records of a basis make anybody a customer on any day."""
    asked = {**chosen, "basis": basis}
    key = ("tells", known_on, repr(sorted(asked.items())))
    if key not in company.kept:
        company.kept[key] = any(
            paying_on(company, day, known_on, asked) for day in changes(company, known_on, asked)
        )
    return bool(company.kept[key])


def customer_status(
    company: RecordedCompany,
    opportunity: dict[str, Any],
    day: date,
    known_on: date,
    chosen: dict[str, Any],
) -> str:
    """new, expansion (a customer on that day and the day before) or winback (was one, is not)."""
    retention = {**RETENTION, **chosen["customers"]}
    basis = asked_basis(company, known_on, retention)
    if basis is None:
        # Nobody recorded who the customers are: the CRM's own word is all there is.
        return "expansion" if opportunity["motion"] == "expansion" else "new"
    retention["basis"] = basis
    entity = company.entity(opportunity["account_id"], chosen["entity_level"])
    if entity is None:
        return "new"

    def is_customer(on: date) -> bool:
        return any(
            company.entity(account, chosen["entity_level"]) == entity
            for account in paying_on(company, on, known_on, retention)
        )

    # Who becomes a customer that day was none when the deal was raised: it may be the deal.
    if is_customer(day) and is_customer(day - timedelta(days=1)):
        return "expansion"
    left_on = None
    for change in changes(company, known_on, retention):
        if change <= day and not is_customer(change) and is_customer(change - timedelta(days=1)):
            left_on = change
    if left_on is None:
        return "new"
    waits = months_later(left_on, chosen["winback_after_months"])
    return "expansion" if waits > day else "winback"
