"""The data page counts what was closed in one quarter and recorded in another."""

from __future__ import annotations

from tests.company import company
from trivet.numbers.revenue_model.close_dates import close_dates, known_from


def add_won(c, key, closed_on, recorded):
    c.add(
        "opportunity", opportunity_id=key, stage="Won", created_at="2026-01-05", close_on=closed_on
    )
    c.add("opportunity_stage_history", opportunity_id=key, stage="Won", entered_at=recorded)


def test_closings_recorded_in_another_quarter_are_counted_by_quarter():
    with company() as c:
        add_won(c, "in time", "2026-06-30", "2026-06-30T18:00")
        add_won(c, "two days late", "2026-06-30", "2026-07-02T09:00")
        add_won(c, "two weeks late", "2026-06-20", "2026-07-04T09:00")
        add_won(c, "migrated", "2024-06-30", "2026-03-15T09:00")
        add_won(c, "in time as well", "2026-02-10", "2026-02-11T09:00")
        found = close_dates(c.measurement.engine, c.settings.calendar)
    assert found == [
        {
            "quarter": "2026-Q2",
            "closings": 3,
            "elsewhere": 2,
            "recorded": [{"quarter": "2026-Q3", "closings": 2}],
        },
        {
            "quarter": "2024-Q2",
            "closings": 1,
            "elsewhere": 1,
            "recorded": [{"quarter": "2026-Q1", "closings": 1}],
        },
    ]


def test_what_no_history_records_disagrees_with_nothing():
    with company() as c:
        c.add("opportunity", opportunity_id="O1", stage="Won", close_on="2026-06-30")
        assert close_dates(c.measurement.engine, c.settings.calendar) == []


def test_each_kind_of_record_is_known_from_what_its_feed_says_or_its_first_month():
    with company(history_from={"touchpoint": "2025-01-01", "invoice_line": "2019-04-01"}) as c:
        c.add("contact", contact_id="P1")
        c.add("touchpoint", contact_id="P1", touched_at="2026-03-10T09:00", kind="form")
        c.add("subscription", account_id="A1", arr=1, starts_on="2025-03-15")
        found = known_from(c.measurement.engine)
    assert found == [
        # The feed of invoices has everything since then, and there were none.
        {"table": "invoice_line", "first_on": "2019-04-01", "declared": True},
        {"table": "subscription", "first_on": "2025-03-01", "declared": False},
        {"table": "touchpoint", "first_on": "2025-01-01", "declared": True},
    ]
