"""Recurring revenue of each customer on a day, written again (5.4): a loop over contracts."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from tests.oracles.company import RecordedCompany
from tests.oracles.coverage import Reach
from tests.oracles.exchange import converted, rate
from tests.oracles.reading import months_later, same_day_before, window_start
from tests.oracles.renewals import contracts, is_test, was_ever_in_force
from trivet.vocabulary.period import Period

DEFAULTS: dict[str, Any] = {
    "basis": "subscriptions",
    "entity_level": "ultimate_parent",
    "method": "point_to_point",
    "window_months": 12,
    "reactivation": "in_window",
    "price_increase": "expansion",
    "late_renewal_grace_days": 30,
    "renewal_match": "contract_line",
    "churn_date": "end_of_service",
    "not_started": "excluded",
    "usage_revenue": "excluded",
    "fx": "cohort_start",
    "new_logos": False,
}
TABLES_OF = {
    "subscriptions": "subscription",
    "movements": "arr_movement",
    "invoices": "invoice_line",
}
ONE_DAY = timedelta(days=1)


def records(company: RecordedCompany, basis: str) -> list[dict[str, Any]]:
    """The records of a basis, those of test accounts left out."""
    return [row for row in company[TABLES_OF[basis]] if not is_test(company, row)]


@dataclass
class Arr:
    """The recurring revenue of a day, in the company's minor units.

    lines        by account and product
    accounts     by account, credits added up; below zero counts as zero
    below_zero   accounts whose credits are more than what they pay
    late         accounts that only the grace keeps a contract of
    doubled      accounts with several contracts for one product that do not end together
    """

    lines: dict[tuple[str, str], int] = field(default_factory=dict)
    accounts: dict[str, int] = field(default_factory=dict)
    below_zero: set[str] = field(default_factory=set)
    late: set[str] = field(default_factory=set)
    doubled: set[str] = field(default_factory=set)


def fx_at(company: RecordedCompany, currency: str, day: date, opening: date, rule: str) -> Any:
    if rule == "cohort_start":
        return rate(company, currency, "spot", opening)
    if rule == "floating":
        return rate(company, currency, "spot", day)
    return rate(company, currency, "plan", day)


def invoiced(
    company: RecordedCompany, day: date, known_on: date, chosen: dict[str, Any]
) -> list[tuple[dict[str, Any], int]]:
    """The invoice lines or movements that make up the ARR of a day, each with its factor."""
    if chosen["basis"] == "movements":
        return [
            (row, 1)
            for row in records(company, "movements")
            if row["moved_on"] <= min(day, known_on)
        ]
    found = []
    for row in records(company, "invoices"):
        if row["invoiced_on"] > known_on:
            continue
        kind = row["revenue_kind"] or "recurring"
        if chosen["basis"] == "invoices":
            inside = window_start(day, 12) <= row["invoiced_on"] <= day
            if inside and kind in ("recurring", "committed_usage"):
                found.append((row, 1))
            continue
        inside = window_start(day, 3) <= row["invoiced_on"] <= day
        if inside and chosen["usage_revenue"] == "trailing_3_months_x4" and kind == "usage":
            found.append((row, 4))
    return found


def arr_of(
    company: RecordedCompany, day: date, opening: date, known_on: date, chosen: dict[str, Any]
) -> Arr:
    """The ARR of a day: summed by account, product and currency, then converted, then netted."""
    found = Arr()
    sums: dict[tuple[str, str, str], int] = {}
    running: dict[tuple[str, str], list[date | None]] = {}

    def count(row: dict[str, Any], amount: int) -> None:
        key = (row["account_id"], row.get("product") or "", row["currency"])
        sums[key] = sums.get(key, 0) + amount

    if chosen["basis"] == "subscriptions":
        for contract in contracts(company, known_on, chosen):
            until = contract["counted_until"]
            if contract["from"] > day or (until is not None and day >= until):
                continue
            count(contract, contract["arr"])
            account, product = contract["account_id"], contract["product"] or ""
            if contract["until"] is not None and day >= contract["until"]:
                found.late.add(account)
            if contract["arr"] > 0:
                running.setdefault((account, product), []).append(contract["until"])
    for row, factor in invoiced(company, day, known_on, chosen):
        count(row, row["amount"] * factor)
    found.doubled = {
        account
        for (account, _), ends in running.items()
        if len(ends) > 1 and (len(set(ends)) > 1 or ends[0] is None)
    }
    for (account, product, currency), amount in sums.items():
        at = fx_at(company, currency, day, opening, chosen["fx"])
        here = converted(company, amount, currency, at)
        found.lines[account, product] = found.lines.get((account, product), 0) + here
    for (account, _), amount in found.lines.items():
        found.accounts[account] = found.accounts.get(account, 0) + amount
    found.below_zero = {account for account, amount in found.accounts.items() if amount < 0}
    for account in found.below_zero:
        found.accounts[account] = 0
    return found


def paying_on(
    company: RecordedCompany, day: date, known_on: date, chosen: dict[str, Any]
) -> set[str]:
    """The accounts that are customers on a day.

    Each line is worth what the plan rate of its first day makes it: what a currency does makes
    nobody a customer, and ends nobody's being one.
    """
    key = ("paying", day, known_on, repr(sorted(chosen.items())))
    if key not in company.kept:
        worth: dict[str, int] = {}
        for row, amount, from_on in lines_on(company, day, known_on, chosen):
            at = rate(company, row["currency"], "plan", from_on)
            here = converted(company, amount, row["currency"], at)
            worth[row["account_id"]] = worth.get(row["account_id"], 0) + here
        company.kept[key] = {account for account, amount in worth.items() if amount > 0}
    return company.kept[key]  # type: ignore[no-any-return]


def lines_on(
    company: RecordedCompany, day: date, known_on: date, chosen: dict[str, Any]
) -> list[tuple[dict[str, Any], int, date]]:
    """What makes up the ARR of a day: the record, its amount and the day it counts from."""
    found = []
    if chosen["basis"] == "subscriptions":
        for contract in contracts(company, known_on, chosen):
            until = contract["counted_until"]
            if contract["from"] <= day and (until is None or day < until):
                found.append((contract, contract["arr"], contract["from"]))
    for row, factor in invoiced(company, day, known_on, chosen):
        began = row.get("invoiced_on") or row.get("moved_on")
        found.append((row, row["amount"] * factor, began))
    return found


def changes(company: RecordedCompany, known_on: date, chosen: dict[str, Any]) -> list[date]:
    """The days on which anybody's ARR may have become another, in order."""
    key = ("changes", known_on, repr(sorted(chosen.items())))
    if key in company.kept:
        return company.kept[key]  # type: ignore[no-any-return]
    days: set[date] = set()
    for contract in contracts(company, known_on, chosen):
        days |= {contract["from"], contract["until"], contract["counted_until"]} - {None}
    for row in company["invoice_line"]:
        for months in (3, 12):
            days |= {row["invoiced_on"], first_day_outside(row["invoiced_on"], months)}
    days |= {row["moved_on"] for row in company["arr_movement"]}
    days |= {row["valid_from"] for row in company["fx_rate"]}
    company.kept[key] = sorted(days)
    return company.kept[key]  # type: ignore[no-any-return]


