"""Deal velocity, slowly: open, times win rate, times size won, over the days it takes."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Any

from tests.oracles.company import Answer, RecordedCompany
from tests.oracles.coverage import reaches_too_far
from tests.oracles.marketing_sourced_pipeline import NOT_LOADED
from tests.oracles.pipeline_base import DEFAULTS as BASE
from tests.oracles.pipeline_base import deals, is_qualified, open_on, open_reach, within
from tests.oracles.sourcing import DEFAULTS as SOURCING
from tests.oracles.sourcing import source
from tests.oracles.standing import CONTRADICTED_ABOVE, standing
from tests.oracles.time_to_close import interpolated
from trivet.vocabulary.period import Period

DEFAULTS: dict[str, Any] = {
    **SOURCING,
    "sourced": "all",
    "cycle": "mean",
    "contradicted_above": CONTRADICTED_ABOVE,
}
REASONS_OUT = ("duplicate", "test", "merged")


def measure(
    company: RecordedCompany,
    period: Period,
    known_on: date,
    options: dict[str, Any],
    base: dict[str, Any],
    where: dict[str, str],
) -> Answer:
    chosen = {**DEFAULTS, **options}
    counted = {**BASE, **base}
    sourcing = {name: chosen[name] for name in SOURCING}
    too_far = reaches_too_far(company, open_reach(company, period, known_on, base))
    if too_far:
        return too_far
    flagged: dict[str, set[str]] = {NOT_LOADED: set(), "start_after_close": set()}

    def is_counted(deal: Any) -> bool:
        if not within(company, deal, where):
            return False
        if chosen["sourced"] == "marketing":
            by = source(company, deal, sourcing, base, known_on)
            if by.reaches_before_touch:
                flagged[NOT_LOADED].add(deal.record_id)
            return by.function == "marketing"
        return True

    is_open = [
        deal
        for deal, stage in open_on(company, period, known_on, counted)
        if deal.is_counted and is_qualified(company, stage) and is_counted(deal)
    ]
    won, lost = [], []
    for deal in deals(company, period, known_on, counted):
        if not deal.is_counted or not deal.reached_qualified:
            continue
        if deal.closed_on is None or deal.closed_on not in period or not is_counted(deal):
            continue
        if deal.outcome == "won":
            won.append(deal)
        elif (deal.opportunity["lost_reason"] or "").casefold() not in REASONS_OUT:
            lost.append(deal)
    rows = [{"record_id": deal.record_id} for deal in [*is_open, *won, *lost]]
    days = []
    for deal in won:
        assert deal.closed_on is not None
        began = company.day_of(deal.entered_at or deal.created_at)
        if began > deal.closed_on:
            flagged["start_after_close"].add(deal.record_id)
        days.append(max(1, (deal.closed_on - began).days))
    if won:
        win_rate = Fraction(len(won), len(won) + len(lost))
        size = Fraction(sum(deal.amount for deal in won), len(won))
        cycle = Fraction(sum(days), len(days))
        if chosen["cycle"] == "median":
            cycle = interpolated(days, Fraction(1, 2))
        value = len(is_open) * win_rate * size / cycle
        answer = Answer(value, value.numerator, value.denominator, rows)
    else:
        # Without a won one there is neither a size nor a length to multiply with.
        answer = Answer(None, 0, 0, rows, "Nothing was won in this period.", "not_computable")
    looked_at = {row["record_id"] for row in rows}.union(*flagged.values())
    return standing(
        company, answer, period, known_on, bound=chosen["contradicted_above"],
        looked_at=len(looked_at), flagged=flagged,
    )  # fmt: skip
