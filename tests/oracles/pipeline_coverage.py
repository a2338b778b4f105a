"""Pipeline coverage, slowly: open pipeline to close in the period over what is still to win."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from tests.oracles.closings import value_at
from tests.oracles.company import Answer, RecordedCompany, Said
from tests.oracles.exchange import converted, rate
from tests.oracles.pipeline_base import DEFAULTS as BASE
from tests.oracles.pipeline_base import Deal, deals, is_qualified, open_on, within
from tests.oracles.reading import half_away_from_zero
from trivet.vocabulary.period import Period

DEFAULTS: dict[str, Any] = {
    "denominator": "remaining",
    "stage": "qualified",
    "weighting": "none",
    "past_due": "out",
    "renewal_base": "out",
    "close_date": "in_period",
}


def weight(company: RecordedCompany, deal: Deal, stage: str, rule: str, every: list[Deal]) -> Any:
    """The share of its amount an open deal counts with."""
    if rule == "stage":
        chance = {name.casefold(): p for name, p in company.probability.items()}
        found = chance.get(stage.casefold(), deal.opportunity["probability"])
        return Fraction(1) if found is None else Fraction(str(found))
    if rule == "historical":
        closed = [
            other
            for other in every
            if other.outcome != "open"
            and any(row["stage"].casefold() == stage.casefold() for row in other.history)
        ]
        won = sum(other.outcome == "won" for other in closed)
        return Fraction(won, len(closed)) if closed else Fraction(0)
    return Fraction(1)


def target_of(company: RecordedCompany, period: Period, where: dict[str, str]) -> int | None:
    """The target of the period: the company's own, else the sum of its segments'.

    No target is set for a part of the company other than a segment.
    """
    if where.keys() - {"segment"}:
        return None
    segments = {row["segment"] for row in company["target"] if row["segment"]}
    if "segment" in where:
        return covering(company, period, where["segment"])
    whole = covering(company, period, None)
    if whole is not None:
        return whole
    parts = [covering(company, period, segment) for segment in segments]
    known = [part for part in parts if part is not None]
    return sum(known) if known else None


def covering(company: RecordedCompany, period: Period, segment: str | None) -> int | None:
    """Targets end to end from the first day of the period to its last, the longest first.

    A target is never counted beside its own parts, and half a year is no target of the year.
    """
    total, day = 0, period.start
    while day < period.end:
        starting = [
            row
            for row in company["target"]
            if (row["segment"] or None) == segment
            and row["starts_on"] == day
            and row["ends_on"] <= period.end
        ]
        if not starting:
            return None
        longest = max(starting, key=lambda row: row["ends_on"])
        at = rate(company, longest["currency"], "plan", longest["starts_on"])
        total += converted(company, longest["amount"], longest["currency"], at)
        day = longest["ends_on"]
    return total


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
    known_at = company.end_of(known_on)
    every = deals(company, period, known_on, counted)
    rows: list[dict[str, Any]] = []
    past_due = missing = won_amount = 0
    for deal in every:
        if not deal.is_counted or deal.outcome != "won" or not within(company, deal, where):
            continue
        assert deal.closed_on is not None
        if deal.closed_on in period:
            won_amount += deal.amount
    for deal, stage in open_on(company, period, known_on, counted):
        is_renewal = deal.kind == "renewal"
        with_base = is_renewal and chosen["renewal_base"] == "in"
        if not (deal.is_counted or with_base) or not within(company, deal, where):
            continue
        if chosen["stage"] == "qualified" and not is_qualified(company, stage):
            continue
        close_on = value_at(
            company, deal.opportunity, "close_on", min(known_at, company.books_close(period))
        )
        is_past = close_on is not None and close_on < known_on
        inside = close_on is not None and close_on in period
        if chosen["close_date"] == "in_period":
            if is_past and chosen["past_due"] == "out":
                past_due += 1
                continue
            if not inside and not is_past:
                continue
        size = deal.amount
        if is_renewal:
            size = deal.amount_with_base if with_base else deal.amount_without_base
        missing += deal.amount_missing
        share = weight(company, deal, stage, chosen["weighting"], every)
        weighed = half_away_from_zero(
            Decimal((size * share).numerator) / (size * share).denominator
        )
        rows.append({"record_id": deal.record_id, "numerator": weighed, "denominator": 0})
    flags = []
    if missing:
        flags.append(Said(name="amount missing", records=missing))
    if past_due:
        flags.append(Said(name="past due", records=past_due))
    more: dict[str, Any] = {"flags": tuple(flags)}
    numerator = sum((row["numerator"] for row in rows), Fraction(0))
    target = target_of(company, period, where)
    if target is None:
        return Answer(None, numerator, 0, rows, "There is no target.", "not_computable", **more)
    denominator = target - won_amount if chosen["denominator"] == "remaining" else target
    if denominator <= 0:
        return Answer(None, numerator, denominator, rows, "target met", "not_computable", **more)
    return Answer(numerator / denominator, numerator, denominator, rows, **more)
