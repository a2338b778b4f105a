"""A period is read as it is written here, and how it is written elsewhere is answered with that."""

from __future__ import annotations

import pytest

from trivet.errors import PeriodUnknown
from trivet.vocabulary.period import FiscalCalendar

CALENDAR = FiscalCalendar(starts_in=2)


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
        CALENDAR.period(typed)
    assert repr(typed) in refused.value.happened
    assert refused.value.remedy.startswith(f"Did you mean {meant!r}? Write 2026")
    assert CALENDAR.period(meant).key == meant


@pytest.mark.parametrize(
    "typed", ["2026-Q5", "2026-13", "2026-W60", "last quarter", "", "2026-03-01", "March 2026"]
)
def test_a_period_that_there_is_none_like_is_answered_with_the_forms_alone(typed):
    with pytest.raises(PeriodUnknown) as refused:
        CALENDAR.period(typed)
    assert refused.value.remedy.startswith("Write 2026, ")
