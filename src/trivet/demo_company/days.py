"""When things happen in the demo company: its first day, its export days, calendar arithmetic.

Instants are whole seconds since 1970-01-01 UTC and days whole days since then, as int64 arrays;
NONE stands for "has not happened".
"""

from __future__ import annotations

from datetime import UTC, date, datetime

import numpy as np
from numpy.typing import NDArray

Whole = NDArray[np.int64]
Real = NDArray[np.float64]
Flags = NDArray[np.bool_]

NONE = -1
HOUR = 3_600
DAY = 86_400


def instant(text: str) -> int:
    """Seconds since 1970 of a UTC day or moment in ISO form."""
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp())


def day(text: str) -> int:
    """Days since 1970 of an ISO day."""
    return (date.fromisoformat(text) - date(1970, 1, 1)).days


STARTS = instant("2024-02-01")
"""The company moved to its present systems: touches, leads and activities begin here."""

FIRST_OPPORTUNITY = instant("2023-11-01")
"""Opportunities that were open at the move came along."""

EARLIER_EXPORT = instant("2026-08-15")
"""A first export of accounts and opportunities, so that there is observed history."""

ENDS = instant("2026-11-20")
"""The last export: nothing happens after it."""

BUSY_BY_QUARTER = (0.97, 1.0, 0.95, 1.08)
"""Demand by calendar quarter: a slow summer, a busy end of the year."""


def months_after(days: Whole, months: Whole | int) -> Whole:
    """The same day of the month some months later, or that month's last day."""
    at = days.astype("datetime64[D]")
    month = at.astype("datetime64[M]")
    into = (at - month.astype("datetime64[D]")).astype(np.int64)
    target = month + np.asarray(months, dtype="timedelta64[M]")
    first = target.astype("datetime64[D]").astype(np.int64)
    following = (target + np.timedelta64(1, "M")).astype("datetime64[D]").astype(np.int64)
    return np.minimum(first + into, following - 1)


def quarter_of(seconds: Whole) -> Whole:
    """Calendar quarters since 1970."""
    return (seconds // DAY).astype("datetime64[D]").astype("datetime64[M]").astype(np.int64) // 3


def demand(rng: np.random.Generator, count: int, first: int, last: int, growth: float) -> Whole:
    """Instants between `first` and `last`: denser over time by `growth`, and by season."""
    edges = np.arange(first, last, 7 * DAY, dtype=np.int64)
    share = np.linspace(1.0, growth, len(edges))
    share *= np.asarray(BUSY_BY_QUARTER)[quarter_of(edges) % 4]
    week = rng.choice(len(edges), size=count, p=share / share.sum())
    return edges[week] + rng.integers(0, 7 * DAY, size=count)


def in_office(rng: np.random.Generator, seconds: Whole, opens_utc: Whole | int) -> Whole:
    """Move instants to office hours: weekends to the Monday after, the hour to a working one.

    opens_utc   hour of the UTC day at which the office opens; may be negative
    """
    days = seconds // DAY
    weekday = (days + 3) % 7
    days = days + np.where(weekday > 4, 7 - weekday, 0)
    within = rng.integers(0, 8 * HOUR, size=seconds.shape)
    return days * DAY + np.asarray(opens_utc) * HOUR + within
