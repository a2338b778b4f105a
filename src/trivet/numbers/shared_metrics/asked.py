"""What is asked, as small tables that the SQL reads: periods, their days, their windows.

Time never enters SQL by itself: the date of knowledge, the closing of the books and the days of
each period all come from here, so that a past period gives the same rows again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import pyarrow as pa

from trivet.errors import CountingUnknown
from trivet.numbers.workspace.settings import Settings
from trivet.vocabulary.business_day import business_day_after
from trivet.vocabulary.period import FIRST_YEAR, LAST_YEAR, Grain, Period, months_before_end

_INSTANT = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Asked:
    """Some periods, and the instant whose knowledge answers.

    as_of_at   UTC without zone, the last instant that is known
    as_of_on   its day in the company's time zone
    """

    periods: tuple[Period, ...]
    as_of_at: datetime
    as_of_on: date
    settings: Settings

    @classmethod
    def of(
        cls, periods: Sequence[Period], settings: Settings, data_as_of: datetime, as_of: date | None
    ) -> Asked:
        """Ask with what was known at the end of `as_of`, or with all that is known.

        Raises   CountingUnknown for a day of a time nobody asks about
        """
        known = data_as_of
        if as_of is not None:
            check_as_of(as_of)
            known = min(known, end_of(settings, as_of))
            as_of_on = as_of
        else:
            as_of_on = local_day(settings, known)
        return cls(tuple(periods), known, as_of_on, settings)

    def books_close_on(self, period: Period) -> date:
        """The working day of the next period on which this one's books close."""
        count = self.settings.company.book_cutoff_business_day
        off = self.settings.company.days_off(period.end, period.end + timedelta(days=60))
        return business_day_after(period.end, count, off)

    def checked_on(self, period: Period) -> date:
        """The working day of the period itself on which its coverage is asked."""
        count = self.settings.company.book_cutoff_business_day
        off = self.settings.company.days_off(period.start, period.start + timedelta(days=60))
        return business_day_after(period.start, count, off)

    def is_provisional(self, period: Period) -> bool:
        """Whether the period's books were still open at the instant of knowledge."""
        return self.as_of_at < end_of(self.settings, self.books_close_on(period))

    def periods_table(self) -> pa.Table:
        rows = self.periods
        cutoffs = [min(self.as_of_at, end_of(self.settings, self.books_close_on(p))) for p in rows]
        opens = [min(self.as_of_at, end_of(self.settings, p.last_day)) for p in rows]
        return pa.table(
            {
                "period_key": pa.array([p.key for p in rows], pa.string()),
                "starts_on": pa.array([p.start for p in rows], pa.date32()),
                "last_on": pa.array([p.last_day for p in rows], pa.date32()),
                "ends_on": pa.array([p.end for p in rows], pa.date32()),
                "cutoff_at": pa.array(cutoffs, pa.timestamp("us")),
                "open_at": pa.array(opens, pa.timestamp("us")),
                "as_of_on": pa.array([self.as_of_on] * len(rows), pa.date32()),
            }
        )

    def days_table(self) -> pa.Table:
        keys: list[str] = []
        days: list[date] = []
        for period in self.periods:
            for offset in range(period.days):
                keys.append(period.key)
                days.append(period.start + timedelta(days=offset))
        return pa.table(
            {"period_key": pa.array(keys, pa.string()), "day": pa.array(days, pa.date32())}
        )

    def windows_table(self, months: int, method: str) -> pa.Table:
        """The windows that retention compares: one a period, or several where a method asks so.

        A period still running is compared up to the last known day. Windows of the same two
        days have the same `window_no`, whichever periods they are of.
        """
        numbers: dict[tuple[date, date], int] = {}
        keys: list[str] = []
        owners: list[str] = []
        openings: list[date] = []
        closings: list[date] = []
        for period in self.periods:
            for key, opens, closes in self._windows(period, months, method):
                keys.append(key)
                owners.append(period.key)
                openings.append(opens)
                closings.append(closes)
        return pa.table(
            {
                "window_no": pa.array(
                    [
                        numbers.setdefault(pair, len(numbers))
                        for pair in zip(openings, closings, strict=True)
                    ],
                    pa.int32(),
                ),
                "window_key": pa.array(keys, pa.string()),
                "period_key": pa.array(owners, pa.string()),
                "opening_on": pa.array(openings, pa.date32()),
                "closing_on": pa.array(closings, pa.date32()),
            }
        )

    def openings(self, period: Period, months: int, method: str) -> list[date]:
        """The first days of the windows of one period."""
        return [opens for _, opens, _ in self._windows(period, months, method)]

    def _windows(self, period: Period, months: int, method: str) -> list[tuple[str, date, date]]:
        """Key, opening and closing day of each window; of a month's end it is a month's end."""
        last = min(period.last_day, self.as_of_on)
        if method == "monthly_compounded":
            return [
                (
                    f"{period.key} month {months - back}",
                    months_before_end(last, back + 1),
                    months_before_end(last, back),
                )
                for back in range(months)
            ]
        if method == "trailing_4_quarter_average":
            return [
                (
                    f"{period.key} quarter {4 - back}",
                    months_before_end(last, 3 * back + months),
                    months_before_end(last, 3 * back),
                )
                for back in range(4)
            ]
        return [(period.key, months_before_end(last, months), last)]

    def arr_days_table(self, windows: pa.Table) -> pa.Table:
        """Every opening and closing day, and the day since which a price rise is of its window."""
        since: dict[date, date] = {}
        for row in windows.to_pylist():
            since.setdefault(row["opening_on"], row["opening_on"])
            since[row["closing_on"]] = min(
                row["opening_on"], since.get(row["closing_on"], row["opening_on"])
            )
        return pa.table(
            {
                "day": pa.array(list(since), pa.date32()),
                "since": pa.array(list(since.values()), pa.date32()),
            }
        )


