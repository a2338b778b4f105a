"""Recurring revenue of each customer on a day, written again (5.4): a loop over contracts."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from tests.oracles.company import RecordedCompany
from tests.oracles.pipeline_base import converted, rate
from tests.oracles.reading import months_before
from trivet.vocabulary.period import Period

DEFAULTS: dict[str, Any] = {
    "basis": "subscriptions",
    "entity_level": "ultimate_parent",
    "method": "point_to_point",
    "window_months": 12,
    "reactivation": "in_window",
    "price_increase": "expansion",
    "late_renewal_grace_days": 30,
    "churn_date": "end_of_service",
    "not_started": "excluded",
    "usage_revenue": "excluded",
    "fx": "cohort_start",
    "new_logos": False,
}
ONE_DAY = timedelta(days=1)


def is_test(company: RecordedCompany, row: dict[str, Any]) -> bool:
    account = company.account(row["account_id"])
    return account is not None and bool(account["is_test"])


def contracts(
    company: RecordedCompany, known_on: date, chosen: dict[str, Any]
) -> list[dict[str, Any]]:
    """The recurring contracts known by then, each with the days it is in force."""
    found = []
    for row in company["subscription"]:
        if is_test(company, row):
            continue
        kind = row["revenue_kind"] or "recurring"
        committed = kind == "committed_usage" and chosen["usage_revenue"] != "excluded"
        if row["is_trial"] or row["arr"] <= 0 or not (kind == "recurring" or committed):
            continue
        signed_on = company.day_of(row["signed_at"]) if row["signed_at"] else row["starts_on"]
        if signed_on > known_on:
            continue
        in_force_from = max(row["starts_on"], signed_on)
        if chosen["not_started"] == "contracted":
            in_force_from = signed_on
        until = row["ends_on"]
        left_on = {
            "end_of_service": None,
            "notice": row["notice_on"],
            "billing_cancelled": row["billing_cancelled_on"],
        }[chosen["churn_date"]]
        if left_on is not None and (until is None or left_on < until):
            until = left_on
        found.append({**row, "from": in_force_from, "until": until})
    return found


def in_force(contract: dict[str, Any], day: date) -> bool:
    return contract["from"] <= day and (contract["until"] is None or day < contract["until"])


def renews_early(other: dict[str, Any], contract: dict[str, Any]) -> bool:
    """Whether the same product was already served under it when the contract ran out."""
    return (
        (other["product"] or "") == (contract["product"] or "")
        and other["from"] < contract["ends_on"]
        and in_force(other, contract["ends_on"])
    )


def in_grace(
    contract: dict[str, Any],
    others: list[dict[str, Any]],
    day: date,
    known_on: date,
    chosen: dict[str, Any],
) -> bool:
    """Whether the contract ran out, its renewal is late, and it still counts on the day."""
    ran_out = contract["ends_on"]
    if ran_out is None or contract["until"] != ran_out:
        return False
    if contract["notice_on"] or contract["billing_cancelled_on"]:
        return False  # the customer said so: nothing is awaited
    last = ran_out + timedelta(days=chosen["late_renewal_grace_days"])
    if not ran_out <= day < last:
        return False
    renewals = [
        other["from"]
        for other in others
        if other is not contract
        and other["account_id"] == contract["account_id"]
        and (other["from"] >= ran_out or renews_early(other, contract))
    ]
    if any(start <= day for start in renewals):
        return False
    if any(start <= last for start in renewals):
        return True
    return known_on < last


def counted_contracts(
    every: list[dict[str, Any]], day: date, known_on: date, chosen: dict[str, Any]
) -> list[tuple[dict[str, Any], bool]]:
    """The contracts that count on a day, each with whether only the grace keeps it."""
    found = []
    for contract in every:
        if in_force(contract, day):
            found.append((contract, False))
        elif in_grace(contract, every, day, known_on, chosen):
            found.append((contract, True))
    return found


def fx_at(company: RecordedCompany, currency: str, day: date, opening: date, rule: str) -> Any:
    if rule == "cohort_start":
        return rate(company, currency, "spot", opening)
    if rule == "floating":
        return rate(company, currency, "spot", day)
    return rate(company, currency, "plan", day)


Lines = dict[tuple[str, str], int]
"""ARR in the company's minor units by (customer, product)."""


def invoiced(
    company: RecordedCompany, day: date, chosen: dict[str, Any]
) -> list[tuple[dict[str, Any], int]]:
    """The invoice lines or movements that make up the ARR of a day, each with its factor."""
    found = []
    if chosen["basis"] == "movements":
        return [
            (row, 1)
            for row in company["arr_movement"]
            if row["moved_on"] <= day and not is_test(company, row)
        ]
    for row in company["invoice_line"]:
        if is_test(company, row):
            continue
        kind = row["revenue_kind"] or "recurring"
        if chosen["basis"] == "invoices":
            inside = months_before(day, 12) < row["invoiced_on"] <= day
            if inside and kind in ("recurring", "committed_usage"):
                found.append((row, 1))
            continue
        inside = months_before(day, 3) < row["invoiced_on"] <= day
        if inside and chosen["usage_revenue"] == "trailing_3_months_x4" and kind == "usage":
            found.append((row, 4))
    return found


