"""The worked example of close dates (GT-11): the CRM's own date, known from its record on."""

from __future__ import annotations

import pytest

from tests.numbers.shared_metrics.worked_example import flagged

pytestmark = pytest.mark.slow

WON, DAYS = "win_rate", "time_to_close"
RECORDED = {"closed_on": "recorded"}


def add_won(c, key, created, entered, closed_on, recorded):
    c.add("account", account_id=f"A{key}", segment="SMB", region="EMEA")
    c.add(
        "opportunity",
        opportunity_id=key, account_id=f"A{key}", stage="Won", motion="new_business", acv=100,
        currency="USD", created_at=f"{created}T09:00", close_on=closed_on, lead_source="Webinar",
    )  # fmt: skip
    for stage, day in (("Qualified", entered), ("Won", recorded)):
        if day:
            c.add(
                "opportunity_stage_history",
                opportunity_id=key, stage=stage, entered_at=f"{day}T10:00",
            )  # fmt: skip


@pytest.fixture(scope="module")
def typed_late(opener):
    with opener.open() as c:
        add_won(c, "late", "2026-04-12", "2026-04-12", "2026-06-30", "2026-07-02")
        yield c


@pytest.fixture(scope="module")
def migrated(opener):
    with opener.open() as c:
        add_won(c, "old", "2023-02-10", None, "2024-06-30", "2026-03-15")
        yield c


def wins(c, period, as_of="2026-07-15", base=None):
    return c.metric(WON, period, as_of=as_of, options={"sourced": "all"}, base=base).numerator


def test_a_sale_of_the_last_day_typed_in_two_days_later_is_in_the_book_of_its_quarter(typed_late):
    assert wins(typed_late, "2026-Q2", as_of="2026-07-07") == 1
    assert wins(typed_late, "2026-Q3") == 0


def test_before_it_was_typed_in_it_was_open(typed_late):
    assert wins(typed_late, "2026-Q2", as_of="2026-07-01") == 0


def test_by_the_recorded_change_it_is_of_the_next_quarter(typed_late):
    assert wins(typed_late, "2026-Q2", base=RECORDED) == 0
    assert wins(typed_late, "2026-Q3", base=RECORDED) == 1


def test_a_migrated_sale_keeps_its_quarter_and_its_length(migrated):
    figure = migrated.metric(DAYS, "2024-Q2")
    assert (figure.value, figure.denominator) == (506, 1)
    assert flagged(figure, "entry", "fallback") == 1
    assert wins(migrated, "2026-Q1") == 0


def test_by_the_recorded_change_it_is_a_sale_of_the_migration(migrated):
    figure = migrated.metric(DAYS, "2026-Q1", base=RECORDED)
    assert (figure.value, figure.denominator) == (1129, 1)
    assert wins(migrated, "2024-Q2", base=RECORDED) == 0
