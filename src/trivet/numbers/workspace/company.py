"""The company whose numbers these are: its money, its calendar and its working time."""

from __future__ import annotations

import re
from datetime import date, time
from functools import cache
from typing import Literal
from zoneinfo import ZoneInfo

import holidays
from babel.numbers import list_currencies
from pydantic import Field, field_validator

from trivet.numbers.workspace.part import Part, Whole, unknown
from trivet.vocabulary.period import FiscalCalendar

_HOURS = re.compile(r"([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]):([0-5]\d)")


def checked_currency(code: str) -> str:
    """The ISO 4217 code in capitals; ValueError if there is none such."""
    if code.upper() not in list_currencies():
        raise ValueError(f"{code!r} is not an ISO 4217 currency code; write for example USD or EUR")
    return code.upper()


def checked_time_zone(name: str) -> str:
    """The IANA name itself; ValueError if this machine's time zone list does not have it."""
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError) as wrong:
        raise ValueError(
            f"{name!r} is not an IANA time zone; write for example Europe/Berlin or UTC"
        ) from wrong
    return name


class Company(Part):
    """`[company]`.

    currency                    the reporting currency, ISO 4217
    time_zone                   a day is a day there
    fiscal_year_starts          month, 1 to 12
    fiscal_year_named_for       the calendar year a fiscal year is named for
    holidays                    country, or country-subdivision, of public holidays (`US`, `DE-BY`)
    business_hours              `HH:MM-HH:MM`, Monday to Friday, in the company's time zone
    book_cutoff_business_day    working day of the next period on which a period's books close
    """

    name: str = Field(min_length=1)
    currency: str
    time_zone: str = "UTC"
    fiscal_year_starts: Whole = Field(default=1, ge=1, le=12)
    fiscal_year_named_for: Literal["start", "end"] = "end"
    holidays: str | None = None
    business_hours: str = "09:00-17:00"
    book_cutoff_business_day: Whole = Field(default=5, ge=1, le=20)

    _currency = field_validator("currency")(checked_currency)
    _time_zone = field_validator("time_zone")(checked_time_zone)

    @field_validator("holidays")
    @classmethod
    def _known_country(cls, code: str | None) -> str | None:
        if code is None:
            return None
        country, _, subdivision = code.partition("-")
        countries = holidays.list_supported_countries()
        if country not in countries:
            raise ValueError(unknown("country of public holidays", code, sorted(countries)))
        if subdivision and subdivision not in countries[country]:
            raise ValueError(unknown(f"part of {country}", subdivision, countries[country]))
        return code

    @field_validator("business_hours")
    @classmethod
    def _opens_before_it_closes(cls, hours: str) -> str:
        found = _HOURS.fullmatch(hours)
        if not found or hours[:5] >= hours[6:]:
            raise ValueError(f"{hours!r} is not a span of a day; write for example 09:00-17:00")
        return hours

    @property
    def calendar(self) -> FiscalCalendar:
        return FiscalCalendar(self.fiscal_year_starts, self.fiscal_year_named_for, self.time_zone)

    @property
    def opens(self) -> time:
        return time.fromisoformat(self.business_hours[:5])

    @property
    def closes(self) -> time:
        return time.fromisoformat(self.business_hours[6:])

    def days_off(self, first: date, last: date) -> frozenset[date]:
        """Public holidays from `first` to `last`, both included; none when no country is set."""
        if self.holidays is None:
            return frozenset()
        known = _public_holidays(self.holidays, first.year, last.year)
        return frozenset(day for day in known if first <= day <= last)


@cache
def _public_holidays(place: str, first_year: int, last_year: int) -> frozenset[date]:
    """The holidays of a country, or of a part of it, `US-NY`; found once for the same years."""
    country, _, subdivision = place.partition("-")
    found = holidays.country_holidays(
        country, subdiv=subdivision or None, years=range(first_year, last_year + 1)
    )
    return frozenset(found)
