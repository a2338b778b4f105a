"""When each owner's business is open: the clock of the follow-up SLA.

Business hours follow the owner's own time zone, through every change of daylight saving, and
the company's holidays. Positions on the clock are whole seconds, so that "four business hours
after Friday 15:00" is one addition and one look-up.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa

if TYPE_CHECKING:
    import duckdb

    from trivet.numbers.workspace.settings import Settings

DAYS_BEFORE = 40
DAYS_AFTER = 400
NEVER_AGAIN = datetime(9999, 12, 31)  # noqa: DTZ001 - instants of the warehouse are naive UTC


def write_business_calendar(connection: duckdb.DuckDBPyConnection, settings: Settings) -> None:
    """Write `business_open_span`, one row a time zone and working day.

    time_zone, opens_at, closes_at (UTC), next_opens_at, seconds_before (open seconds of all
    earlier days of that zone), seconds_after (with this day)
    """
    # A clock may start at the MQL, long before somebody was given the lead.
    bounds = connection.execute(
        "select cast(least(min(assigned_at), (select min(entered_at) from lifecycle_stage_history"
        " where stage = 'mql')) as date),"
        " cast(greatest(max(assigned_at), max(resumed_at)) as date) from lead_assignment"
    ).fetchall()[0]
    zones = {settings.company.time_zone}
    zones.update(
        row[0]
        for row in connection.execute(
            "select distinct time_zone from crm_user where time_zone is not null"
        ).fetchall()
    )
    columns: dict[str, list[object]] = {
        name: []
        for name in (
            "time_zone",
            "opens_at",
            "closes_at",
            "next_opens_at",
            "seconds_before",
            "seconds_after",
        )
    }
    if bounds[0] is not None and bounds[1] is not None:
        first = bounds[0] - timedelta(days=DAYS_BEFORE)
        last = bounds[1] + timedelta(days=DAYS_AFTER)
        for zone in sorted(zones):
            _add_zone(columns, zone, first, last, settings)
    stamp = pa.timestamp("us")
    spans = pa.table(
        {
            "time_zone": pa.array(columns["time_zone"], pa.string()),
            "opens_at": pa.array(columns["opens_at"], stamp),
            "closes_at": pa.array(columns["closes_at"], stamp),
            "next_opens_at": pa.array(columns["next_opens_at"], stamp),
            "seconds_before": pa.array(columns["seconds_before"], pa.int64()),
            "seconds_after": pa.array(columns["seconds_after"], pa.int64()),
        }
    )
    connection.register("open_spans", spans)
    connection.execute("create or replace table main.business_open_span as from open_spans")
    connection.unregister("open_spans")


def write_company_days(connection: duckdb.DuckDBPyConnection, settings: Settings) -> None:
    """Write `company_day`: day, working_days_before (working days of the company since the first).

    Spans every day an opportunity was created, closed or is expected to close, and a year around.
    """
    bounds = connection.execute(
        "select cast(least(min(created_at), cast(min(close_on) as timestamp)) as date),"
        " cast(greatest(max(created_at), cast(max(close_on) as timestamp)) as date)"
        " from opportunity"
    ).fetchall()[0]
    first, last = (day or date(2000, 1, 1) for day in bounds)
    first, last = first - timedelta(days=366), last + timedelta(days=366)
    days = np.arange(np.datetime64(first), np.datetime64(last))
    holidays = [np.datetime64(day) for day in settings.company.days_off(first, last)]
    working = np.is_busday(days, holidays=holidays)
    before = np.concatenate(([0], np.cumsum(working)[:-1]))
    connection.register("days", pa.table({"day": days, "working_days_before": before}))
    connection.execute(
        "create or replace table main.company_day as"
        " select cast(day as date) as day, working_days_before from days"
    )
    connection.unregister("days")


def _add_zone(
    columns: dict[str, list[object]], zone: str, first: date, last: date, settings: Settings
) -> None:
    opens, closes = (time.fromisoformat(t) for t in settings.company.business_hours.split("-"))
    holidays = settings.company.days_off(first, last)
    place = ZoneInfo(zone)
    spans: list[tuple[datetime, datetime]] = []
    day = first
    while day <= last:
        if day.weekday() < 5 and day not in holidays:
            spans.append(
                (
                    datetime.combine(day, opens, place).astimezone(UTC).replace(tzinfo=None),
                    datetime.combine(day, closes, place).astimezone(UTC).replace(tzinfo=None),
                )
            )
        day += timedelta(days=1)
    before = 0
    for index, (opens_at, closes_at) in enumerate(spans):
        after = before + int((closes_at - opens_at).total_seconds())
        following = spans[index + 1][0] if index + 1 < len(spans) else NEVER_AGAIN
        columns["time_zone"].append(zone)
        columns["opens_at"].append(opens_at)
        columns["closes_at"].append(closes_at)
        columns["next_opens_at"].append(following)
        columns["seconds_before"].append(before)
        columns["seconds_after"].append(after)
        before = after
