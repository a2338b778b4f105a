"""What sounds, and when."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from trivet.agreements.icp.rules.alarm import Kept, KnownLess, alarms
from trivet.vocabulary.function import OWNERS, Function

NOW = datetime(2026, 8, 20, tzinfo=UTC)
QUARTER = datetime(2026, 7, 1, tzinfo=UTC)
FINE = Kept(NOW - timedelta(days=200), NOW, True, "2026-Q3", QUARTER, OWNERS)


def sounds(kept: Kept) -> list[str]:
    return [each.kind for each in alarms(kept, NOW)]


def test_a_profile_that_all_three_work_on_and_review_is_silent():
    assert sounds(FINE) == []


def test_before_a_profile_is_agreed_that_is_the_alarm():
    assert sounds(replace(FINE, since_at=None)) == ["none"]


def test_accurate_eighteen_months_ago_is_stale_and_not_a_day_before():
    read = NOW - timedelta(days=549)
    assert "stale" in sounds(replace(FINE, since_at=read, read_at=read))
    assert sounds(replace(FINE, read_at=NOW - timedelta(days=547))) == []


def test_one_signed_this_quarter_needs_no_review_before_the_next():
    assert sounds(replace(FINE, reviewed=False)) == ["not_reviewed"]
    assert sounds(replace(FINE, reviewed=False, since_at=NOW - timedelta(days=20))) == []


def test_a_profile_that_lives_in_one_function_is_named_with_it():
    [alarm] = alarms(replace(FINE, functions=[Function.MARKETING]), NOW)
    assert alarm.kind == "one_function"
    assert "Marketing" in alarm.says


def test_drift_sounds_above_a_quarter():
    assert sounds(replace(FINE, drifts=[("size", 0.25)])) == []
    [alarm] = alarms(replace(FINE, drifts=[("size", 0.26), ("tech", 0.1)]), NOW)
    assert "size" in alarm.says
    assert "tech" not in alarm.says


def test_data_that_got_worse_is_told_as_that_and_not_as_other_accounts():
    [alarm] = alarms(replace(FINE, known_less=[KnownLess("Size", 0.9, 0.4)]), NOW)
    assert alarm.kind == "known_less"
    assert alarm.says == (
        "The data got worse, so less can be said of later accounts: Size: known of 40 % of later"
        " opportunities, of 90 % of earlier ones."
    )
