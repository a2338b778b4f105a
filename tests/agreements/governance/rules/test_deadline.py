"""A deadline is the close of business so many working days on, wherever the clocks change."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from trivet.agreements.governance.rules.deadline import (
    LONGEST,
    business_days_left,
    closing,
    deadline,
)
from trivet.numbers.workspace.company import Company

COMPANIES = st.builds(
    Company,
    name=st.just("Norvik"),
    currency=st.just("EUR"),
    time_zone=st.sampled_from(
        ["UTC", "Europe/Berlin", "America/New_York", "Africa/Cairo", "Australia/Lord_Howe",
         "Pacific/Apia", "Asia/Kolkata"]
    ),
    holidays=st.sampled_from([None, "DE-BY", "US", "EG", "AU"]),
    business_hours=st.sampled_from(["09:00-17:00", "00:00-00:30", "22:00-23:59", "01:00-02:30"]),
)  # fmt: skip
INSTANTS = st.datetimes(datetime(2024, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))


def is_working(day: date, company: Company) -> bool:
    return day.weekday() < 5 and not company.days_off(day, day)


def slow(asked_at: datetime, days: int, company: Company) -> date:
    day = asked_at.astimezone(ZoneInfo(company.time_zone)).date()
    while days:
        day += timedelta(days=1)
        days -= is_working(day, company)
    return day


@given(INSTANTS, st.integers(1, LONGEST), COMPANIES)
def test_it_is_that_many_working_days_on(asked_at, days, company):
    found = deadline(asked_at, days, company)
    assert found.on == slow(asked_at, days, company)
    assert found.at == closing(found.on, company)
    assert found.at > asked_at
    local = found.at.astimezone(ZoneInfo(company.time_zone))
    # The day of a closing time that the clocks skip is still that day.
    assert local.date() == found.on


@given(INSTANTS, st.integers(1, LONGEST), COMPANIES, st.integers(0, 60 * 24 * 40))
def test_days_left_begin_with_those_given_and_end_on_the_day(asked_at, days, company, minutes):
    due = deadline(asked_at, days, company)
    assert business_days_left(asked_at, due.on, company) == days
    now = asked_at + timedelta(minutes=minutes)
    left, day = 0, now.astimezone(ZoneInfo(company.time_zone)).date()
    while day < due.on:
        day += timedelta(days=1)
        left += is_working(day, company)
    assert business_days_left(now, due.on, company) == left


def test_a_holiday_and_a_weekend_are_not_counted():
    company = Company(name="N", currency="EUR", time_zone="Europe/Berlin", holidays="DE")
    # Good Friday and Easter Monday of 2026 are 3 and 6 April.
    found = deadline(datetime(2026, 4, 1, 9, tzinfo=UTC), 2, company)
    assert found.on == date(2026, 4, 7)
    assert found.at == datetime(2026, 4, 7, 15, tzinfo=UTC)
