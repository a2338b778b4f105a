"""The worked example of marketing-sourced pipeline (GT-1), every variant of its table."""

from __future__ import annotations

import pytest

from tests.numbers.shared_metrics.worked_example import flagged, percent, variant

METRIC = "marketing_sourced_pipeline"
LEAD_SOURCES = {
    "marketing": ["Webinar", "Paid search", "Event"],
    "sales": ["Outbound"],
    "customer_success": ["CS", "Renewal"],
    "partner": ["Partner"],
}


def add_opportunity(
    c, key, created, qualified, lead_source, response, activity, acv, activity_by="sales", **more
):
    """One line of the table: account, person, opportunity, its stages, its first two events."""
    c.add("account", account_id=f"A{key}", segment="SMB", region="EMEA")
    c.add("contact", contact_id=f"P{key}", account_id=f"A{key}", email=f"p{key}@a{key}.example")
    c.add(
        "opportunity",
        **{
            "opportunity_id": f"O{key}",
            "account_id": f"A{key}",
            "stage": "Qualified" if qualified else "Created",
            "motion": "new_business",
            "acv": acv,
            "currency": "USD",
            "created_at": f"{created}T12:00",
            "close_on": "2026-09-30",
            "lead_source": lead_source,
            **more,
        },
    )
    c.add(
        "opportunity_contact_role", opportunity_id=f"O{key}", contact_id=f"P{key}", is_primary=True
    )
    c.add(
        "opportunity_stage_history",
        opportunity_id=f"O{key}", stage="Created", entered_at=f"{created}T12:00",
    )  # fmt: skip
    if qualified:
        c.add(
            "opportunity_stage_history",
            opportunity_id=f"O{key}", stage="Qualified", entered_at=f"{qualified}T13:00",
        )  # fmt: skip
    if response:
        c.add(
            "touchpoint",
            touchpoint_id=f"T{key}", contact_id=f"P{key}", touched_at=f"{response}T10:00",
            kind="form",
        )  # fmt: skip
    c.add(
        "sales_activity",
        activity_id=f"S{key}", contact_id=f"P{key}", happened_at=f"{activity}T10:00",
        kind="call", function=activity_by,
    )  # fmt: skip


def fill(c):
    c.add("fx_rate", currency="EUR", valid_from="2025-01-01", rate="1.10", kind="plan")
    c.add("fx_rate", currency="EUR", valid_from="2026-01-01", rate="1.10", kind="plan")
    c.add("fx_rate", currency="EUR", valid_from="2026-03-01", rate="1.08", kind="spot")
    line = add_opportunity
    line(c, 1, "2026-01-05", "2026-01-12", "Webinar", "2025-12-20", "2026-01-04", 100)
    line(c, 2, "2026-02-01", "2026-02-10", "Outbound", "2026-01-15", "2026-01-10", 80)
    line(c, 3, "2025-12-20", "2026-01-08", "Paid search", "2025-12-18", "2025-12-21", 60)
    line(
        c, 4, "2026-02-15", "2026-02-20", "CS", "2026-02-01", "2026-02-10", 40,
        motion="expansion", activity_by="customer_success",
    )  # fmt: skip
    line(c, 5, "2026-03-01", None, "Webinar", "2026-02-20", "2026-02-27", 50)
    line(
        c, 6, "2026-01-15", "2026-01-15", "Renewal", None, "2026-01-10", 100,
        motion="renewal", renewal_base=90, activity_by="customer_success",
    )  # fmt: skip
    line(c, 7, "2026-03-10", "2026-03-15", "Event", "2025-11-01", "2026-03-05", 50, currency="EUR")
    line(c, 8, "2026-01-20", "2026-02-05", "Partner", None, "2026-01-18", 70)
    c.add(
        "opportunity_field_history",
        opportunity_id="O8", field="acv", changed_at="2026-03-01T10:00",
        old_value="50", new_value="70",
    )  # fmt: skip
    # O4 and O6 sell to customers: what they already pay makes them expansion and renewal.
    for account, arr in (("A4", 300), ("A6", 90)):
        c.add(
            "subscription",
            subscription_id=f"U{account}", account_id=account, arr=arr, currency="USD",
            starts_on="2025-01-20",
        )  # fmt: skip
    c.add("account", account_id="A9", segment="Enterprise", region="APAC")


@pytest.fixture(scope="module")
def example(opener):
    with opener.open(currency="USD", time_zone="UTC", lead_sources=LEAD_SOURCES) as c:
        fill(c)
        yield c


