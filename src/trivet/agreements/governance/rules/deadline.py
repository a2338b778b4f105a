"""Deadlines in the company's working days: until when, and how many are left."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from trivet.numbers.workspace.company import Company
from trivet.vocabulary.business_day import business_day_after

USUAL, LONGEST = 5, 20
"""Working days the CEO has, and may at most be given."""

ROOM = timedelta(days=60)
"""How much further than twice the working days holidays are looked up."""


@dataclass(frozen=True, slots=True)
class Deadline:
    """The last working day, and the instant business closes on it (UTC)."""

    on: date
    at: datetime


def deadline(asked_at: datetime, business_days: int, company: Company) -> Deadline:
    """The close of business `business_days` working days after the day it was asked on.

    The day it was asked on does not count. A closing time that the clocks skip or show twice is
    the first such instant.
    """
    zone = ZoneInfo(company.time_zone)
    day = asked_at.astimezone(zone).date() + timedelta(days=1)
    off = company.days_off(day, day + timedelta(days=2 * business_days) + ROOM)
    last = business_day_after(day, business_days, off)
    return Deadline(last, closing(last, company))


def closing(day: date, company: Company) -> datetime:
    """The instant business closes on a day, UTC."""
    return datetime.combine(day, company.closes, ZoneInfo(company.time_zone)).astimezone(UTC)


def business_days_left(now: datetime, due_on: date, company: Company) -> int:
    """Working days after today up to the deadline's, included; 0 on its day and after it.

    Right after it was asked these are the days that were given.
    """
    today = now.astimezone(ZoneInfo(company.time_zone)).date()
    if due_on <= today:
        return 0
    off = company.days_off(today, due_on)
    days = (today + timedelta(days=n + 1) for n in range((due_on - today).days))
    return sum(day.weekday() < 5 and day not in off for day in days)
