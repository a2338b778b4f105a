"""M2, slowly: won of won and lost."""

from __future__ import annotations

from datetime import date
from typing import Any

from tests.oracles.company import Answer, RecordedCompany, ratio_answer, wilson
from tests.oracles.coverage import reaches_too_far
from tests.oracles.marketing_sourced_pipeline import NOT_LOADED, flags
from tests.oracles.pipeline_base import DEFAULTS as BASE
from tests.oracles.pipeline_base import closed_reach, deals, entered_reach, within
from tests.oracles.sourcing import DEFAULTS as SOURCING
from tests.oracles.sourcing import source
from tests.oracles.standing import CONTRADICTED_ABOVE, standing
from trivet.vocabulary.period import Period

DEFAULTS: dict[str, Any] = {
    **SOURCING,
    "sourced": "marketing",
    "basis": "count",
    "cohort": "closed_in_period",
    "denominator": "won_lost",
    "lost_reasons_out": ["duplicate", "test", "merged"],
    "no_decision": "lost",
    "min_stage": "qualified",
    "contradicted_above": CONTRADICTED_ABOVE,
}


def measure(
    company: RecordedCompany,
    period: Period,
    known_on: date,
    options: dict[str, Any],
    base: dict[str, Any],
    where: dict[str, str],
) -> Answer:
    chosen = {**DEFAULTS, **options}
    sourcing = {name: chosen[name] for name in SOURCING}
    reasons_out = list(chosen["lost_reasons_out"])
    if chosen["no_decision"] == "out":
        reasons_out.append("no_decision")
    by_closing = chosen["cohort"] == "closed_in_period"
    reach = closed_reach if by_closing else entered_reach
    too_far = reaches_too_far(company, reach(company, period, known_on, base))
    if too_far:
        return too_far
    kept, rows = [], []
    not_loaded: set[str] = set()
    for deal in deals(company, period, known_on, {**BASE, **base}):
        if not deal.is_counted or not within(company, deal, where):
            continue
        if chosen["min_stage"] == "qualified" and not deal.reached_qualified:
            continue
        dated_on = deal.closed_on
        if not by_closing:
            dated_on = company.day_of(deal.entered_at) if deal.entered_at else None
        if dated_on is None or dated_on not in period:
            continue
        is_open = deal.outcome == "open"
        if is_open and chosen["denominator"] == "won_lost":
            continue
        reason = (deal.opportunity["lost_reason"] or "").casefold()
        if (
            deal.outcome == "lost"
            and reason in reasons_out
            and chosen["denominator"] != "all_statuses"
        ):
            continue
        if chosen["sourced"] == "marketing":
            by = source(company, deal, sourcing, base, known_on)
            # Also one that is not marketing's by what is known: it may be by what is not loaded.
            if by.reaches_before_touch:
                not_loaded.add(deal.record_id)
            if by.function != "marketing":
                continue
        size = deal.amount if chosen["basis"] == "amount" else 1
        kept.append(deal)
        rows.append(
            {
                "record_id": deal.record_id,
                "numerator": size if deal.outcome == "won" else 0,
                "denominator": size,
            }
        )
    answer = ratio_answer(rows, "Nothing closed in this period.", flags=flags(kept))
    if len(rows) < 10:
        answer.interval = wilson(sum(d.outcome == "won" for d in kept), len(kept))
    return standing(
        company, answer, period, known_on, bound=chosen["contradicted_above"],
        looked_at=len({row["record_id"] for row in rows} | not_loaded),
        flagged={NOT_LOADED: not_loaded},
    )  # fmt: skip
