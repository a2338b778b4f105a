"""M3, slowly: days from entry to the close."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Any

from tests.oracles.company import Answer, RecordedCompany, Said
from tests.oracles.marketing_sourced_pipeline import flags
from tests.oracles.pipeline_base import DEFAULTS as BASE
from tests.oracles.pipeline_base import Deal, deals, within
from tests.oracles.reading import working_days
from tests.oracles.sourcing import RESPONSES, is_test_person, survivor
from trivet.vocabulary.period import Period

DEFAULTS: dict[str, Any] = {
    "start": "qualified",
    "population": "won",
    "stat": "median",
    "calendar": "calendar",
    "dormant": "keep",
    "exclude": ["renewal_base", "self_serve_same_day"],
}


def interpolated(values: list[int], share: Fraction) -> Fraction:
    """The quantile by linear interpolation between the two neighbours."""
    ordered = sorted(values)
    position = share * (len(ordered) - 1)
    below = int(position)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (position - below) * (ordered[above] - ordered[below])


def kaplan_meier(
    closed_after: list[int], still_open_after: list[int]
) -> list[tuple[int, Fraction]]:
    """The share still open after each day something was won."""
    everyone = closed_after + still_open_after
    share, curve = Fraction(1), []
    for day in sorted(set(closed_after)):
        at_risk = sum(1 for days in everyone if days >= day)
        share *= 1 - Fraction(closed_after.count(day), at_risk)
        curve.append((day, share))
    return curve


def kaplan_meier_median(closed_after: list[int], still_open_after: list[int]) -> Fraction | None:
    for day, share in kaplan_meier(closed_after, still_open_after):
        if share <= Fraction(1, 2):
            return Fraction(day)
    return None


def days_between(company: RecordedCompany, first: date, last: date, chosen: dict[str, Any]) -> int:
    if chosen["calendar"] == "business":
        return working_days(first, last, company.days_off)
    return (last - first).days


def dormant_days(
    company: RecordedCompany, deal: Deal, started_on: date, chosen: dict[str, Any]
) -> int:
    """Days between a loss and the reopening after it, as far as the clock was running."""
    total = 0
    for before, after in zip(deal.history, deal.history[1:], strict=False):
        if (
            company.stage_kind(before["stage"]) == "lost"
            and company.stage_kind(after["stage"]) == "open"
        ):
            lost_on, reopened_on = (
                max(started_on, company.day_of(row["entered_at"])) for row in (before, after)
            )
            total += days_between(company, lost_on, reopened_on, chosen)
    return total


def started_on(company: RecordedCompany, deal: Deal, chosen: dict[str, Any]) -> date | None:
    """The day the clock starts; None when there is no such event."""
    start = chosen["start"]
    if start == "created":
        return company.day_of(deal.created_at)
    if start == "qualified":
        return company.day_of(deal.entered_at) if deal.entered_at else None
    of = [
        survivor(company, row["contact_id"])
        for row in company["opportunity_contact_role"]
        if row["opportunity_id"] == deal.opportunity["opportunity_id"]
        and not is_test_person(company, row["contact_id"])
    ]
    if start == "mql":
        found = [
            row["entered_at"]
            for row in company["lifecycle_stage_history"]
            if row["stage"] == "mql" and survivor(company, row["contact_id"]) in of
        ]
    else:
        found = [
            row["touched_at"]
            for row in company["touchpoint"]
            if row["kind"] in RESPONSES and survivor(company, row["contact_id"]) in of
        ] + [
            row["happened_at"]
            for row in company["sales_activity"]
            if not row["is_automatic"] and survivor(company, row["contact_id"]) in of
        ]
    return company.day_of(min(found)) if found else None


def measure(
    company: RecordedCompany,
    period: Period,
    known_on: date,
    options: dict[str, Any],
    base: dict[str, Any],
    where: dict[str, str],
) -> Answer:
    chosen = {**DEFAULTS, **options}
    kept: list[Deal] = []
    rows: list[dict[str, Any]] = []
    censored: list[int] = []
    outcomes = ("won",) if chosen["population"] == "won" else ("won", "lost")
    for deal in deals(company, period, known_on, {**BASE, **base}):
        is_renewal = deal.opportunity["motion"] == "renewal"
        if is_renewal and "renewal_base" in chosen["exclude"]:
            continue
        if not (deal.is_counted or is_renewal) or not within(company, deal, where):
            continue
        if deal.outcome == "lost" and not deal.reached_qualified:
            continue
        first = started_on(company, deal, chosen)
        if first is None:
            continue
        asleep = 0
        if chosen["dormant"] == "subtract":
            asleep = dormant_days(company, deal, first, chosen)
        if deal.outcome == "open":
            until = min(period.last_day, known_on)
            if first <= until and deal.is_counted:
                censored.append(days_between(company, first, until, chosen) - asleep)
            continue
        assert deal.closed_at is not None
        closed_on = company.day_of(deal.closed_at)
        if closed_on not in period or first > closed_on:
            continue
        taken = days_between(company, first, closed_on, chosen)
        is_self_serve = deal.opportunity["is_self_serve"]
        if is_self_serve and taken == 0 and "self_serve_same_day" in chosen["exclude"]:
            continue
        days = taken - asleep
        if deal.outcome not in outcomes:
            censored.append(days)
            continue
        kept.append(deal)
        rows.append(
            {
                "record_id": deal.record_id,
                "numerator": days,
                "denominator": 1,
                "outcome": deal.outcome,
            }
        )
    days_taken = [row["numerator"] for row in rows]
    total = sum(days_taken)
    if not rows:
        return Answer(None, 0, 0, rows, "Nothing was won in this period.", "not_computable")
    mean = Fraction(total, len(rows))
    value = {
        "median": interpolated(days_taken, Fraction(1, 2)),
        "mean": mean,
        "p90": interpolated(days_taken, Fraction(9, 10)),
    }[chosen["stat"]]
    won = [row["numerator"] for row in rows if row["outcome"] == "won"]
    lost = [row["numerator"] for row in rows if row["outcome"] == "lost"]
    companions = (
        Said(label="Mean", value=mean),
        Said(label="p90", value=interpolated(days_taken, Fraction(9, 10))),
        Said(label="Kaplan-Meier median", value=kaplan_meier_median(won, censored + lost)),
    )
    return Answer(value, total, len(rows), rows, companions=companions, flags=flags(kept))
