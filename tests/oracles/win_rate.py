"""M2, slowly: won of won and lost."""

from __future__ import annotations

from datetime import date
from typing import Any

from tests.oracles.company import Answer, RecordedCompany, ratio_answer, wilson
from tests.oracles.marketing_sourced_pipeline import flags
from tests.oracles.pipeline_base import DEFAULTS as BASE
from tests.oracles.pipeline_base import deals, within
from tests.oracles.sourcing import DEFAULTS as SOURCING
from tests.oracles.sourcing import sourced_by
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
    kept, rows = [], []
    for deal in deals(company, period, known_on, {**BASE, **base}):
        if not deal.is_counted or not within(company, deal, where):
            continue
        if chosen["min_stage"] == "qualified" and not deal.reached_qualified:
            continue
        dated_at = deal.closed_at if chosen["cohort"] == "closed_in_period" else deal.entered_at
        if dated_at is None or company.day_of(dated_at) not in period:
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
        if chosen["sourced"] == "marketing" and sourced_by(company, deal, sourcing) != "marketing":
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
    return answer
