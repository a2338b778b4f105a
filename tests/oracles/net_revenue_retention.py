"""M4, slowly: what the customers of then pay now."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Any

from tests.oracles.company import Answer, RecordedCompany, Said, ratio_answer
from tests.oracles.retention_base import (
    DEFAULTS as BASE,
)
from tests.oracles.retention_base import (
    cohort_rows,
    contracts,
    counted_contracts,
    windows,
)
from trivet.vocabulary.period import Period

DEFAULTS: dict[str, Any] = {}


def filtered(
    company: RecordedCompany, rows: list[dict[str, Any]], where: dict[str, str]
) -> list[dict[str, Any]]:
    """The customers inside a filter on their account's dimensions."""
    kept = []
    for row in rows:
        account = company.account(row["record_id"]) or {}
        if all(account.get(name) == value for name, value in where.items()):
            kept.append(row)
    return kept


def late(
    company: RecordedCompany, rows: list[dict[str, Any]], period: Period, known_on: date,
    chosen: dict[str, Any],
) -> tuple[Said, ...]:  # fmt: skip
    """The flag of the customers that only the grace keeps on the closing day."""
    if chosen["basis"] != "subscriptions":
        return ()
    every = contracts(company, known_on, chosen)
    kept = {
        company.entity(contract["account_id"], chosen["entity_level"])
        for contract, by_grace in counted_contracts(
            every, min(period.last_day, known_on), known_on, chosen
        )
        if by_grace
    }
    found = sum(row["record_id"] in kept for row in rows)
    return (Said(name="late renewal", records=found),) if found else ()


def compounded(each: list[Answer], reason: str) -> Answer:
    """The product of the windows' ratios; none when a window had nobody to follow."""
    rows = [row for answer in each for row in answer.rows]
    product = Fraction(1)
    for answer in each:
        if answer.value is None:
            return Answer(None, 0, 0, rows, reason, "not_computable")
        product *= answer.value
    return Answer(product, 0, 0, rows)


def measure(
    company: RecordedCompany,
    period: Period,
    known_on: date,
    options: dict[str, Any],
    base: dict[str, Any],
    where: dict[str, str],
) -> Answer:
    assert not options
    chosen = {**BASE, **base}
    unknown = chosen.keys() - BASE.keys()
    assert not unknown, unknown
    reason = "No customer had recurring revenue on the first day."
    each: list[Answer] = []
    for opening, closing in windows(period, known_on, chosen):
        rows = filtered(company, cohort_rows(company, opening, closing, known_on, chosen), where)
        for row in rows:
            row["numerator"], row["denominator"] = row["closed"], row["opened"]
        each.append(ratio_answer(rows, reason))
    if chosen["method"] == "monthly_compounded":
        return compounded(each, reason)
    rows = [row for answer in each for row in answer.rows]
    return ratio_answer(rows, reason, flags=late(company, rows, period, known_on, chosen))
