"""M3, slowly: days from entry to the close."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from tests.oracles.company import NO_HOUR, Answer, RecordedCompany, Said
from tests.oracles.coverage import reaches_too_far
from tests.oracles.marketing_sourced_pipeline import flags
from tests.oracles.people import is_test_person, person_of
from tests.oracles.pipeline_base import DEFAULTS as BASE
from tests.oracles.pipeline_base import Deal, closed_reach, deals, within
from tests.oracles.reading import working_days
from tests.oracles.sourcing import RESPONSES
from tests.oracles.standing import CONTRADICTED_ABOVE, standing
from trivet.vocabulary.period import Period

DEFAULTS: dict[str, Any] = {
    "start": "qualified",
    "population": "won",
    "stat": "median",
    "calendar": "calendar",
    "dormant": "keep",
    "exclude": ["renewal_base", "self_serve_same_day"],
    "contradicted_above": CONTRADICTED_ABOVE,
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


@dataclass(frozen=True)
class Start:
    """The day the clock starts.

    is_after_creation   it starts at an MQL or a touch that came after the opportunity was created
    """

    day: date
    is_after_creation: bool = False


def started(company: RecordedCompany, deal: Deal, chosen: dict[str, Any]) -> Start | None:
    """When the clock starts; None when there is no such event."""
    start = chosen["start"]
    if start == "created":
        return Start(company.day_of(deal.created_at))
    if start == "qualified":
        return Start(company.day_of(deal.entered_at)) if deal.entered_at else None
    of = [
        person_of(company, row["contact_id"])
        for row in company["opportunity_contact_role"]
        if row["opportunity_id"] == deal.opportunity["opportunity_id"]
        and not is_test_person(company, row["contact_id"])
    ]
    if start == "mql":
        found = [
            (row["entered_at"], row[NO_HOUR.format("entered_at")])
            for row in company["lifecycle_stage_history"]
            if row["stage"] == "mql" and person_of(company, row["contact_id"]) in of
        ]
    else:
        found = [
            (row["touched_at"], row[NO_HOUR.format("touched_at")])
            for row in company["touchpoint"]
            if row["kind"] in RESPONSES and person_of(company, row["contact_id"]) in of
        ] + [
            (row["happened_at"], row[NO_HOUR.format("happened_at")])
            for row in company["sales_activity"]
            if not row["is_automatic"] and person_of(company, row["contact_id"]) in of
        ]
    if not found:
        return None
    at, _ = min(found)
    day = company.day_of(at)
    return Start(day, day > company.day_of(deal.created_at))


def measure(
    company: RecordedCompany,
    period: Period,
    known_on: date,
    options: dict[str, Any],
    base: dict[str, Any],
    where: dict[str, str],
) -> Answer:
    chosen = {**DEFAULTS, **options}
    too_far = reaches_too_far(company, closed_reach(company, period, known_on, base))
    if too_far:
        return too_far
    kept: list[Deal] = []
    rows: list[dict[str, Any]] = []
    censored: list[int] = []
    never_started: set[str] = set()
    flagged: dict[str, set[str]] = {"start_after_close": set(), "handed_over_backwards": set()}
    outcomes = ("won",) if chosen["population"] == "won" else ("won", "lost")
    for deal in deals(company, period, known_on, {**BASE, **base}):
        is_renewal = deal.kind == "renewal"
        if is_renewal and "renewal_base" in chosen["exclude"]:
            continue
        if not (deal.is_counted or is_renewal) or not within(company, deal, where):
            continue
        if deal.outcome == "lost" and not deal.reached_qualified:
            continue
        closed_on = deal.closed_on
        is_asked = closed_on is not None and closed_on in period and deal.outcome in outcomes
        start = started(company, deal, chosen)
        if start is None:
            if is_asked:
                never_started.add(deal.record_id)
            continue
        first = start.day
        asleep = 0
        if chosen["dormant"] == "subtract":
            asleep = dormant_days(company, deal, first, chosen)
        if closed_on is None:
            until = min(period.last_day, known_on)
            if first <= until and deal.is_counted:
                censored.append(days_between(company, first, until, chosen) - asleep)
            continue
        if closed_on not in period:
            continue
        if first > closed_on:
            if is_asked:
                flagged["start_after_close"].add(deal.record_id)
            continue
        taken = days_between(company, first, closed_on, chosen)
        is_self_serve = deal.opportunity["is_self_serve"]
        if is_self_serve and taken == 0 and "self_serve_same_day" in chosen["exclude"]:
            continue
        days = taken - asleep
        if not is_asked:
            censored.append(days)
            continue
        kept.append(deal)
        if start.is_after_creation:
            flagged["handed_over_backwards"].add(deal.record_id)
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
    looked_at = len(rows) + len(flagged["start_after_close"])
    if not rows:
        answer = Answer(None, 0, 0, rows, "Nothing was won in this period.", "not_computable")
    else:
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
        answer = Answer(value, total, len(rows), rows, companions=companions, flags=flags(kept))
    if never_started:
        answer.flags += (Said(name="never_started", records=len(never_started)),)
    return standing(
        company, answer, period, known_on, bound=chosen["contradicted_above"],
        looked_at=looked_at, flagged=flagged,
    )  # fmt: skip
