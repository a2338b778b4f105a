"""Numbers, money, days and periods as people read them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache

from babel.numbers import format_currency
from django.utils.dates import MONTHS_3
from django.utils.translation import gettext, gettext_noop, ngettext

from trivet.agreements.language import said
from trivet.numbers.shared_metrics.figure import Factor, Figure, Unit
from trivet.vocabulary.function import Function
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
        return Amount(decimal(value, 1), ngettext("day", "days", 1 if value == 1 else 2))
    if unit is Unit.HOURS:
        return _hours(value)
    if unit is Unit.MULTIPLE:
        return Amount(decimal(value, 2), "\N{MULTIPLICATION SIGN}")
    if unit is Unit.COUNT:
        return Amount(decimal(value, 0 if value.denominator == 1 else 1), "")
    return Amount(
        money(round(value), currency), gettext("a day") if unit is Unit.MONEY_A_DAY else ""
    )


def _hours(value: Fraction) -> Amount:
    """Below an hour in minutes: 0.1 hours is nothing that anybody has felt."""
    if abs(value) < 1:
        minutes = round(value * 60)
        return Amount(decimal(minutes, 0), ngettext("minute", "minutes", minutes))
    return Amount(decimal(value, 1), ngettext("hour", "hours", 1 if value == 1 else 2))


def side(value: Fraction | int | None, unit: Unit, currency: str, *, short: bool = False) -> str:
    """One side of a figure in its unit: `$12,400`, `98`, `6,174 days`.

    short   money as `$12.4M`
    """
    if value is None:
        return NO_NUMBER
    if unit is Unit.MONEY:
        return (compact_money if short else money)(round(value), currency)
    text = _plain_decimal(Fraction(value))
    if unit is Unit.DAYS:
        said = ngettext("%(number)s day", "%(number)s days", 1 if value == 1 else 2)
        return said % {"number": text}
    return text


def _plain_decimal(value: Fraction) -> str:
    text = decimal(value, 2)
    return text.rstrip("0").rstrip(".") if "." in text else text


def product(factors: Sequence[Factor], currency: str, *, short: bool = False) -> str:
    """What a figure is multiplied from: `20 \u00d7 25.0% \u00d7 $40,000 \u00f7 80.0 days`.

    short   `20 \u00d7 25.0% \u00d7 $40K \u00f7 80 days`, for where there is little room
    """
    text = ""
    for factor in factors:
        sign = "\N{DIVISION SIGN}" if factor.divides else "\N{MULTIPLICATION SIGN}"
        text += f" {sign} " if text else ""
        if short and factor.unit is Unit.MONEY:
            text += compact_money(round(factor.value), currency)
        elif short and factor.unit is Unit.DAYS:
            text += side(round(factor.value), factor.unit, currency)
        else:
            text += str(amount(factor.value, factor.unit, currency))
    return text


def sides(figure: Figure, units: tuple[Unit, Unit], currency: str, *, short: bool = True) -> str:
    """What a figure is made of, in short: `$12K of $3.4M`, or the factors of a product.

    units   of its numerator and its denominator
    """
    if figure.factors:
        return product(figure.factors, currency, short=short)
    said = {
        "part": side(figure.numerator, units[0], currency, short=short),
        "whole": side(figure.denominator, units[1], currency, short=short),
    }
    if units == (Unit.DAYS, Unit.COUNT):
        return gettext("%(part)s over %(whole)s records") % said
    return gettext("%(part)s of %(whole)s") % said


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
    return {
        Unit.SHARE: "%",
        Unit.DAYS: gettext(" d"),
        Unit.HOURS: gettext(" h"),
        Unit.MULTIPLE: "\N{MULTIPLICATION SIGN}",
    }.get(unit, "")


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


def held(figure: Figure) -> str:
    """By what its definition is in force: `agreed v3`, `ruled v3`; '' for a draft."""
    if not figure.agreed:
        return ""
    said = gettext("ruled v%(version)s") if figure.by_ruling else gettext("agreed v%(version)s")
    return said % {"version": figure.agreed_version}


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
        return Change(gettext("to date, not compared"), "flat", "none", label)
    if before is None or before.value is None:
        return Change(gettext("nothing to compare with"), "flat", "none", label)
    if now.definition_hash != before.definition_hash:
        # What moved may be the definition and not the business.
        return Change(gettext("another definition before, not compared"), "flat", "none", label)
    step = now.value - before.value
    if now.unit is Unit.SHARE:
        text = gettext("%(number)s pts") % {"number": decimal(step * 100, 1)}
        visible = round(step * 1000) != 0
    elif now.unit is Unit.DAYS:
        text = gettext("%(number)s days") % {"number": decimal(step, 1)}
        visible = round(step * 10) != 0
    elif now.unit is Unit.MULTIPLE:
        text = f"{decimal(step, 2)}\N{MULTIPLICATION SIGN}"
        visible = round(step * 100) != 0
    else:
        text = money(round(step), currency)
        visible = round(step) != 0
    if not visible:
        return Change(gettext("no change"), "flat", "none", label)
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
        return f"{month(period.start)} {period.start.year}"
    if period.grain is Grain.WEEK:
        year, week = period.key.split("-W")
        return gettext("week %(week)s, %(year)s") % {"week": int(week), "year": year}
    if period.grain is Grain.YEAR:
        return period.key
    return days_words(period)


DIMENSIONS = {
    "sourced_by": gettext_noop("Sourced by"),
    "deal_type": gettext_noop("Deal type"),
    "outcome": gettext_noop("Outcome"),
    "movement": gettext_noop("Movement"),
    "lead_type": gettext_noop("Lead type"),
}
"""Dimensions that a metric's own rows carry."""