def first_day_outside(invoiced_on: date, months: int) -> date:
    """The first day whose window of so many months no longer reaches back to an invoice."""
    day = months_later(invoiced_on, months) - timedelta(days=4)
    while window_start(day, months) <= invoiced_on:
        day += ONE_DAY
    return day


def by_customer(
    company: RecordedCompany, accounts: dict[str, int], chosen: dict[str, Any]
) -> dict[str, int]:
    totals: dict[str, int] = {}
    for account, amount in accounts.items():
        entity = company.entity(account, chosen["entity_level"])
        assert entity is not None
        totals[entity] = totals.get(entity, 0) + amount
    return totals


def products_of(
    company: RecordedCompany, arr: Arr, entity: str, chosen: dict[str, Any]
) -> dict[str, int]:
    """The customer's ARR by product; an account below zero has none."""
    found: dict[str, int] = {}
    for (account, product), amount in arr.lines.items():
        if account in arr.below_zero:
            continue
        if company.entity(account, chosen["entity_level"]) == entity:
            found[product] = found.get(product, 0) + amount
    return found


def price_rises(
    company: RecordedCompany, opening: date, closing: date, known_on: date, chosen: dict[str, Any]
) -> dict[str, int]:
    """By customer, the price rises of contracts that began inside the window and still run."""
    sums: dict[tuple[str, str, str], int] = {}
    found: list[tuple[dict[str, Any], int]] = []
    if chosen["basis"] == "movements":
        found = [
            (row, row["amount"])
            for row in records(company, "movements")
            if row["kind"] == "price" and opening < row["moved_on"] <= closing
        ]
    elif chosen["basis"] == "subscriptions":
        found = [
            (contract, contract["price_uplift"])
            for contract in contracts(company, known_on, chosen)
            if contract["price_uplift"]
            and opening < contract["starts_on"]
            and contract["from"] <= closing
            and (contract["counted_until"] is None or closing < contract["counted_until"])
        ]
    for row, amount in found:
        key = (row["account_id"], row.get("product") or "", row["currency"])
        sums[key] = sums.get(key, 0) + amount
    totals: dict[str, int] = {}
    for (account, _, currency), amount in sums.items():
        at = fx_at(company, currency, closing, opening, chosen["fx"])
        totals[account] = totals.get(account, 0) + converted(company, amount, currency, at)
    return by_customer(company, totals, chosen)


