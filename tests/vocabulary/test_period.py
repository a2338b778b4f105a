"""A period is what somebody can mean; anything else is refused with what to write instead.

How it is written elsewhere is answered with how it is written here. Windows of months
end with their last day, and a month's end stays a month's end.
"""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta

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
    is_month_end,
    months_before_end,
    read_day,
)

CALENDAR = FiscalCalendar()
AWAY = FiscalCalendar(starts_in=2, time_zone="Pacific/Auckland")
FROM_FEBRUARY = FiscalCalendar(starts_in=2)


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


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("2026Q1", "2026-Q1"),
        ("Q1 2026", "2026-Q1"),
        ("q4-2025", "2025-Q4"),
        ("FY2026", "2026"),
        ("FY 2026 Q2", "2026-Q2"),
        ("2026-3", "2026-03"),
        ("2026/03", "2026-03"),
        ("2026W5", "2026-W05"),
        ("2026-01-15 to 2026-04-01", "2026-01-15..2026-04-01"),
        ("2026-01-15/2026-04-01", "2026-01-15..2026-04-01"),
    ],
)
def test_a_period_written_as_elsewhere_is_refused_with_how_it_is_written_here(typed, meant):
    with pytest.raises(PeriodUnknown) as refused:
        FROM_FEBRUARY.period(typed)
    assert repr(typed) in refused.value.happened
    assert refused.value.remedy.startswith(f"Did you mean {meant!r}? Write 2026")
    assert FROM_FEBRUARY.period(meant).key == meant


@pytest.mark.parametrize(
    "typed", ["2026-Q5", "2026-13", "2026-W60", "last quarter", "", "2026-03-01", "March 2026"]
)
def test_a_period_that_there_is_none_like_is_answered_with_the_forms_alone(typed):
    with pytest.raises(PeriodUnknown) as refused:
        FROM_FEBRUARY.period(typed)
    assert refused.value.remedy.startswith("Write 2026, ")


FOUR_YEARS = [date(2023, 3, 1) + timedelta(days=n) for n in range(4 * 365 + 1)]
MONTH_ENDS = [day for day in FOUR_YEARS if day.day == monthrange(day.year, day.month)[1]]
WINDOWS = [1, 3, 6, 12, 24]


def test_the_ends_of_months_are_those_of_the_calendar():
    assert [day for day in FOUR_YEARS if is_month_end(day)] == MONTH_ENDS
    assert len(MONTH_ENDS) == 48


@pytest.mark.parametrize("months", WINDOWS)
def test_a_window_that_ends_with_a_month_holds_whole_months(months):
    for last in MONTH_ENDS:
        before = months_before_end(last, months)
        held = [before + timedelta(days=n) for n in range(1, (last - before).days + 1)]
        assert is_month_end(before)
        assert (held[0].day, held[-1]) == (1, last)
        assert len({(day.year, day.month) for day in held}) == months


@pytest.mark.parametrize("months", WINDOWS)
def test_windows_end_to_end_hold_every_day_once(months):
    for last in MONTH_ENDS:
        before = months_before_end(last, months)
        assert months_before_end(before, months) == months_before_end(last, 2 * months)


@pytest.mark.parametrize("months", WINDOWS)
def test_within_a_month_the_window_ends_on_the_same_day_of_the_month(months):
    for last in FOUR_YEARS:
        if not is_month_end(last) and last.day <= 28:
            assert months_before_end(last, months).day == last.day


@pytest.mark.parametrize(
    ("last", "months", "before"),
    [
        (date(2026, 6, 30), 3, date(2026, 3, 31)),
        (date(2021, 2, 28), 12, date(2020, 2, 29)),
        (date(2020, 2, 29), 12, date(2019, 2, 28)),
        (date(2024, 2, 28), 12, date(2023, 2, 28)),
        (date(2026, 5, 30), 3, date(2026, 2, 28)),
    ],
)
def test_the_days_that_went_wrong(last, months, before):
    assert months_before_end(last, months) == before
