"""Periods of the company's own calendar: each includes its start and not its end.

`2026`, `2026-Q1` and `2026-03` are fiscal: with a year that starts in February, month 1 is
February. `2026-W14` is the ISO week. `2026-01-15..2026-04-01` is any range, end excluded.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Literal
from zoneinfo import ZoneInfo

from trivet.errors import PeriodUnknown
from trivet.vocabulary.quoted import quoted

FIRST_YEAR, LAST_YEAR = 1900, 2200
"""Years that may be asked about. Outside of them a day is a slip of the keyboard, and far enough
outside a calendar ends: what reaches back from it is no date any more."""
LONGEST_YEARS = 100
"""That one period may cover. Some answers list every day of it."""


class Grain(StrEnum):
    """How long a period is. `custom` has no neighbours to be compared with but its own length."""

    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"
    CUSTOM = "custom"


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """Days from `start` up to, and without, `end`."""

    start: date
    end: date
    key: str
    grain: Grain = Grain.CUSTOM

    def __post_init__(self) -> None:
        if self.end <= self.start:
            raise PeriodUnknown(
                "The period %(key)s ends on %(end)s, not after its start %(start)s.",
                remedy="Write START..END with the end after the start; the end is excluded.",
                key=self.key,
                end=self.end,
                start=self.start,
            )

    def __str__(self) -> str:
        return self.key

    def __contains__(self, day: date) -> bool:
        return self.start <= day < self.end

    @property
    def last_day(self) -> date:
        return self.end - timedelta(days=1)

    @property
    def days(self) -> int:
        return (self.end - self.start).days


def months_after(day: date, months: int) -> date:
    """The same day of the month `months` later, or the month's last day when it has none."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def is_month_end(day: date) -> bool:
    """Whether it is the last day of its month, also where the month has 28, 29 or 30."""
    return day.day == calendar.monthrange(day.year, day.month)[1]


def months_before_end(last: date, months: int) -> date:
    """The last day of the window that ends `months` before the one that ends on `last`.

    A window of three months that ends on 30 June begins on the day after 31 March, as a month's
    end follows a month's end; one that ends on 29 June begins on the day after 29 March.
    """
    before = months_after(last, -months)
    if is_month_end(last):
        return before.replace(day=calendar.monthrange(before.year, before.month)[1])
    return before


def checked_period(period: Period) -> Period:
    """The period itself.

    Raises   PeriodUnknown if it is longer than a hundred years, or of a time nobody asks about
    """
    first, last = date(FIRST_YEAR, 1, 1), date(LAST_YEAR, 1, 1)
    if period.start < first or period.end > last:
        raise PeriodUnknown(
            "The period %(key)s does not lie between %(first)s and %(last)s.",
            remedy="Check its years; write for example 2026-Q1 or 2026-01-15..2026-04-01.",
            key=period.key,
            first=first,
            last=last,
        )
    if months_after(period.start, 12 * LONGEST_YEARS) < period.end:
        raise PeriodUnknown(
            "The period %(key)s is longer than %(years)s years.",
            remedy="Ask about a shorter one, or about several.",
            key=period.key,
            years=LONGEST_YEARS,
        )
    return period


def read_day(text: str) -> date | None:
    """A day written as 2026-05-01, of a year that is asked about; None for anything else."""
    if not _DAY.fullmatch(text):
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if FIRST_YEAR <= day.year < LAST_YEAR else None


# Digits are those of ASCII: others, and a line's end, are read by int() but by nothing after it.
_YEAR = re.compile(r"([0-9]{4})")
_QUARTER = re.compile(r"([0-9]{4})-Q([1-4])", re.IGNORECASE)
_MONTH = re.compile(r"([0-9]{4})-([0-9]{2})")
_WEEK = re.compile(r"([0-9]{4})-W([0-9]{2})", re.IGNORECASE)
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_RANGE = re.compile(rf"({_DAY.pattern})\.\.({_DAY.pattern})")

_OTHERWISE = (
    (re.compile(r"(?:FY)?\W*(\d{4})\W*Q\W*([1-4])$", re.IGNORECASE), "{0}-Q{1}"),
    (re.compile(r"Q\W*([1-4])\W*(?:FY)?\W*(\d{4})$", re.IGNORECASE), "{1}-Q{0}"),
    (re.compile(r"FY\W*(\d{4})$", re.IGNORECASE), "{0}"),
    (re.compile(r"(\d{4})\W*W(?:EEK)?\W*(\d{1,2})$", re.IGNORECASE), "{0}-W{1:0>2}"),
    (re.compile(r"(\d{4})\W+M?(\d{1,2})$", re.IGNORECASE), "{0}-{1:0>2}"),
    (
        re.compile(rf"({_DAY.pattern})\W*(?:to|until|\W)\W*({_DAY.pattern})$", re.IGNORECASE),
        "{0}..{1}",
    ),
)
"""How people write periods elsewhere, and how each is written here."""


