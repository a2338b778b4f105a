"""A source is late when it is late by its own rhythm, and every door says so by one rule."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tests.command import trivet
from tests.numbers.warehouse.one_company_folder import company_folder, export_week
from trivet.jobs.doctor import doctor
from trivet.jobs.run import run
from trivet.numbers.revenue_model import RevenueModel
from trivet.numbers.revenue_model.freshness import freshness_of, stale, told

NEWEST = date(2026, 11, 16)


def every(days: int, times: int) -> list[date]:
    return [NEWEST - timedelta(days=days * n) for n in range(times)]


@pytest.mark.parametrize(
    ("exports", "usual", "last_fresh_day"),
    [
        (every(1, 30), 1, date(2026, 11, 19)),  # a weekend is no delay
        (every(7, 10), 7, date(2026, 11, 30)),
        (every(30, 6), 30, date(2027, 1, 15)),
        (every(1, 2), None, date(2026, 11, 24)),  # two exports have no rhythm
        (every(1, 1), None, date(2026, 11, 24)),
        # Loaded for years back first, and every day since.
        ([*every(90, 12), *every(1, 12)], 1, date(2026, 11, 19)),
        # A holiday does not make a daily source a fortnightly one.
        ([*every(1, 8), NEWEST - timedelta(days=22), NEWEST - timedelta(days=23)], 1,
         date(2026, 11, 19)),
    ],
)  # fmt: skip
def test_a_source_may_be_silent_for_twice_its_usual_gap(exports, usual, last_fresh_day):
    found = freshness_of("crm", NEWEST, exports)
    assert found.usual_days == usual
    assert not found.is_stale(last_fresh_day)
    assert found.is_stale(last_fresh_day + timedelta(days=1))


def test_a_clock_behind_the_newest_export_makes_nothing_late():
    assert not freshness_of("crm", NEWEST, every(1, 9)).is_stale(date(2026, 1, 1))


def test_what_is_said_names_both_days_and_the_rhythm():
    found = freshness_of("crm", NEWEST, every(7, 5))
    said = "the newest export is of 2026-11-16; today is 2026-12-10; one usually comes every 7 days"
    assert found.says(date(2026, 12, 10)) == said
    alone = freshness_of("crm", NEWEST, [NEWEST])
    assert alone.says(date(2026, 11, 26)) == (
        "the newest export is of 2026-11-16; today is 2026-11-26"
    )
    daily = freshness_of("erp", date(2026, 11, 1), every(1, 5))
    assert stale([alone, daily], date(2026, 11, 26)) == [daily, alone], "the oldest first"
    other = freshness_of("map", NEWEST, [NEWEST])
    assert told([alone, other, daily], date(2026, 11, 26)) == [
        f"crm, map: {alone.says(date(2026, 11, 26))}",
        f"erp: {daily.says(date(2026, 11, 26))}",
    ]


@pytest.mark.slow
def test_the_command_line_says_what_is_late_and_json_until_when_it_is_fresh(tmp_path):
    """Exports of three weeks running, of which the newest is of June 2026."""
    workspace = company_folder(tmp_path / "norvik")
    for day in (1, 8, 15):
        export_week(workspace.folder, day)
    run(workspace)
    model = RevenueModel.open(workspace.folder)
    [found] = model.freshness
    assert (found.newest_on, found.usual_days) == (date(2026, 6, 15), 7)
    model.close()
    told = trivet("data", workspace.folder, "--json").json
    [source] = told["sources"]
    assert (source["usual_days"], source["fresh_until"]) == (7, "2026-06-29")
    said = "the newest export is of 2026-06-15"
    assert said in trivet("data", workspace.folder).out
    [check] = [each for each in doctor(workspace.folder) if each.name == "old data"]
    assert check.holds is None, "old data is said, and is no fault of the installation"
    assert said in check.says
