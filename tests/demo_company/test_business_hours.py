"""Follow-up times are counted in working hours, whatever the clock of the place does."""

from __future__ import annotations

from datetime import datetime

import numpy as np
import pytest

from trivet.demo_company.business_hours import instant_at, working_seconds

HOUR = 3_600


def utc(text: str) -> np.ndarray:
    return np.array([int(datetime.fromisoformat(text + "+00:00").timestamp())])


@pytest.mark.parametrize(
    ("zone", "since", "until", "hours"),
    [
        ("Europe/London", "2026-01-07 10:00", "2026-01-07 13:30", 3.5),
        ("Europe/London", "2026-01-09 16:00", "2026-01-12 10:00", 2.0),
        ("Europe/London", "2026-01-10 12:00", "2026-01-11 12:00", 0.0),
        # The last Friday of March is winter time, the Monday after summer time.
        ("Europe/London", "2026-03-27 16:00", "2026-03-30 09:00", 2.0),
        ("Asia/Singapore", "2026-06-01 01:00", "2026-06-01 09:00", 8.0),
    ],
)
def test_only_working_hours_count(zone: str, since: str, until: str, hours: float) -> None:
    elapsed = working_seconds(zone, utc(until)) - working_seconds(zone, utc(since))
    assert elapsed[0] == hours * HOUR


def test_an_hour_after_closing_is_an_hour_into_the_next_working_day() -> None:
    friday_evening = working_seconds("America/New_York", utc("2026-06-05 23:00"))
    assert instant_at("America/New_York", friday_evening + HOUR) == utc("2026-06-08 14:00")