def lines_on(
    company: RecordedCompany, day: date, opening: date, known_on: date, chosen: dict[str, Any]
) -> Lines:
    """The ARR of a day: summed in each currency, then converted."""
    sums: dict[tuple[str, str, str], int] = {}

    def count(row: dict[str, Any], amount: int) -> None:
        entity = company.entity(row["account_id"], chosen["entity_level"])
        assert entity is not None
        key = (entity, row.get("product") or "", row["currency"])
        sums[key] = sums.get(key, 0) + amount

    if chosen["basis"] == "subscriptions":
        every = contracts(company, known_on, chosen)
        for contract, _ in counted_contracts(every, day, known_on, chosen):
            count(contract, contract["arr"])
    for row, factor in invoiced(company, day, chosen):
        count(row, row["amount"] * factor)
    found: Lines = {}
    for (entity, product, currency), amount in sums.items():
        at = fx_at(company, currency, day, opening, chosen["fx"])
        here = converted(company, amount, currency, at)
        found[entity, product] = found.get((entity, product), 0) + here
    return found


def by_customer(lines: Lines) -> dict[str, int]:
    totals: dict[str, int] = {}
    for (entity, _), amount in lines.items():
        totals[entity] = totals.get(entity, 0) + amount
    return totals


def price_rises(
    company: RecordedCompany, opening: date, closing: date, known_on: date, chosen: dict[str, Any]
) -> dict[str, int]:
    """By customer, the price rises of contracts that began inside the window and still run."""
    sums: dict[tuple[str, str, str], int] = {}
    found: list[tuple[dict[str, Any], int]] = []
    if chosen["basis"] == "movements":
        found = [
            (row, row["amount"])
            for row in company["arr_movement"]
            if row["kind"] == "price"
            and opening < row["moved_on"] <= closing
            and not is_test(company, row)
        ]
    elif chosen["basis"] == "subscriptions":
        every = contracts(company, known_on, chosen)
        found = [
            (contract, contract["price_uplift"])
            for contract, _ in counted_contracts(every, closing, known_on, chosen)
            if contract["price_uplift"] and opening < contract["starts_on"]
        ]
    for row, amount in found:
        entity = company.entity(row["account_id"], chosen["entity_level"])
        assert entity is not None
        key = (entity, row.get("product") or "", row["currency"])
        sums[key] = sums.get(key, 0) + amount
    totals: dict[str, int] = {}
    for (entity, _, currency), amount in sums.items():
        at = fx_at(company, currency, closing, opening, chosen["fx"])
        totals[entity] = totals.get(entity, 0) + converted(company, amount, currency, at)
    return totals


def renewal_due(
    company: RecordedCompany, entity: str, opening: date, closing: date, known_on: date,
    chosen: dict[str, Any],
) -> bool:  # fmt: skip
    """Whether a contract came to its end in the window, not cancelled while it ran."""
    return any(
        contract["ends_on"] is not None
        and opening < contract["ends_on"] <= closing
        and not contract["billing_cancelled_on"]
        and (contract["until"] is None or contract["from"] < contract["until"])
        for contract in contracts(company, known_on, chosen)
        if company.entity(contract["account_id"], chosen["entity_level"]) == entity
    )


def cohort_rows(
    company: RecordedCompany, opening: date, closing: date, known_on: date, chosen: dict[str, Any]
) -> list[dict[str, Any]]:
    """One row a customer that either side counts: its opening and closing ARR, line by line."""
    opening_lines = lines_on(company, opening, opening, known_on, chosen)
    closing_lines = lines_on(company, closing, opening, known_on, chosen)
    start, end = by_customer(opening_lines), by_customer(closing_lines)
    rises = (
        price_rises(company, opening, closing, known_on, chosen)
        if chosen["price_increase"] == "excluded"
        else {}
    )
    rows = []
    for entity in sorted(start.keys() | end.keys()):
        # A balance below zero is an error of the records, and no ARR.
        opened = max(0, start.get(entity, 0))
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
                "opening_products": {k[1]: v for k, v in opening_lines.items() if k[0] == entity},
                "closing_products": {k[1]: v for k, v in closing_lines.items() if k[0] == entity},
            }
        )
    return rows


def was_customer(
    company: RecordedCompany, entity: str, opening: date, known_on: date, chosen: dict[str, Any]
) -> bool:
    """Whether the customer had ARR on a day before the window, of those on which any began."""
    began = {row["invoiced_on"] for row in company["invoice_line"]}
    began |= {row["moved_on"] for row in company["arr_movement"]}
    began |= {contract["from"] for contract in contracts(company, known_on, chosen)}
    return any(
        by_customer(lines_on(company, day, opening, known_on, chosen)).get(entity, 0) > 0
        for day in sorted(began)
        if day < opening
    )


def was_away(
    company: RecordedCompany, entity: str, opening: date, closing: date, known_on: date,
    chosen: dict[str, Any],
) -> bool:  # fmt: skip
    """Whether the customer had a day without ARR inside the window."""
    day = opening + ONE_DAY
    while day < closing:
        today = by_customer(lines_on(company, day, opening, known_on, chosen))
        if today.get(entity, 0) <= 0:
            return True
        day += ONE_DAY
    return False


def windows(period: Period, known_on: date, chosen: dict[str, Any]) -> list[tuple[date, date]]:
    """The (opening, closing) days the method looks at; a running period ends with what is known."""
    closing, months = min(period.last_day, known_on), chosen["window_months"]
    if chosen["method"] == "monthly_compounded":
        return [
            (months_back(closing, month + 1), months_back(closing, month))
            for month in reversed(range(months))
        ]
    if chosen["method"] == "trailing_4_quarter_average":
        return [
            (months_back(closing, 3 * quarter + months), months_back(closing, 3 * quarter))
            for quarter in reversed(range(4))
        ]
    return [(months_back(closing, months), closing)]


def months_back(day: date, months: int) -> date:
    """Months earlier; the last day of a month stays the last day of a month."""
    return months_before(day + ONE_DAY, months) - ONE_DAY
