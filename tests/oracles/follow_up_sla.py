"""The follow-up SLA, slowly: a clock that is moved on minute by minute, in working time."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

from tests.oracles.company import Answer, RecordedCompany, ratio_answer, wilson
from tests.oracles.coverage import reaches_too_far
from tests.oracles.people import is_test_person, person_of
from tests.oracles.sourcing import span
from tests.oracles.standing import CONTRADICTED_ABOVE, standing
from trivet.vocabulary.period import Period

DEFAULTS: dict[str, Any] = {
    "target_hours": "4",
    "targets": {},
    "clock_start": "assigned",
    "calendar": "business_hours",
    "qualifying_touch": "human_outbound",
    "reassign": "keep",
    "already_talking_days": 30,
    "touched_only": False,
    "contradicted_above": CONTRADICTED_ABOVE,
}


def owner_zone(company: RecordedCompany, user_id: str | None) -> str:
    for user in company["crm_user"]:
        if user["user_id"] == user_id and user["time_zone"]:
            return str(user["time_zone"])
    return company.time_zone


def utc(day: date, hour: int, zone: str) -> datetime:
    local = datetime.combine(day, time(hour), ZoneInfo(zone))
    return local.astimezone(UTC).replace(tzinfo=None)


def working_spans(
    company: RecordedCompany, start: datetime, known_at: datetime, zone: str
) -> list[tuple[datetime, datetime]]:
    """The owner's working spans from an instant on, until two months after all that is known."""
    first = start.replace(tzinfo=UTC).astimezone(ZoneInfo(zone)).date()
    spans = []
    for number in range((known_at - start).days + 60):
        day = first + timedelta(days=number)
        if day.weekday() < 5 and day not in company.days_off:
            opens, closes = utc(day, company.opens, zone), utc(day, company.closes, zone)
            if closes > start:
                spans.append((max(opens, start), closes))
    return spans


def without(
    spans: list[tuple[datetime, datetime]], pauses: list[tuple[datetime, datetime]]
) -> list[tuple[datetime, datetime]]:
    """The spans with the pauses cut out."""
    for paused, resumed in pauses:
        cut = []
        for opens, closes in spans:
            if resumed <= opens or paused >= closes:
                cut.append((opens, closes))
                continue
            if opens < paused:
                cut.append((opens, paused))
            if resumed < closes:
                cut.append((resumed, closes))
        spans = cut
    return spans


def deadline(
    company: RecordedCompany,
    start: datetime,
    known_at: datetime,
    hours: Fraction,
    zone: str,
    chosen: dict[str, Any],
    pauses: list[tuple[datetime, datetime]],
) -> datetime:
    left = timedelta(microseconds=int(hours * 3_600_000_000))
    if chosen["calendar"] == "always":
        spans = [(start, start + timedelta(days=400))]
    else:
        spans = working_spans(company, start, known_at, zone)
    for opens, closes in without(spans, pauses):
        if left <= closes - opens:
            return opens + left
        left -= closes - opens
    raise AssertionError("no deadline")


def qualifies(activity: dict[str, Any], rule: str) -> bool:
    if (activity["function"] or "sales") not in ("sales", "customer_success"):
        return False
    if activity["kind"] in ("note", "task"):
        return False
    if rule == "any":
        return True
    if activity["is_automatic"]:
        return False
    if rule == "human_any":
        return True
    return activity["kind"] == "meeting" or (activity["direction"] or "outbound") == "outbound"


def leads_of(
    company: RecordedCompany, known_at: datetime
) -> list[tuple[str, list[dict[str, Any]]]]:
    """Each lead with its assignments: given on within 90 days it is the same lead."""
    found: list[tuple[str, list[dict[str, Any]]]] = []
    for row in sorted(company["lead_assignment"], key=lambda row: row["assigned_at"]):
        if row["assigned_at"] > known_at:
            continue
        person = str(person_of(company, row["contact_id"]))
        for lead, assignments in found:
            gap = row["assigned_at"] - assignments[-1]["assigned_at"]
            if lead == person and gap <= timedelta(days=90):
                assignments.append(row)
                break
        else:
            found.append((person, [row]))
    return found


def measure(
    company: RecordedCompany,
    period: Period,
    known_on: date,
    options: dict[str, Any],
    base: dict[str, Any],
    where: dict[str, str],
) -> Answer:
    assert not base
    chosen = {**DEFAULTS, **options}
    known_at = company.end_of(known_on)
    reaches = [(table, period.start) for table in ("lead_assignment", "sales_activity")]
    too_far = reaches_too_far(company, reaches)
    if too_far:
        return too_far
    rows: list[dict[str, Any]] = []
    for lead, assignments in leads_of(company, known_at):
        if is_test_person(company, lead):
            continue
        assignment = assignments[-1 if chosen["reassign"] == "restart" else 0]
        start = assignment["assigned_at"]
        if chosen["clock_start"] == "mql" and start == assignments[0]["assigned_at"]:
            became = [
                row["entered_at"]
                for row in company["lifecycle_stage_history"]
                if row["stage"] == "mql"
                and person_of(company, row["contact_id"]) == lead
                and row["entered_at"] <= start
            ]
            start = max(became, default=start)
        hours = Fraction(chosen["targets"].get(assignments[0]["lead_type"], chosen["target_hours"]))
        pauses = [
            (row["paused_at"], row["resumed_at"] or known_at)
            for row in assignments
            if row["paused_at"] and row["pause_reason"]
        ]
        due_at = deadline(
            company, start, known_at, hours, owner_zone(company, assignment["user_id"]), chosen,
            pauses,
        )  # fmt: skip
        if company.day_of(due_at) not in period or due_at > known_at:
            continue
        earliest = start - timedelta(days=chosen["already_talking_days"])
        touches = [
            span(company, row, "happened_at")
            for row in company["sales_activity"]
            if person_of(company, row["contact_id"]) == lead
            and row["happened_at"] <= known_at
            and row["happened_at"] >= earliest
            and qualifies(row, chosen["qualifying_touch"])
        ]
        if chosen["touched_only"] and not touches:
            continue
        met = any(last <= due_at for _, last in touches)
        rows.append(
            {
                "record_id": lead,
                "contact_id": lead,
                "numerator": int(met),
                "denominator": 1,
                # Where only the hour of the day decides, the lead is late.
                "is_same_day": not met and any(first <= due_at for first, _ in touches),
            }
        )
    answer = ratio_answer(rows, "No lead was due in this period.")
    if len(rows) < 10:
        answer.interval = wilson(sum(row["numerator"] for row in rows), len(rows))
    return standing(
        company, answer, period, known_on, bound=chosen["contradicted_above"],
        looked_at=len(rows),
        flagged={
            "same_day": {f"{n} {r['record_id']}" for n, r in enumerate(rows) if r["is_same_day"]}
        },
    )  # fmt: skip
