"""A period is what somebody can mean; anything else is refused with what to write instead."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trivet.errors import PeriodUnknown
from trivet.vocabulary.period import (
    LONGEST_YEARS,
    FiscalCalendar,
    Grain,
    Period,
    checked_period,
    read_day,
)

CALENDAR = FiscalCalendar()
AWAY = FiscalCalendar(starts_in=2, time_zone="Pacific/Auckland")


@pytest.mark.parametrize("calendar", [CALENDAR, AWAY])
@pytest.mark.parametrize(
    "text", ["1900", "1900-Q4", "2199-Q1", "2199-W01", "1950-01-01..2050-01-01"]
)
def test_whoever_asks_about_any_year_of_three_centuries_gets_an_answer(
    calendar: FiscalCalendar, text: str
) -> None:
    # Another fiscal year 1900 begins in 1899.
    found = calendar.period(text.replace("1900", "1901"))
    # What pages and metrics reach for from it is a date, too.
    for grain in (Grain.WEEK, Grain.MONTH, Grain.QUARTER, Grain.YEAR):
        calendar.containing(found.start, grain)
    assert calendar.before(found).end == found.start
    assert calendar.after(found).start == found.end
    assert calendar.instant(found.start) < calendar.instant(found.end)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("0001", "does not lie between 1900-01-01 and 2200-01-01"),
        ("1899", "does not lie between"),
        ("2200", "does not lie between"),
        ("9998-Q4", "does not lie between"),
        ("0000", "is not a period"),
        ("0000-Q1", "is not a period"),
        ("9999", "is not a period"),
        ("9999-12-31", "is not a period"),
        ("9999-12-30..9999-12-31", "does not lie between"),
        ("1000-01-01..9000-01-01", "does not lie between"),
        ("1950-01-01..2050-01-02", "is longer than 100 years"),
        ("2026-Q5", "is not a period"),
        ("2026-13", "is not a period"),
        ("2026-W54", "is not a period"),
        ("2026-02-30..2026-03-01", "is not a period"),
        ("2026-03-01..2026-02-01", "not after its start"),
        ("２０２６", "is not a period"),
        ("٢٠٢٦", "is not a period"),
        ("", "is not a period"),
        ("9" * 5_000, "is not a period"),
    ],
)
def test_what_nobody_can_mean_is_refused_and_read_on_one_line(text: str, says: str) -> None:
    with pytest.raises(PeriodUnknown, match=says) as refused:
        CALENDAR.period(text)
    assert len(str(refused.value)) < 300
    assert refused.value.remedy


@given(st.text(st.sampled_from("0123456789-QqWw.. \n"), max_size=24) | st.text(max_size=40))
def test_no_text_breaks_the_calendar(text: str) -> None:
    for calendar in (CALENDAR, AWAY):
        try:
            found = calendar.period(text)
        except PeriodUnknown:
            continue
        assert 1900 <= found.start.year < 2200
        assert found.days <= LONGEST_YEARS * 366


@given(st.dates(), st.dates())
def test_nor_does_a_period_that_a_notebook_makes(start: date, end: date) -> None:
    try:
        found = checked_period(Period(start, end, f"{start}..{end}"))
    except PeriodUnknown:
        return
    assert found.days <= LONGEST_YEARS * 366


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-05-01", date(2026, 5, 1)),
        ("0001-01-01", None),
        ("9999-12-31", None),
        ("2026-W01-1", None),
        ("20260501", None),
        ("2026-02-30", None),
        ("2026-05-01\n", None),
        ("2026-05-01 ", None),
    ],
)
def test_a_day_is_written_in_one_way(text: str, day: date | None) -> None:
    assert read_day(text) == day
