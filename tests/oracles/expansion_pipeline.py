"""M5, slowly: what existing customers are of the same pipeline."""

from __future__ import annotations

from datetime import date
from typing import Any

from tests.oracles.company import Answer, RecordedCompany, ratio_answer
from tests.oracles.coverage import reaches_too_far
from tests.oracles.marketing_sourced_pipeline import counted, flags, reach
from tests.oracles.pipeline_base import customers_known
from tests.oracles.standing import standing
from trivet.vocabulary.period import Period

DEFAULTS: dict[str, Any] = {"measure": "created", "basis": "amount", "winback": "winback"}


def measure(
    company: RecordedCompany,
    period: Period,
    known_on: date,
    options: dict[str, Any],
    base: dict[str, Any],
    where: dict[str, str],
) -> Answer:
    chosen = {**DEFAULTS, **options}
    reaches = reach(company, period, known_on, chosen["measure"], base)
    too_far = reaches_too_far(
        company, reaches + customers_known(company, period.start, known_on, base)
    )
    if too_far:
        return too_far
    existing = {"expansion", "renewal"}
    if chosen["winback"] == "expansion":
        existing.add("winback")
    found = counted(company, period, known_on, chosen["measure"], base, where)
    rows = []
    for deal in found:
        size = deal.amount if chosen["basis"] == "amount" else 1
        rows.append(
            {
                "record_id": deal.record_id,
                "numerator": size if deal.kind in existing else 0,
                "denominator": size,
                "kind": deal.kind,
            }
        )
    answer = ratio_answer(rows, "No pipeline entered in this period.", flags=flags(found))
    return standing(company, answer, period, known_on)