def asked_together(
    metric_id: str,
    periods: Sequence[Period],
    settings: Settings,
    data_as_of: datetime,
    as_of: date | None,
) -> list[Asked]:
    """One question for all periods; coverage asks each period on its own day (decision 0028)."""
    whole = Asked.of(periods, settings, data_as_of, as_of)
    if metric_id != "pipeline_coverage" or as_of is not None:
        return [whole]
    # A year and its first quarter are checked on one day, and asked together.
    together: dict[date | None, list[Period]] = {}
    for period in periods:
        day = whole.checked_on(_running(whole, period))
        together.setdefault(day if day <= whole.as_of_on else None, []).append(period)
    return [Asked.of(theirs, settings, data_as_of, day) for day, theirs in together.items()]


def check_as_of(day: date) -> None:
    """Raises   CountingUnknown for a day of a time nobody asks about"""
    if not FIRST_YEAR <= day.year < LAST_YEAR:
        raise CountingUnknown(
            "What was known on %(day)s cannot be said.",
            remedy="Choose a day of the years %(first)s to %(last)s.",
            day=day,
            first=FIRST_YEAR,
            last=LAST_YEAR - 1,
        )


def horizon(settings: Settings, period: Period, day: date) -> int:
    """How many periods of its length ahead of the one holding `day` it lies; 0 if it has begun."""
    ahead = 0
    while period.start > day and period.grain is not Grain.CUSTOM:
        period = settings.calendar.before(period)
        ahead += 1
    return ahead


def same_day_before(asked: Asked, period: Period) -> tuple[Period, date] | None:
    """The period before, and its day with as many working days behind it; None where there is none.

    asked   of `period`, which holds its last known day
    """
    if period.grain is Grain.CUSTOM:
        return None
    before = asked.settings.calendar.before(period)
    company = asked.settings.company
    count = sum(
        business_day_after(day, 1, company.days_off(day, day)) == day
        for day in (period.start + timedelta(days=n) for n in range(period.days))
        if day <= asked.as_of_on
    )
    if count == 0:
        return before, before.start
    off = company.days_off(before.start, before.end + timedelta(days=60))
    return before, min(business_day_after(before.start, count, off), before.last_day)


def _running(asked: Asked, period: Period) -> Period:
    """The period itself once it has begun; else the one of its length that runs today."""
    if period.start <= asked.as_of_on or period.grain is Grain.CUSTOM:
        return period
    return asked.settings.calendar.containing(asked.as_of_on, period.grain)


def end_of(settings: Settings, day: date) -> datetime:
    """The last instant of a day in the company's time zone, as naive UTC."""
    following = settings.calendar.instant(day + timedelta(days=1))
    return following.astimezone(UTC).replace(tzinfo=None) - _INSTANT


def local_day(settings: Settings, instant: datetime) -> date:
    """The company's day that holds a naive UTC instant."""
    from zoneinfo import ZoneInfo

    zone = ZoneInfo(settings.company.time_zone)
    return instant.replace(tzinfo=UTC).astimezone(zone).date()
