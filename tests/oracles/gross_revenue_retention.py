"""GRR, slowly: what is kept, each customer cut off at what it paid."""

from __future__ import annotations

from datetime import date
from typing import Any

from tests.oracles.company import Answer, RecordedCompany
from tests.oracles.net_revenue_retention import retention
from tests.oracles.retention_base import DEFAULTS as BASE
from tests.oracles.standing import CONTRADICTED_ABOVE
from trivet.vocabulary.period import Period

DEFAULTS: dict[str, Any] = {
    "cap": "customer",
    "contradicted_above": CONTRADICTED_ABOVE,
}


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
    return max(0, min(total, row["closed"]))


def measure(
    company: RecordedCompany,
    period: Period,
    known_on: date,
    options: dict[str, Any],
    base: dict[str, Any],
    where: dict[str, str],
) -> Answer:
    chosen = {**BASE, **base}
    own = {**DEFAULTS, **options}
    cap = own["cap"]
    answer = retention(company, period, known_on, chosen, own, where, lambda row: kept(row, cap))
    if cap == "total" and answer.value is not None and answer.value > 1:
        answer.numerator, answer.value = answer.denominator, answer.value / answer.value
    return answer
