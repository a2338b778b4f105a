from __future__ import annotations

from datetime import date, time

from trivet.numbers.workspace.company import Company


def test_public_holidays_are_those_of_the_country_and_its_part():
    company = Company(name="Norvik Analytics", currency="EUR", holidays="DE-BY")
    days = company.days_off(date(2026, 1, 1), date(2026, 1, 31))
    assert days == {date(2026, 1, 1), date(2026, 1, 6)}


def test_without_a_country_every_weekday_is_a_working_day():
    company = Company(name="Norvik Analytics", currency="EUR")
    assert company.days_off(date(2026, 1, 1), date(2026, 12, 31)) == frozenset()


def test_business_hours_are_times_of_day():
    company = Company(name="Norvik Analytics", currency="eur", business_hours="08:30-18:00")
    assert (company.opens, company.closes, company.currency) == (time(8, 30), time(18), "EUR")