def renewal_due(
    company: RecordedCompany, entity: str, opening: date, closing: date, known_on: date,
    chosen: dict[str, Any],
) -> bool:  # fmt: skip
    """Whether a contract came to its end in the window, not cancelled while it ran."""
    return any(
        contract["ends_on"] is not None
        and contract["arr"] > 0
        and opening < contract["ends_on"] <= closing
        and not contract["billing_cancelled_on"]
        and was_ever_in_force(contract)
        for contract in contracts(company, known_on, chosen)
        if company.entity(contract["account_id"], chosen["entity_level"]) == entity
    )


def cohort_rows(
    company: RecordedCompany, opening: date, closing: date, known_on: date, chosen: dict[str, Any]
) -> list[dict[str, Any]]:
    """One row a customer that either side counts: its opening and closing ARR, line by line."""
    first = arr_of(company, opening, opening, known_on, chosen)
    last = arr_of(company, closing, opening, known_on, chosen)
    start = by_customer(company, first.accounts, chosen)
    end = by_customer(company, last.accounts, chosen)
    rises = (
        price_rises(company, opening, closing, known_on, chosen)
        if chosen["price_increase"] == "excluded"
        else {}
    )
    flagged = {
        "below_zero": first.below_zero | last.below_zero,
        "overlapping_subscriptions": first.doubled | last.doubled,
    }
    rows = []
    for entity in sorted(start.keys() | end.keys()):
        opened = start.get(entity, 0)
        closed = max(0, end.get(entity, 0) - rises.get(entity, 0))
        if opened == 0:
            counted = chosen["new_logos"] or (
                chosen["reactivation"] == "count_all"
                and was_customer(company, entity, opening, known_on, chosen)
            )
            if not counted or closed == 0:
                continue
        elif chosen["reactivation"] == "treat_as_new" and was_away(
            company, entity, opening, closing, known_on, chosen
        ):
            closed = 0
        if chosen["method"] == "renewals_due" and not renewal_due(
            company, entity, opening, closing, known_on, chosen
        ):
            continue
        rows.append(
            {
                "record_id": entity,
                "opened": opened,
                "closed": closed,
                "opening_products": products_of(company, first, entity, chosen),
                "closing_products": products_of(company, last, entity, chosen),
                "is_late": any(
                    company.entity(account, chosen["entity_level"]) == entity
                    for account in last.late
                ),
                "flags": {
                    name
                    for name, accounts in flagged.items()
                    if any(
                        company.entity(account, chosen["entity_level"]) == entity
                        for account in accounts
                    )
                },
            }
        )
    return rows


def pays(
    company: RecordedCompany, entity: str, day: date, known_on: date, chosen: dict[str, Any]
) -> bool:
    """Whether an account of the customer pays on a day."""
    return any(
        company.entity(account, chosen["entity_level"]) == entity
        for account in paying_on(company, day, known_on, chosen)
    )


def was_customer(
    company: RecordedCompany, entity: str, opening: date, known_on: date, chosen: dict[str, Any]
) -> bool:
    """Whether the customer had ARR on a day before the window."""
    return any(
        pays(company, entity, day, known_on, chosen)
        for day in changes(company, known_on, chosen)
        if day < opening
    )


def was_away(
    company: RecordedCompany, entity: str, opening: date, closing: date, known_on: date,
    chosen: dict[str, Any],
) -> bool:  # fmt: skip
    """Whether the customer had a day without ARR inside the window."""
    return any(
        not pays(company, entity, day, known_on, chosen)
        for day in changes(company, known_on, chosen)
        if opening < day < closing
    )


def windows(period: Period, known_on: date, chosen: dict[str, Any]) -> list[tuple[date, date]]:
    """The (opening, closing) days the method looks at; a running period ends with what is known."""
    closing, months = min(period.last_day, known_on), chosen["window_months"]
    if chosen["method"] == "monthly_compounded":
        return [
            (same_day_before(closing, month + 1), same_day_before(closing, month))
            for month in reversed(range(months))
        ]
    if chosen["method"] == "trailing_4_quarter_average":
        return [
            (same_day_before(closing, 3 * quarter + months), same_day_before(closing, 3 * quarter))
            for quarter in reversed(range(4))
        ]
    return [(same_day_before(closing, months), closing)]


def reach(period: Period, known_on: date, chosen: dict[str, Any]) -> list[Reach]:
    """What retention reaches back to: the opening day, or the window that ends on it."""
    opening = windows(period, known_on, chosen)[0][0]
    basis = chosen["basis"]
    if basis == "invoices":
        return [("invoice_line", window_start(opening, 12))]
    found = [(TABLES_OF[basis], opening)]
    if basis == "subscriptions" and chosen["usage_revenue"] == "trailing_3_months_x4":
        found.append(("invoice_line", window_start(opening, 3)))
    return found
