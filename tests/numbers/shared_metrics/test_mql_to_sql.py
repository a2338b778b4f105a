"""The worked example of MQL to SQL conversion (GT-6): cohort of May 2026."""

from __future__ import annotations

import pytest

from tests.numbers.shared_metrics.worked_example import flagged, percent, variant

METRIC = "mql_to_sql"


def add_lead(c, key, *steps, **contact):
    """A lead and the days it entered each lifecycle stage."""
    c.add("account", account_id=f"A{key}", segment="SMB", region="EMEA")
    c.add(
        "contact",
        contact_id=key, account_id=f"A{key}", email=f"{key.lower()}@{key.lower()}.example",
        **contact,
    )  # fmt: skip
    for stage, day, by in steps:
        c.add(
            "lifecycle_stage_history",
            contact_id=key, stage=stage, entered_at=f"2026-{day}T12:00", created_by=by,
        )  # fmt: skip


def fill(c):
    add_lead(c, "L1", ("mql", "05-02", "marketing"), ("sql", "05-20", "marketing"))
    add_lead(c, "L2", ("mql", "05-10", "marketing"), ("sql", "06-05", "marketing"))
    add_lead(c, "L3", ("mql", "05-25", "marketing"), ("sql", "07-01", "marketing"))
    add_lead(
        c, "L4", ("mql", "05-12", "marketing"), ("disqualified", "05-14", "sales"),
        ("mql", "05-28", "marketing"), ("sql", "06-10", "marketing"),
    )  # fmt: skip
    add_lead(c, "L5", ("mql", "05-15", "marketing"))
    add_lead(c, "L6", ("sql", "05-18", "sales"))
    add_lead(c, "L7", ("mql", "05-20", "marketing"), merged_into_id="L1")
    add_lead(c, "L8", ("mql", "04-20", "marketing"), ("sql", "05-10", "marketing"))


@pytest.fixture(scope="module")
def example(opener):
    with opener.open() as c:
        fill(c)
        yield c


EVERY_EVENT = {"method": "same_period", "unit": "event", "duplicates_out": False}
VARIANTS = [
    variant("default", 3, 5, "60.00 %"),
    variant("window 45 d", 4, 5, "80.00 %", options={"window_days": 45}),
    variant(
        "same period, every MQL event, all SQLs", 3, 7, "42.86 %",
        options={**EVERY_EVENT, "sales_created_sql": "in"},
    ),
    variant(
        "same, sales-created out", 2, 7, "28.57 %",
        options={**EVERY_EVENT, "sales_created_sql": "out"},
    ),
    variant(
        "each MQL event counts, SQL credited to the latest", 3, 6, "50.00 %",
        options={"unit": "event"},
    ),
]  # fmt: skip


@pytest.mark.parametrize("asked", VARIANTS, ids=str)
def test_mql_to_sql_of_the_worked_example(example, asked):
    figure = example.metric(METRIC, "2026-05", as_of="2026-07-15", options=asked.options)
    assert (figure.numerator, figure.denominator) == (asked.numerator, asked.denominator)
    assert percent(figure.value) == asked.shown


def test_a_cohort_whose_window_has_elapsed_is_final(example):
    assert str(example.metric(METRIC, "2026-05", as_of="2026-07-15").status) == "final"


def test_asked_too_early_only_the_matured_part_counts_and_the_figure_is_provisional(example):
    figure = example.metric(METRIC, "2026-05", as_of="2026-06-05")
    assert str(figure.status) == "provisional"
    assert (figure.numerator, figure.denominator) == (1, 1)
    assert figure.value == 1


def test_fewer_than_ten_leads_are_flagged_and_come_with_an_interval(example):
    figure = example.metric(METRIC, "2026-05", as_of="2026-06-05")
    assert figure.interval is not None
    assert any("min" in f.name or "few" in f.name or "small" in f.name for f in figure.flags)


def test_no_mql_in_the_month_has_no_conversion_and_says_why(example):
    figure = example.metric(METRIC, "2025-05", as_of="2026-07-15")
    assert figure.value is None
    assert figure.reason


def test_the_flag_of_a_small_cohort_counts_its_leads(example):
    assert (
        flagged(example.metric(METRIC, "2026-05", as_of="2026-07-15"), "min", "few", "small") == 5
    )


# Converted leads (GT-12).


def add_person(c, key, mql=None, sql=None, **contact):
    c.add("contact", contact_id=key, email=f"{key.lower()}@example.com", **contact)
    for stage, day in (("mql", mql), ("sql", sql)):
        if day:
            c.add(
                "lifecycle_stage_history",
                contact_id=key, stage=stage, entered_at=f"{day}T12:00", created_by="marketing",
            )  # fmt: skip


def test_the_mql_of_a_converted_lead_is_of_the_person_it_became(opener):
    with opener.open(exported_on="2026-12-31") as c:
        add_person(c, "L", mql="2026-08-01", converted_into_id="P")
        add_person(c, "P", sql="2026-08-11")
        add_person(c, "Q", mql="2026-08-01")
        figure = c.metric(METRIC, "2026-08")
    assert (figure.numerator, figure.denominator) == (1, 2)
    assert percent(figure.value) == "50.00 %"


@pytest.mark.parametrize(("unit", "sides"), [("person_cycle", (1, 1)), ("event", (1, 2))])
def test_two_leads_of_one_person_are_one_cycle_and_two_events(opener, unit, sides):
    with opener.open() as c:
        add_person(c, "L1", mql="2026-02-10", converted_into_id="P")
        add_person(c, "L2", mql="2026-02-20", converted_into_id="P")
        add_person(c, "P", sql="2026-03-05")
        figure = c.metric(METRIC, "2026-02", options={"unit": unit})
    assert (figure.numerator, figure.denominator) == sides
