"""Office hours of one time zone, Monday to Friday, daylight saving included.

Business time is counted in working seconds on a line without nights and weekends, so a
follow-up "two working hours later" is an addition.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import numpy as np

from trivet.demo_company.days import DAY, HOUR, Whole

OPENS = 9 * HOUR
LASTS = 8 * HOUR
_FIRST_DAY = 18_262  # 2020-01-01
_DAYS = 4_018  # up to the end of 2030


@cache
def _offsets(zone: str) -> Whole:
    start = datetime(2020, 1, 1, 12, tzinfo=UTC)
    found = [
        (start + timedelta(days=k)).astimezone(ZoneInfo(zone)).utcoffset() or timedelta()
        for k in range(_DAYS)
    ]
    return np.array([int(offset.total_seconds()) for offset in found], dtype=np.int64)


def _offset(zone: str, days: Whole) -> Whole:
    return _offsets(zone)[np.clip(days - _FIRST_DAY, 0, _DAYS - 1)]


def working_seconds(zone: str, seconds: Whole) -> Whole:
    """Where UTC instants lie on the zone's line of working seconds."""
    local = seconds + _offset(zone, seconds // DAY)
    days = local // DAY
    weeks, weekday = np.divmod(days + 3, 7)
    into = np.clip(local % DAY - OPENS, 0, LASTS)
    into = np.where(weekday < 5, into, 0)
    return (weeks * 5 + np.minimum(weekday, 5)) * LASTS + into


def instant_at(zone: str, working: Whole) -> Whole:
    """The UTC instants of places on the zone's line of working seconds."""
    count, into = np.divmod(working, LASTS)
    weeks, weekday = np.divmod(count, 5)
    days = weeks * 7 + weekday - 3
    return days * DAY + OPENS + into - _offset(zone, days)