CREATED = {"entry_event": "created"}
WITH_BASE = {"deal_types_in": ["new", "expansion", "renewal_uplift", "winback", "renewal_base"]}

VARIANTS = [
    variant("default", 200, 415, "48.19 %"),
    variant("lead_source rule", 215, 415, "51.81 %", options={"source_rule": ["lead_source"]}),
    variant(
        "campaign_before_creation 90 d", 280, 415, "67.47 %",
        options={"source_rule": ["campaign_before_creation"]},
    ),
    variant("lookback 180 d", 255, 415, "61.45 %", options={"lookback_days": 180}),
    variant("entry = created", 190, 405, "46.91 %", base=CREATED),
    variant("new business only", 160, 365, "43.84 %", base={"deal_types_in": ["new"]}),
    variant("renewal base included", 200, 505, "39.60 %", base=WITH_BASE),
    variant("amount at entry", 200, 395, "50.63 %", base={"amount_as_of": "at_entry"}),
    variant("FX at entry 1.08", 200, 414, "48.31 %", base={"fx": "at_entry"}),
]  # fmt: skip


@pytest.mark.parametrize("asked", VARIANTS, ids=str)
def test_marketing_sourced_pipeline_of_the_worked_example(example, asked):
    figure = example.metric(METRIC, "2026-Q1", options=asked.options, base=asked.base)
    assert (figure.numerator, figure.denominator) == (
        asked.numerator * 100,
        asked.denominator * 100,
    )
    assert percent(figure.value) == asked.shown


def test_counted_instead_of_summed_three_of_seven_opportunities_are_marketing_sourced(example):
    figure = example.metric(METRIC, "2026-Q1", options={"basis": "count"})
    assert (figure.numerator, figure.denominator) == (3, 7)
    assert percent(figure.value) == "42.86 %"
    assert figure.records == 7


def test_a_filter_with_no_opportunities_has_no_share_and_says_why(example):
    figure = example.metric(METRIC, "2026-Q1", where={"region": "APAC"})
    assert figure.value is None
    assert (figure.numerator or 0, figure.denominator or 0) == (0, 0)
    assert figure.reason


def test_the_rows_name_the_seven_opportunities_and_add_up_to_the_figure(example):
    rows = example.rows_of(METRIC, "2026-Q1")
    found = {row["record_id"]: (row["numerator"], row["denominator"]) for row in rows}
    assert found == {
        "O1": (100_00, 100_00),
        "O2": (0, 80_00),
        "O3": (60_00, 60_00),
        "O4": (40_00, 40_00),
        "O6": (0, 10_00),
        "O7": (0, 55_00),
        "O8": (0, 70_00),
    }


def test_fewer_than_ten_opportunities_come_with_an_interval(example):
    figure = example.metric(METRIC, "2026-Q1", options={"basis": "count"})
    assert figure.interval is not None
    assert figure.interval.low < 3 / 7 < figure.interval.high


def test_an_opportunity_without_an_amount_counts_as_zero_and_is_flagged(opener):
    with opener.open(lead_sources=LEAD_SOURCES) as c:
        add_opportunity(
            c, 1, "2026-01-05", "2026-01-12", "Webinar", "2025-12-20", "2026-01-04", 100
        )
        add_opportunity(
            c, 2, "2026-01-05", "2026-01-12", "Webinar", "2025-12-20", "2026-01-04", None
        )
        figure = c.metric(METRIC, "2026-Q1")
    assert (figure.numerator, figure.denominator, figure.records) == (100_00, 100_00, 2)
    assert flagged(figure, "amount") == 1


@pytest.mark.parametrize(
    ("response", "value", "is_same_day"),
    [("2026-03-10", 0, True), ("2026-03-10T08:30", 1, False)],
    ids=["without an hour", "at half past eight"],
)
def test_a_response_without_an_hour_is_not_before_a_call_of_its_day(
    opener, response, value, is_same_day
):
    """GT-16"""
    with opener.open(lead_sources=LEAD_SOURCES) as c:
        add_opportunity(c, 1, "2026-03-11", "2026-03-12", "Event", None, "2026-03-10", 100)
        c.add("touchpoint", touchpoint_id="T", contact_id="P1", touched_at=response, kind="form")
        figure = c.metric(METRIC, "2026-Q1")
        [row] = c.rows_of(METRIC, "2026-Q1")
    assert figure.value == value
    assert row["is_same_day"] == is_same_day
