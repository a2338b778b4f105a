"""When an opportunity closed: dated by its close date, known from its record (decision 0023)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import takewhile
from typing import Any

from tests.oracles.company import RecordedCompany
from tests.oracles.reading import minor_units, read_day

Row = dict[str, Any]


@dataclass(frozen=True)
class Closing:
    """One closing of an opportunity.

    kind           won or lost
    position       of its first row within the opportunity's stage rows
    recorded_at    the instant it was written down; it counts from then on
    closed_on      the day it is dated by
    not_open_from  the instant from which on it is no longer open
    """

    kind: str
    position: int
    recorded_at: datetime
    closed_on: date
    not_open_from: datetime


def is_test(company: RecordedCompany, opportunity: Row) -> bool:
    account = company.account(opportunity["account_id"])
    return bool(opportunity["is_test"]) or bool(account and account["is_test"])


def stage_rows(company: RecordedCompany, opportunity_id: str, until: datetime) -> list[Row]:
    """The stages it entered, in order, as far as that was known at an instant."""
    found = [
        row
        for row in company["opportunity_stage_history"]
        if row["opportunity_id"] == opportunity_id
    ]
    if not found:
        found = observed_stage_rows(company, opportunity_id)
    found = [row for row in found if row["entered_at"] <= until]
    return sorted(found, key=lambda row: (row["entered_at"], company.stage_rank(row["stage"])))


def observed_stage_rows(company: RecordedCompany, opportunity_id: str) -> list[Row]:
    """Without a recorded history, what the exports show.

    The first: open since creation, or closed on the close date. A later one with another stage:
    entered when that export was made.
    """
    found: list[Row] = []
    stage = None
    for row in company.exports_of(opportunity_id):
        if stage is None:
            entered_at = row["created_at"]
            if company.stage_kind(row["stage"]) != "open":
                entered_at = closing_told(company, company.exports_of(opportunity_id))
        else:
            entered_at = row["exported_at"]
        if row["stage"] != stage and entered_at:
            found.append({"stage": row["stage"], "entered_at": entered_at})
        stage = row["stage"]
    return found


def closing_told(company: RecordedCompany, exports: list[Row]) -> datetime | None:
    """When it closed by the last of the first exports, which show it in one stage.

    Close dates are corrected after the closing.
    """
    told = None
    for row in takewhile(lambda row: row["stage"] == exports[0]["stage"], exports):
        day = row["close_on"]
        told = row["closed_at"] or (day and company.start_of(day)) or told
    return told


def value_at(company: RecordedCompany, opportunity: Row, field: str, at: datetime) -> Any:
    """The field's value as it stood at an instant: by recorded changes, else by the exports."""
    changes = recorded_changes(company, opportunity["opportunity_id"], field)
    if not changes:
        exports = company.exports_of(opportunity["opportunity_id"])
        known = [row for row in exports if row["exported_at"] <= at]
        return (known[-1] if known else exports[0])[field]
    text = changes[0]["old_value"]
    for change in changes:
        if change["changed_at"] <= at:
            text = change["new_value"]
    if text in (None, ""):
        return None
    if field in ("amount", "acv", "net_arr", "tcv", "renewal_base"):
        return minor_units(text, opportunity["currency"])
    if field == "close_on":
        return read_day(text)
    return text


def recorded_changes(company: RecordedCompany, opportunity_id: str, field: str) -> list[Row]:
    found = [
        row
        for row in company["opportunity_field_history"]
        if row["opportunity_id"] == opportunity_id and row["field"] == field
    ]
    return sorted(found, key=lambda row: row["changed_at"])


@dataclass(frozen=True)
class CloseDate:
    """The close date of a closing, and the instant from which on that value is known."""

    day: date | None
    told_at: datetime


def close_date(
    company: RecordedCompany, opportunity: Row, recorded_at: datetime, known_at: datetime
) -> CloseDate:
    """The close date of what was recorded as closed then, as known at an instant."""
    if recorded_changes(company, opportunity["opportunity_id"], "close_on"):
        return CloseDate(value_at(company, opportunity, "close_on", known_at), known_at)
    exports = company.exports_of(opportunity["opportunity_id"])
    # An export of before the closing shows the date it was expected on; the first one since
    # shows the date it closed with.
    since = [row for row in exports if row["exported_at"] >= recorded_at] or exports[-1:]
    known = [row for row in since if row["exported_at"] <= known_at]
    told = known[-1] if known else since[0]
    return CloseDate(told["close_on"], max(told["exported_at"], known_at))


def opened_again(company: RecordedCompany, rows: list[Row], position: int) -> bool:
    """Whether the row at the position opens what was closed."""
    return (
        position > 0
        and company.stage_kind(rows[position]["stage"]) == "open"
        and company.stage_kind(rows[position - 1]["stage"]) != "open"
    )


def closings(
    company: RecordedCompany, opportunity: Row, known_at: datetime, rule: str
) -> list[Closing]:
    """Every closing recorded until an instant, in order; each as it was known then.

    Closed again the same way (lost, then lost with a reason), it closed the first time.
    """
    found: list[Closing] = []
    reopened_on: date | None = None
    rows = stage_rows(company, opportunity["opportunity_id"], known_at)
    for position, row in enumerate(rows):
        kind = company.stage_kind(row["stage"])
        if opened_again(company, rows, position):
            reopened_on = company.day_of(row["entered_at"])
        if kind == "open":
            continue
        if position and company.stage_kind(rows[position - 1]["stage"]) == kind:
            continue
        recorded_at = row["entered_at"]
        # Edits since it was opened again are of what came then.
        undone = [
            later["entered_at"]
            for later in rows[position + 1 :]
            if company.stage_kind(later["stage"]) != kind
        ]
        told = close_date(company, opportunity, recorded_at, min([known_at, *map(before, undone)]))
        following = changes_of_outcome(
            company, opportunity, recorded_at, kind, max(told.told_at, known_at)
        )
        is_another_ones = told.day is not None and (
            (reopened_on is not None and told.day < reopened_on)
            or (bool(following) and told.day > following[0])
        )
        if rule == "recorded" or told.day is None or is_another_ones:
            closed_on = company.day_of(recorded_at)
            not_open_from = recorded_at
        else:
            closed_on = told.day
            not_open_from = min(recorded_at, company.end_of(closed_on))
        found.append(Closing(kind, position, recorded_at, closed_on, not_open_from))
    return found


def before(at: datetime) -> datetime:
    return at - timedelta(microseconds=1)


def changes_of_outcome(
    company: RecordedCompany, opportunity: Row, after: datetime, kind: str, until: datetime
) -> list[date]:
    """The days after an instant on which it was opened again, or closed in the other way.

    As known when its close date was told: what is dated behind them is a later closing's.
    """
    rows = stage_rows(company, opportunity["opportunity_id"], until)
    return [
        company.day_of(row["entered_at"])
        for row in rows
        if row["entered_at"] > after and company.stage_kind(row["stage"]) != kind
    ]
