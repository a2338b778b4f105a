"""Small cases between the lines of the definitions, each the smallest that shows its rule."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.slow

LEAD_SOURCES = {"marketing": ["Webinar"], "sales": ["Outbound"]}


def add_opportunity(c, key, stages, **more):
    """An opportunity that is created at 09:00 and enters each (stage, instant)."""
    created = stages[0][1]
    stage, at = stages[-1]
    account = more.pop("account_id", f"A{key}")
    c.add("account", account_id=account, segment="SMB", region="EMEA")
    c.add(
        "opportunity",
        **{
            "opportunity_id": key,
            "account_id": account,
            "stage": stage,
            "motion": "new_business",
            "acv": 100,
            "currency": "USD",
            "created_at": created,
            "close_on": at[:10] if stage in ("Won", "Lost") else "2026-12-31",
            **more,
        },
    )
    for name, entered_at in stages:
        c.add("opportunity_stage_history", opportunity_id=key, stage=name, entered_at=entered_at)


def test_time_lost_before_the_clock_started_is_not_taken_off(opener):
    with opener.open() as c:
        add_opportunity(
            c, "T1",
            [
                ("Created", "2026-01-01T09:00"), ("Lost", "2026-01-10T09:00"),
                ("Created", "2026-03-01T09:00"), ("Qualified", "2026-03-05T09:00"),
                ("Won", "2026-03-20T09:00"),
            ],
        )  # fmt: skip
        figure = c.metric("time_to_close", "2026-Q1", options={"dormant": "subtract"})
    assert figure.value == 15


def test_time_lost_is_taken_off_in_working_days_when_days_are_working_days(opener):
    with opener.open() as c:
        add_opportunity(
            c, "T1",
            [
                ("Created", "2026-01-05T09:00"), ("Qualified", "2026-01-05T10:00"),
                ("Lost", "2026-01-12T09:00"), ("Proposal", "2026-01-26T09:00"),
                ("Won", "2026-02-02T09:00"),
            ],
        )  # fmt: skip
        figure = c.metric(
            "time_to_close", "2026-Q1", options={"dormant": "subtract", "calendar": "business"}
        )
    assert figure.value == 10  # four weeks of five days, less two


def test_time_to_close_follows_the_kinds_of_sale_that_the_base_counts(opener):
    with opener.open() as c:
        for key, motion in (("N1", "new_business"), ("E1", "expansion")):
            add_opportunity(
                c, key,
                [
                    ("Created", "2026-01-05T09:00"), ("Qualified", "2026-01-05T10:00"),
                    ("Won", "2026-02-02T09:00"),
                ],
                motion=motion,
            )  # fmt: skip
        c.add(
            "subscription", subscription_id="U1", account_id="AE1", arr=10, starts_on="2025-01-01"
        )
        figure = c.metric("time_to_close", "2026-Q1", base={"deal_types_in": ["new"]})
    assert figure.records == 1


def test_an_opportunity_not_yet_qualified_at_the_end_of_the_period_was_no_open_pipeline(opener):
    with opener.open(lead_sources=LEAD_SOURCES) as c:
        add_opportunity(
            c, "O1", [("Created", "2026-03-01T09:00"), ("Qualified", "2026-04-10T09:00")],
            lead_source="Webinar",
        )  # fmt: skip
        c.add("contact", contact_id="P1", account_id="AO1")
        c.add(
            "touchpoint", touchpoint_id="T1", contact_id="P1", kind="form",
            touched_at="2026-02-20T09:00",
        )  # fmt: skip
        figure = c.metric(
            "marketing_sourced_pipeline", "2026-Q1", options={"measure": "open_at_date"}
        )
    assert figure.value is None
    assert figure.records == 0


def test_a_call_after_the_creation_on_the_same_day_did_not_source_the_opportunity(opener):
    with opener.open(lead_sources=LEAD_SOURCES) as c:
        add_opportunity(
            c, "O1", [("Created", "2026-02-02T09:00"), ("Qualified", "2026-02-03T09:00")],
            lead_source="Webinar",
        )  # fmt: skip
        c.add("contact", contact_id="P1", account_id="AO1")
        c.add("contact", contact_id="P2")
        c.add("opportunity_contact_role", opportunity_id="O1", contact_id="P1")
        c.add(
            "touchpoint", touchpoint_id="T2", contact_id="P2", kind="form",
            touched_at="2026-02-02T09:00",
        )  # fmt: skip
        c.add(
            "sales_activity", activity_id="S1", contact_id="P1", kind="call", function="sales",
            happened_at="2026-02-02T15:00",
        )  # fmt: skip
        figure = c.metric("marketing_sourced_pipeline", "2026-Q1")
    assert figure.value == 1  # nobody touched it before: its lead source decides


def test_a_response_on_the_day_of_creation_is_no_claim_when_only_the_day_is_known(opener):
    with opener.open(lead_sources=LEAD_SOURCES, time_zone="America/New_York") as c:
        add_opportunity(
            c, "O1", [("Created", "2026-02-02"), ("Qualified", "2026-02-03")],
            lead_source="Outbound",
        )  # fmt: skip
        c.add("contact", contact_id="P1", account_id="AO1")
        c.add(
            "touchpoint", touchpoint_id="T1", contact_id="P1", kind="form",
            touched_at="2026-02-02T15:00",
        )  # fmt: skip
        figure = c.metric("marketing_sourced_pipeline", "2026-Q1")
        [row] = c.rows_of("marketing_sourced_pipeline", "2026-Q1")
    # The opportunity may have been created before three in the afternoon.
    assert figure.value == 0
    assert (row["sourced_by"], row["sourced_rule"]) == ("sales", "lead_source")
    assert row["is_same_day"]


def test_an_mql_outside_the_opportunitys_people_or_before_the_last_win_did_not_source_it(opener):
    with opener.open(lead_sources=LEAD_SOURCES) as c:
        add_opportunity(
            c, "O1", [("Created", "2026-02-02T09:00"), ("Qualified", "2026-02-03T09:00")]
        )
        c.add("contact", contact_id="P1", account_id="AO1")
        c.add("contact", contact_id="P2", account_id="AO1")
        c.add("opportunity_contact_role", opportunity_id="O1", contact_id="P1")
        c.add(
            "lifecycle_stage_history", contact_id="P2", stage="mql", entered_at="2026-01-20T09:00"
        )
        figure = c.metric(
            "marketing_sourced_pipeline", "2026-Q1",
            options={"source_rule": ["mql_before_creation"]},
        )  # fmt: skip
    assert figure.numerator == 0


@pytest.mark.parametrize(
    ("left_on", "entered", "is_winback"),
    [("2026-01-31", "2026-02-01", False), ("2026-01-15", "2026-02-15", True)],
)
def test_a_win_back_waits_whole_months_not_changes_of_the_month(
    opener, left_on, entered, is_winback
):
    with opener.open() as c:
        add_opportunity(
            c, "O1", [("Created", f"{entered}T09:00"), ("Qualified", f"{entered}T10:00")]
        )
        c.add(
            "subscription", subscription_id="U1", account_id="AO1", arr=10,
            starts_on="2025-01-01", ends_on=left_on,
        )  # fmt: skip
        figure = c.metric("expansion_pipeline", "2026-Q1", base={"winback_after_months": 1})
    assert figure.value == (0 if is_winback else 1)


def test_the_survivor_of_a_merge_that_qualified_under_its_other_name_counts_in_win_rate(opener):
    with opener.open(lead_sources=LEAD_SOURCES) as c:
        add_opportunity(c, "O1", [("Created", "2026-02-02T09:00"), ("Lost", "2026-03-03T09:00")])
        add_opportunity(
            c, "O2", [("Created", "2026-01-02T09:00"), ("Qualified", "2026-01-03T09:00")],
            merged_into_id="O1", account_id="AO1",
        )  # fmt: skip
        figure = c.metric("win_rate", "2026-Q1", options={"sourced": "all"})
    assert (figure.numerator, figure.denominator) == (0, 1)


def test_excluding_price_rises_does_not_hide_a_contraction(opener):
    with opener.open() as c:
        c.add("account", account_id="C1")
        c.add(
            "subscription", subscription_id="U1", account_id="C1", arr=100,
            starts_on="2025-01-01", ends_on="2026-01-01",
        )  # fmt: skip
        c.add(
            "subscription", subscription_id="U2", account_id="C1", arr=95, price_uplift=10,
            starts_on="2026-01-01",
        )  # fmt: skip
        figure = c.metric("net_revenue_retention", "2026-Q2", base={"price_increase": "excluded"})
    assert figure.numerator == 85_00


def test_a_contract_renewed_early_is_not_counted_twice_while_grace_lasts(opener):
    with opener.open() as c:
        c.add("account", account_id="C1")
        c.add(
            "subscription", subscription_id="U1", account_id="C1", arr=100,
            starts_on="2025-06-15", ends_on="2026-06-15",
        )  # fmt: skip
        c.add(
            "subscription", subscription_id="U2", account_id="C1", arr=100, starts_on="2026-06-10"
        )
        figure = c.metric("net_revenue_retention", "2026-Q2", as_of="2026-07-01")
    assert figure.value == 1


def add_lead(c, *touches, mql="2026-06-01T09:00", **assignment):
    c.add("account", account_id="A1")
    c.add("contact", contact_id="L1", account_id="A1")
    c.add("contact", contact_id="L2", account_id="A1")
    c.add("lifecycle_stage_history", contact_id="L1", stage="mql", entered_at=mql)
    c.add("lead_assignment", contact_id="L1", assigned_at="2026-06-01T10:00", **assignment)
    for number, at in enumerate([*touches]):
        c.add(
            "sales_activity", activity_id=f"S{number}", contact_id="L1", kind="call",
            happened_at=at,
        )  # fmt: skip
    c.add(
        "sales_activity", activity_id="other", contact_id="L2", kind="call",
        happened_at="2026-06-01T10:00",
    )  # fmt: skip


def test_a_pause_after_the_deadline_does_not_save_a_breached_lead(opener):
    with opener.open() as c:
        add_lead(
            c, "2026-06-03T11:00", paused_at="2026-06-02T10:00", resumed_at="2026-06-03T10:00",
            pause_reason="asked to wait",
        )  # fmt: skip
        figure = c.metric("follow_up_sla", "2026-W23")
        due_days = (
            [row["happened_on"] for row in c.rows_of("follow_up_sla", "2026-W23")]
            if (opener.is_sql)
            else []
        )
    assert (figure.numerator, figure.denominator) == (0, 1)
    assert [str(day) for day in due_days] in ([], ["2026-06-01"])


def test_a_pause_that_has_not_ended_keeps_the_lead_pending(opener):
    with opener.open() as c:
        add_lead(c, paused_at="2026-06-01T11:00", pause_reason="asked to wait")
        figure = c.metric("follow_up_sla", "2026-W23")
    assert figure.value is None
    assert (figure.denominator or 0) == 0


def test_a_pause_without_a_reason_does_not_stop_the_clock(opener):
    with opener.open() as c:
        add_lead(c, paused_at="2026-06-01T11:00", resumed_at="2026-06-05T11:00")
        figure = c.metric("follow_up_sla", "2026-W23")
    assert (figure.numerator, figure.denominator) == (0, 1)


def test_a_lead_that_waited_two_months_to_be_assigned_is_breached_not_lost(opener):
    with opener.open() as c:
        add_lead(c, "2026-06-01T10:30", mql="2026-04-01T09:00")
        figure = c.metric("follow_up_sla", "2026-04", options={"clock_start": "mql"})
    assert (figure.numerator, figure.denominator) == (0, 1)


def test_a_lead_touched_early_is_not_counted_before_it_is_due(opener):
    # Otherwise the running week shows the quick ones only.
    with opener.open() as c:
        add_lead(c, "2026-06-01T10:30")
        figure = c.metric(
            "follow_up_sla", "2026-W23", as_of="2026-06-01", options={"target_hours": "12"}
        )
    assert (figure.denominator or 0) == 0


def test_an_sql_between_two_mql_events_of_a_day_is_credited_once(opener):
    with opener.open() as c:
        c.add("account", account_id="A1")
        c.add("contact", contact_id="L1", account_id="A1")
        for stage, at in (("mql", "09:00"), ("sql", "10:00"), ("mql", "12:00")):
            c.add(
                "lifecycle_stage_history",
                contact_id="L1", stage=stage, entered_at=f"2026-05-04T{at}",
            )  # fmt: skip
        figure = c.metric("mql_to_sql", "2026-05", options={"unit": "event"})
    assert (figure.numerator, figure.denominator) == (1, 2)
