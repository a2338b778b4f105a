"""GRR, slowly: what is kept, each customer cut off at what it paid."""

from __future__ import annotations

from datetime import date
from typing import Any

from tests.oracles.company import Answer, RecordedCompany, ratio_answer
from tests.oracles.net_revenue_retention import compounded, filtered, late
from tests.oracles.retention_base import DEFAULTS as BASE
from tests.oracles.retention_base import cohort_rows, windows
from trivet.vocabulary.period import Period

DEFAULTS: dict[str, Any] = {"cap": "customer"}


def kept(row: dict[str, Any], cap: str) -> int:
    """What the customer still pays of what it paid, growth cut off at the chosen level."""
    if cap == "customer":
        return min(row["closed"], row["opened"])
    if cap == "total":
        return int(row["closed"])
    # A renewal is a new contract for the same product, so a contract line is followed by product.
    opened, closed = row["opening_products"], row["closing_products"]
    total = 0
    for product in opened.keys() | closed.keys():
        total += min(opened.get(product, 0), closed.get(product, 0))
    return min(total, row["closed"])


def measure(
    company: RecordedCompany,
    period: Period,
    known_on: date,
    options: dict[str, Any],
    base: dict[str, Any],
    where: dict[str, str],
) -> Answer:
    chosen = {**BASE, **base}
    cap = {**DEFAULTS, **options}["cap"]
    reason = "No customer had recurring revenue on the first day."
    each: list[Answer] = []
    for opening, closing in windows(period, known_on, chosen):
        found = filtered(company, cohort_rows(company, opening, closing, known_on, chosen), where)
        for row in found:
            row["numerator"], row["denominator"] = kept(row, cap), row["opened"]
        each.append(ratio_answer(found, reason))
    if chosen["method"] == "monthly_compounded":
        return compounded(each, reason)
    rows = [row for answer in each for row in answer.rows]
    answer = ratio_answer(rows, reason, flags=late(company, rows, period, known_on, chosen))
    if cap == "total" and answer.value is not None and answer.value > 1:
        answer.numerator, answer.value = answer.denominator, answer.value / answer.value
    return answer
