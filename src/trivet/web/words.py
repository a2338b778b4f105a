"""Numbers, money, days and periods as people read them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache

from babel.numbers import format_currency

from trivet.numbers.shared_metrics.figure import Figure, Unit
from trivet.vocabulary.money import Money, minor_digits
from trivet.vocabulary.period import Grain, Period

MINUS = "\N{MINUS SIGN}"
NO_NUMBER = "\N{EN DASH}"


@dataclass(frozen=True, slots=True)
class Amount:
    """A number and its unit, apart, so that the unit can stand back."""

    number: str
    unit: str

    def __str__(self) -> str:
        close = "" if self.unit in ("%", "\N{MULTIPLICATION SIGN}") else " "
        return f"{self.number}{close}{self.unit}" if self.unit else self.number


def amount(value: Fraction | None, unit: Unit, currency: str) -> Amount:
    """A value and its unit: `41.8` `%`, `58.0` `days`, `0.94` `×`, `$2,500` `a day`."""
    if value is None:
        return Amount(NO_NUMBER, "")
    if unit is Unit.SHARE:
        return Amount(decimal(value * 100, 1), "%")
    if unit is Unit.DAYS:
        return Amount(decimal(value, 1), "day" if value == 1 else "days")
    if unit is Unit.MULTIPLE:
        return Amount(decimal(value, 2), "\N{MULTIPLICATION SIGN}")
    if unit is Unit.COUNT:
        return Amount(decimal(value, 0 if value.denominator == 1 else 1), "")
    return Amount(money(round(value), currency), "a day" if unit is Unit.MONEY_A_DAY else "")


def plotted(value: Fraction | None, unit: Unit, currency: str) -> float | None:
    """A value in the unit its axis shows: percent, days, times, or major units of money."""
    if value is None:
        return None
    if unit is Unit.SHARE:
        return round(float(value * 100), 4)
    if unit in (Unit.MONEY_A_DAY, Unit.MONEY):
        return round(float(value) / 10 ** minor_digits(currency), 2)
    return round(float(value), 4)


def suffix(unit: Unit) -> str:
    """What follows the numbers of an axis."""
    return {Unit.SHARE: "%", Unit.DAYS: " d", Unit.MULTIPLE: "\N{MULTIPLICATION SIGN}"}.get(
        unit, ""
    )


def decimal(value: Fraction | Decimal | int, places: int) -> str:
    """Rounded half to even, with thousands marked and a true minus sign."""
    exact = Fraction(value)
    scaled = round(exact * 10**places)
    text = f"{Decimal(abs(scaled)).scaleb(-places):,.{places}f}"
    return f"{MINUS}{text}" if scaled < 0 else text


@lru_cache(maxsize=8192)
def money(minor: int, currency: str) -> str:
    """Whole major units, for tables and tiles: `$142,771`."""
    text = format_currency(
        Money(abs(minor), currency).major,
        currency,
        format="\N{CURRENCY SIGN}#,##0",
        locale="en_US",
        currency_digits=False,
    )
    return f"{MINUS}{text}" if minor < 0 else str(text)


@lru_cache(maxsize=2048)
def compact_money(minor: int, currency: str) -> str:
    """`$12.4M`, with a true minus sign."""
    text = Money(abs(minor), currency).compact()
    return f"{MINUS}{text}" if minor < 0 else text


def signed(text: str, positive: bool) -> str:
    """A plus before what rose; a minus is already there."""
    return f"+{text}" if positive else text


@dataclass(frozen=True, slots=True)
class Change:
    """How a figure moved against the period before.

    text     `+3.3 pts`, `\u22126.7 days`, or why there is none
    tone     good, bad or flat: by what is better for this metric, never by up or down
    arrow    up, down or none
    """

    text: str
    tone: str
    arrow: str
    compared_with: str
    size: Fraction = Fraction(0)


def change(now: Figure, before: Figure | None, rises: bool, currency: str) -> Change:
    """The change in points, days, times or money. A period that is not over is not compared."""
    label = period_words(before.period) if before is not None else ""
    if now.value is None:
        return Change("", "flat", "none", label)
    if now.status == "provisional":
        return Change("to date, not compared", "flat", "none", label)
    if before is None or before.value is None:
        return Change("nothing to compare with", "flat", "none", label)
    step = now.value - before.value
    if now.unit is Unit.SHARE:
        text = f"{decimal(step * 100, 1)} pts"
        visible = round(step * 1000) != 0
    elif now.unit is Unit.DAYS:
        text = f"{decimal(step, 1)} days"
        visible = round(step * 10) != 0
    elif now.unit is Unit.MULTIPLE:
        text = f"{decimal(step, 2)}\N{MULTIPLICATION SIGN}"
        visible = round(step * 100) != 0
    else:
        text = money(round(step), currency)
        visible = round(step) != 0
    if not visible:
        return Change("no change", "flat", "none", label)
    better = (step > 0) == rises
    return Change(
        signed(text, step > 0),
        "good" if better else "bad",
        "up" if step > 0 else "down",
        label,
        step if better else -step,
    )


def period_words(period: Period) -> str:
    """`Q3 2026`, `Sep 2026`, `FY 2026`, `week 14, 2026`, or its days."""
    if period.grain is Grain.QUARTER:
        year, quarter = period.key.split("-")
        return f"{quarter} {year}"
    if period.grain is Grain.MONTH:
        return f"{period.start:%b %Y}"
    if period.grain is Grain.WEEK:
        year, week = period.key.split("-W")
        return f"week {int(week)}, {year}"
    if period.grain is Grain.YEAR:
        return period.key
    return days_words(period)


def short_period(period: Period) -> str:
    """A period on an axis: `Q3 26`, `Sep 26`, `2026`."""
    if period.grain is Grain.QUARTER:
        year, quarter = period.key.split("-")
        return f"{quarter} {year[2:]}"
    if period.grain is Grain.MONTH:
        return f"{period.start:%b %y}"
    if period.grain is Grain.WEEK:
        return f"W{period.key[-2:]} {period.key[2:4]}"
    if period.grain is Grain.YEAR:
        return period.key
    return f"{period.start.day} {period.start:%b %y}"


def days_words(period: Period) -> str:
    """First and last day: `1 Jul \u2013 30 Sep 2026`."""
    first, last = period.start, period.last_day
    start = f"{first.day} {first:%b}" if first.year == last.year else day(first)
    return f"{start} {NO_NUMBER} {day(last)}"


def day(value: date) -> str:
    """`30 Sep 2026`."""
    return f"{value.day} {value:%b %Y}"


def ago(at: datetime, now: datetime | None = None) -> str:
    """`3 h ago` while it is recent, the day after a week."""
    aware = at if at.tzinfo else at.replace(tzinfo=UTC)
    passed = (now or datetime.now(UTC)) - aware
    if timedelta(0) <= passed < timedelta(minutes=2):
        return "just now"
    if timedelta(0) <= passed < timedelta(hours=1):
        return f"{passed.seconds // 60} min ago"
    if timedelta(0) <= passed < timedelta(days=1):
        return f"{passed.seconds // 3600} h ago"
    if timedelta(0) <= passed < timedelta(days=7):
        return f"{passed.days} day{'s' if passed.days > 1 else ''} ago"
    return day(aware.date())


def count(number: int, one: str, many: str = "") -> str:
    """`1 row`, `2,000 rows`."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"
