"""M1, slowly: what marketing created of the pipeline that entered (or stood open)."""

from __future__ import annotations

from datetime import date
from typing import Any

from tests.oracles.company import Answer, RecordedCompany, Said, ratio_answer, wilson
from tests.oracles.coverage import Reach, reaches_too_far
from tests.oracles.pipeline_base import (
    Deal,
    entered_in,
    entered_reach,
    open_on,
    open_reach,
    within,
)
from tests.oracles.sourcing import DEFAULTS as SOURCING
from tests.oracles.sourcing import source
from tests.oracles.standing import CONTRADICTED_ABOVE, standing
from trivet.vocabulary.period import Period

DEFAULTS: dict[str, Any] = {
    **SOURCING,
    "measure": "created",
    "basis": "amount",
    "contradicted_above": CONTRADICTED_ABOVE,
}
NOT_LOADED = "touches_not_loaded"


def counted(
    company: RecordedCompany,
    period: Period,
    known_on: date,
    measure: str,
    base: dict[str, Any],
    where: dict[str, str],
) -> list[Deal]:
    """The deals M1 and M5 share as their denominator."""
    if measure == "created":
        found = entered_in(company, period, known_on, base)
    else:
        # Open pipeline is what has entered by then; before that it is no pipeline yet.
        at = company.end_of(min(period.last_day, known_on))
        found = [
            deal
            for deal, _ in open_on(company, period, known_on, base)
            if deal.is_counted and deal.entered_at is not None and deal.entered_at <= at
        ]
    return [deal for deal in found if within(company, deal, where)]


def reach(
    company: RecordedCompany, period: Period, known_on: date, measure: str, base: dict[str, Any]
) -> list[Reach]:
    if measure == "created":
        return entered_reach(company, period, known_on, base)
    return open_reach(company, period, known_on, base)


def flags(found: list[Deal]) -> tuple[Said, ...]:
    said = []
    if missing := sum(deal.amount_missing for deal in found):
        said.append(Said(name="amount_missing", records=missing))
    if skipped := sum(deal.skipped for deal in found):
        said.append(Said(name="entry_fallback", records=skipped))
    return tuple(said)


def measure(
    company: RecordedCompany,
    period: Period,
    known_on: date,
    options: dict[str, Any],
    base: dict[str, Any],
    where: dict[str, str],
) -> Answer:
    chosen = {**DEFAULTS, **options}
    too_far = reaches_too_far(company, reach(company, period, known_on, chosen["measure"], base))
    if too_far:
        return too_far
    found = counted(company, period, known_on, chosen["measure"], base, where)
    sourcing = {name: chosen[name] for name in SOURCING}
    rows = []
    not_loaded = set()
    for deal in found:
        by = source(company, deal, sourcing, base, known_on)
        if by.reaches_before_touch:
            not_loaded.add(deal.record_id)
        size = deal.amount if chosen["basis"] == "amount" else 1
        rows.append(
            {
                "record_id": deal.record_id,
                "numerator": size if by.function == "marketing" else 0,
                "denominator": size,
                "sourced_by": by.function,
                "sourced_rule": by.rule,
                "is_same_day": by.is_same_day,
            }
        )
    answer = ratio_answer(rows, "No pipeline entered in this period.", flags=flags(found))
    if len(rows) < 10:
        answer.interval = wilson(sum(r["sourced_by"] == "marketing" for r in rows), len(rows))
    return standing(
        company, answer, period, known_on, bound=chosen["contradicted_above"],
        looked_at=len(rows), flagged={NOT_LOADED: not_loaded},
    )  # fmt: skip
