"""M4, slowly: what the customers of then pay now."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from fractions import Fraction
from typing import Any

from tests.oracles.company import Answer, RecordedCompany, Said, ratio_answer
from tests.oracles.coverage import reaches_too_far
from tests.oracles.retention_base import DEFAULTS as BASE
from tests.oracles.retention_base import cohort_rows, reach, windows
from tests.oracles.standing import CONTRADICTED_ABOVE, standing
from trivet.vocabulary.period import Period

DEFAULTS: dict[str, Any] = {"contradicted_above": CONTRADICTED_ABOVE}


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


def flags(rows: list[dict[str, Any]]) -> tuple[Said, ...]:
    """The rows of customers that only the grace keeps on the closing day of their window."""
    late = sum(row["is_late"] for row in rows)
    return (Said(name="late_renewal", records=late),) if late else ()


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
    chosen = {**BASE, **base}
    unknown = chosen.keys() - BASE.keys()
    assert not unknown, unknown
    return retention(
        company, period, known_on, chosen, {**DEFAULTS, **options}, where,
        lambda row: int(row["closed"]),
    )  # fmt: skip


def retention(
    company: RecordedCompany,
    period: Period,
    known_on: date,
    chosen: dict[str, Any],
    options: dict[str, Any],
    where: dict[str, str],
    kept: Callable[[dict[str, Any]], int],
) -> Answer:
    """What is kept of what there was, over every window of the method."""
    too_far = reaches_too_far(company, reach(period, known_on, chosen))
    if too_far:
        return too_far
    reason = "No customer had recurring revenue on the first day."
    each: list[Answer] = []
    for opening, closing in windows(period, known_on, chosen):
        rows = filtered(company, cohort_rows(company, opening, closing, known_on, chosen), where)
        for row in rows:
            row["numerator"], row["denominator"] = kept(row), row["opened"]
            row["closing"] = closing
        each.append(ratio_answer(rows, reason))
    rows = [row for answer in each for row in answer.rows]
    if chosen["method"] == "monthly_compounded":
        answer = compounded(each, reason)
    else:
        answer = ratio_answer(rows, reason)
    answer.flags = flags(rows)
    return standing(
        company, answer, period, known_on, bound=options["contradicted_above"],
        looked_at=len(rows),
        flagged={
            name: {f"{row['record_id']} {row['closing']}" for row in rows if name in row["flags"]}
            for name in ("below_zero", "overlapping_subscriptions")
        },
    )  # fmt: skip
