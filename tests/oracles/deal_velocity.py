"""Deal velocity, slowly: open, times win rate, times size won, over the days it takes."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Any

from tests.oracles.company import Answer, RecordedCompany
from tests.oracles.pipeline_base import DEFAULTS as BASE
from tests.oracles.pipeline_base import deals, is_qualified, open_on, within
from tests.oracles.sourcing import DEFAULTS as SOURCING
from tests.oracles.sourcing import sourced_by
from tests.oracles.time_to_close import interpolated
from trivet.vocabulary.period import Period

DEFAULTS: dict[str, Any] = {**SOURCING, "sourced": "all", "cycle": "mean"}
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

    def is_counted(deal: Any) -> bool:
        if not within(company, deal, where):
            return False
        if chosen["sourced"] == "marketing":
            return sourced_by(company, deal, sourcing) == "marketing"
        return True

    is_open = [
        deal
        for deal, stage in open_on(company, period, known_on, counted)
        if deal.is_counted and is_qualified(company, stage) and is_counted(deal)
    ]
    won, lost = [], []
    for deal in deals(company, period, known_on, counted):
        if not deal.is_counted or not deal.reached_qualified or not is_counted(deal):
            continue
        if deal.closed_at is None:
            continue
        if company.day_of(deal.closed_at) not in period:
            continue
        if deal.outcome == "won":
            won.append(deal)
        elif (deal.opportunity["lost_reason"] or "").casefold() not in REASONS_OUT:
            lost.append(deal)
    rows = [{"record_id": deal.record_id} for deal in [*is_open, *won, *lost]]
    if not won:
        # Without a won one there is neither a size nor a length to multiply with.
        return Answer(None, 0, 0, rows, "Nothing was won in this period.", "not_computable")
    days = []
    for deal in won:
        assert deal.closed_at is not None
        began = company.day_of(deal.entered_at or deal.created_at)
        taken = (company.day_of(deal.closed_at) - began).days
        days.append(max(1, taken))
    win_rate = Fraction(len(won), len(won) + len(lost))
    size = Fraction(sum(deal.amount for deal in won), len(won))
    cycle = Fraction(sum(days), len(days))
    if chosen["cycle"] == "median":
        cycle = interpolated(days, Fraction(1, 2))
    value = len(is_open) * win_rate * size / cycle
    return Answer(value, value.numerator, value.denominator, rows)