@dataclass(frozen=True, slots=True)
class FiscalCalendar:
    """The company's calendar.

    starts_in      month the fiscal year starts in, 1 to 12
    named_for      the calendar year a fiscal year is named for: the one it starts or ends in
    time_zone      IANA name; a day is a day there
    """

    starts_in: int = 1
    named_for: Literal["start", "end"] = "end"
    time_zone: str = "UTC"

    def year_start(self, year: int) -> date:
        """The first day of fiscal year `year`."""
        begins_before = self.named_for == "end" and self.starts_in > 1
        return date(year - 1 if begins_before else year, self.starts_in, 1)

    def year_of(self, day: date) -> int:
        """The fiscal year that holds `day`."""
        year = day.year + 1
        while self.year_start(year) > day:
            year -= 1
        return year

    def period(self, text: str) -> Period:
        """Read a period as people write it.

        Raises   PeriodUnknown if it is in none of the five forms, ends before it starts, or is
                 longer or further away than anything that is asked about
        """
        return checked_period(self._read(text.strip()))

    def _read(self, text: str) -> Period:
        try:
            if found := _YEAR.fullmatch(text):
                return self.year(int(found[1]))
            if found := _QUARTER.fullmatch(text):
                return self.quarter(int(found[1]), int(found[2]))
            if (found := _MONTH.fullmatch(text)) and 1 <= int(found[2]) <= 12:
                return self.month(int(found[1]), int(found[2]))
            if found := _WEEK.fullmatch(text):
                start = date.fromisocalendar(int(found[1]), int(found[2]), 1)
                key = f"{found[1]}-W{found[2]}"
                return Period(start, start + timedelta(days=7), key, Grain.WEEK)
            if found := _RANGE.fullmatch(text):
                start, end = date.fromisoformat(found[1]), date.fromisoformat(found[2])
                return Period(start, end, text)
        except (ValueError, OverflowError) as wrong:
            raise self._unknown(text) from wrong
        raise self._unknown(text)

    def _unknown(self, text: str) -> PeriodUnknown:
        return PeriodUnknown(
            "%(text)s is not a period.",
            remedy="Write 2026, 2026-Q1, 2026-03, 2026-W14 or 2026-01-15..2026-04-01.",
            near=self._meant(text),
            text=quoted(text),
        )

    def _meant(self, text: str) -> str | None:
        """The period that was probably meant: `2026-Q1` for `Q1 2026`."""
        for pattern, form in _OTHERWISE:
            found = pattern.match(text)
            if found is None or (meant := form.format(*found.groups())) == text:
                continue
            try:
                self.period(meant)
            except PeriodUnknown:
                continue
            return meant
        return None

    def year(self, year: int) -> Period:
        return Period(self.year_start(year), self.year_start(year + 1), f"{year:04d}", Grain.YEAR)

    def quarter(self, year: int, quarter: int) -> Period:
        start = months_after(self.year_start(year), 3 * (quarter - 1))
        return Period(start, months_after(start, 3), f"{year:04d}-Q{quarter}", Grain.QUARTER)

    def month(self, year: int, month: int) -> Period:
        """Month `month` of fiscal year `year`; with a January year, the calendar month."""
        start = months_after(self.year_start(year), month - 1)
        return Period(start, months_after(start, 1), f"{year:04d}-{month:02d}", Grain.MONTH)

    def containing(self, day: date, grain: Grain) -> Period:
        """The one period of that grain that holds `day`."""
        if grain is Grain.WEEK:
            iso = day.isocalendar()
            return self.period(f"{iso.year:04d}-W{iso.week:02d}")
        year = self.year_of(day)
        if grain is Grain.YEAR:
            return self.year(year)
        first = self.year_start(year)
        months = (day.year - first.year) * 12 + day.month - first.month
        if grain is Grain.MONTH:
            return self.month(year, months + 1)
        if grain is Grain.QUARTER:
            return self.quarter(year, months // 3 + 1)
        raise ValueError("a custom period is not part of a calendar")

    def before(self, period: Period) -> Period:
        """The neighbour before: the same grain, or the same number of days."""
        if period.grain is Grain.CUSTOM:
            start = period.start - timedelta(days=period.days)
            return Period(start, period.start, f"{start}..{period.start}")
        return self.containing(period.start - timedelta(days=1), period.grain)

    def after(self, period: Period) -> Period:
        """The neighbour after: the same grain, or the same number of days."""
        if period.grain is Grain.CUSTOM:
            end = period.end + timedelta(days=period.days)
            return Period(period.end, end, f"{period.end}..{end}")
        return self.containing(period.end, period.grain)

    def between(self, first: date, last: date, grain: Grain) -> Iterator[Period]:
        """The periods of that grain that hold any day from `first` to `last`, both included."""
        period = self.containing(first, grain)
        while period.start <= last:
            yield period
            period = self.after(period)

    def instant(self, day: date) -> datetime:
        """The UTC instant at which `day` starts in the company's time zone."""
        return datetime.combine(day, time(), ZoneInfo(self.time_zone)).astimezone(UTC)
