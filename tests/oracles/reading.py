"""Read the values of a recorded row: text and numbers to days, instants and minor units.

Only the list of canonical columns is shared with the product; every rule is written again here.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal
from zoneinfo import ZoneInfo

DIGITS = {"JPY": 0, "KWD": 3}
ONE_TICK = timedelta(microseconds=1)


def minor_units(amount: object, currency: str) -> int:
    scaled = Decimal(str(amount)).scaleb(DIGITS.get(currency, 2))
    return int(scaled.to_integral_value(ROUND_HALF_EVEN))


def half_away_from_zero(value: Decimal) -> int:
    return int(value.to_integral_value(ROUND_HALF_UP))


def day_starts(day: date, zone: str) -> datetime:
    """The instant, UTC without a zone, at which the day starts in `zone`."""
    return datetime.combine(day, time(), ZoneInfo(zone)).astimezone(UTC).replace(tzinfo=None)


def day_ends(day: date, zone: str) -> datetime:
    """The last tick of the day in `zone`."""
    return day_starts(day + timedelta(days=1), zone) - ONE_TICK


def local_day(instant: datetime, zone: str) -> date:
    return instant.replace(tzinfo=UTC).astimezone(ZoneInfo(zone)).date()


def read_day(value: object) -> date | None:
    if value is None or value == "":
        return None
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    return date.fromisoformat(str(value)[:10])


def read_instant(value: object, zone: str) -> datetime | None:
    """An instant as UTC; without a zone it is the company's own clock, a day its midnight."""
    if value is None or value == "":
        return None
    if isinstance(value, datetime):
        at = value
    elif isinstance(value, date):
        at = datetime.combine(value, time())
    else:
        at = datetime.fromisoformat(str(value))
    if at.tzinfo is None:
        at = at.replace(tzinfo=ZoneInfo(zone))
    return at.astimezone(UTC).replace(tzinfo=None)


def months_before(day: date, months: int) -> date:
    """The same day of the month, months earlier; its last day when there is none such."""
    year, month = day.year, day.month - months
    while month < 1:
        year, month = year - 1, month + 12
    while month > 12:
        year, month = year + 1, month - 12
    last = 31
    while True:
        try:
            return date(year, month, min(day.day, last))
        except ValueError:
            last -= 1


def months_later(day: date, months: int) -> date:
    return months_before(day, -months)


def window_start(last: date, months: int) -> date:
    """The first day of the window of so many months that ends with `last`.

    The day after the same day, months earlier; a month's end follows a month's end.
    """
    return same_day_before(last, months) + timedelta(days=1)


def same_day_before(day: date, months: int) -> date:
    """The same day months earlier; of a month's last day, the earlier month's last day."""
    is_month_end = (day + timedelta(days=1)).day == 1
    earlier = months_before(day, months)
    while is_month_end and (earlier + timedelta(days=1)).day != 1:
        earlier += timedelta(days=1)
    return earlier


def has_no_hour(value: object) -> bool:
    """Whether an instant is written as a day, or as the midnight that stands for one."""
    text = value.isoformat() if isinstance(value, date) else str(value)
    if len(text) == 10:
        return True
    at = datetime.fromisoformat(text)
    return (at.hour, at.minute, at.second, at.microsecond) == (0, 0, 0, 0)


def working_days(first: date, after_last: date, days_off: frozenset[date]) -> int:
    """Working days from `first` up to, and without, `after_last`."""
    count, day = 0, first
    while day < after_last:
        if day.weekday() < 5 and day not in days_off:
            count += 1
        day += timedelta(days=1)
    return count


def nth_working_day(day: date, count: int, days_off: frozenset[date]) -> date:
    while True:
        if day.weekday() < 5 and day not in days_off:
            count -= 1
            if count == 0:
                return day
        day += timedelta(days=1)