FUNCTIONS = {function.value: function.title for function in Function}


def dimension(name: str) -> str:
    """A dimension of a metric's own rows, as a heading."""
    return sentence(DIMENSIONS.get(name, "")) or spoken(name)


def dimension_value(name: str, value: str) -> str:
    """A value of a dimension: our own words are spoken, the company's stand as they are."""
    if not value:
        return gettext("not filled in")
    return own_word(value) if name in DIMENSIONS else value


def own_word(value: str) -> str:
    """One of our own words, functions by their titles."""
    return sentence(FUNCTIONS.get(value, "")) or spoken(value)


SHORT_WORDS = {
    "arr": "ARR",
    "acv": "ACV",
    "tcv": "TCV",
    "net arr": "Net ARR",
    "crm": "CRM",
    "map": "MAP",
    "cs": "CS",
    "csm": "CSM",
}


@lru_cache(maxsize=2048)
def plain(name: str) -> str:
    """A name of ours as words, in English: `net_arr` is "Net ARR"."""
    plain = name.replace("_", " ").strip()
    if plain.lower() in SHORT_WORDS:
        return SHORT_WORDS[plain.lower()]
    if "." in plain or "/" in plain:
        return plain
    found = plain[:1].upper() + plain[1:]
    for short in ("Arr ", "Acv ", "Mql", "Sql", "Sla", "Crm "):
        found = found.replace(short, short.upper())
    return found


def spoken(name: str) -> str:
    """One of our own words as a person says it: `no_decision` is "No decision"."""
    return sentence(plain(name))


def short_period(period: Period) -> str:
    """A period on an axis: `Q3 26`, `Sep 26`, `2026`."""
    if period.grain is Grain.QUARTER:
        year, quarter = period.key.split("-")
        return f"{quarter} {year[2:]}"
    if period.grain is Grain.MONTH:
        return f"{month(period.start)} {period.start:%y}"
    if period.grain is Grain.WEEK:
        return f"W{period.key[-2:]} {period.key[2:4]}"
    if period.grain is Grain.YEAR:
        return period.key
    return f"{period.start.day} {month(period.start)} {period.start:%y}"


def days_words(period: Period) -> str:
    """First and last day: `1 Jul \u2013 30 Sep 2026`."""
    first, last = period.start, period.last_day
    start = f"{first.day} {month(first)}" if first.year == last.year else day(first)
    return f"{start} {NO_NUMBER} {day(last)}"


def month(value: date) -> str:
    """`Sep`."""
    return str(MONTHS_3[value.month]).title()


def day(value: date) -> str:
    """`30 Sep 2026`."""
    return f"{value.day} {month(value)} {value.year}"


def ago(at: datetime, now: datetime | None = None) -> str:
    """`3 h ago` while it is recent, the day after a week."""
    aware = at if at.tzinfo else at.replace(tzinfo=UTC)
    passed = (now or datetime.now(UTC)) - aware
    if timedelta(0) <= passed < timedelta(minutes=2):
        return gettext("just now")
    if timedelta(0) <= passed < timedelta(hours=1):
        return gettext("%(number)s min ago") % {"number": passed.seconds // 60}
    if timedelta(0) <= passed < timedelta(days=1):
        return gettext("%(number)s h ago") % {"number": passed.seconds // 3600}
    if timedelta(0) <= passed < timedelta(days=7):
        said = ngettext("%(number)s day ago", "%(number)s days ago", passed.days)
        return said % {"number": passed.days}
    return day(aware.date())


def rows(number: int) -> str:
    """`1 row`, `2,000 rows`."""
    return ngettext("%(count)s row", "%(count)s rows", number) % {"count": f"{number:,}"}


def records(number: int) -> str:
    """`1 record`, `2,000 records`."""
    return ngettext("%(count)s record", "%(count)s records", number) % {"count": f"{number:,}"}


def records_otherwise(number: int) -> str:
    """`1 record counts otherwise`."""
    said = ngettext(
        "%(count)s record counts otherwise", "%(count)s records count otherwise", number
    )
    return said % {"count": f"{number:,}"}


def accounts(number: int) -> str:
    """`1 account`, `2,000 accounts`."""
    return ngettext("%(count)s account", "%(count)s accounts", number) % {"count": f"{number:,}"}


def customers(number: int) -> str:
    """`1 customer`, `2,000 customers`."""
    return ngettext("%(count)s customer", "%(count)s customers", number) % {"count": f"{number:,}"}


def opportunities(number: int) -> str:
    """`1 opportunity`, `2,000 opportunities`."""
    said = ngettext("%(count)s opportunity", "%(count)s opportunities", number)
    return said % {"count": f"{number:,}"}


def sentence(text: str) -> str:
    """A sentence that the numbers brought, in the reader's language if it is known in it."""
    return said(text)
