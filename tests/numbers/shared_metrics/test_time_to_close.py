"""The worked example of time to close (GT-3)."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.numbers.shared_metrics.worked_example import companion, decimals, flagged
from tests.oracles.time_to_close import kaplan_meier, kaplan_meier_median
from trivet.numbers.shared_metrics.time_to_close.survival import median_time

pytestmark = pytest.mark.slow

METRIC = "time_to_close"
RENEWALS_TOO = {"deal_types_in": ["new", "expansion", "renewal_uplift", "winback", "renewal_base"]}


def add_opportunity(c, key, created, stages, **more):
    """One line of the table; `stages` are (stage, day) after creation."""
    c.add("account", account_id=f"A{key}", segment="SMB", region="EMEA")
    stage, day = stages[-1]
    is_closed = stage in ("Won", "Lost")
    c.add(
        "opportunity",
        **{
            "opportunity_id": key,
            "account_id": f"A{key}",
            "stage": stage,
            "motion": "new_business",
            "acv": 10,
            "currency": "USD",
            "created_at": f"{created}T08:00",
            "close_on": day if is_closed else "2026-12-31",
            "closed_at": f"{day}T10:00" if is_closed else None,
            **more,
        },
    )
    for position, (stage_entered, entered_on) in enumerate([("Created", created), *stages]):
        c.add(
            "opportunity_stage_history",
            opportunity_id=key, stage=stage_entered,
            entered_at=f"{entered_on}T{8 + position:02d}:00",
        )  # fmt: skip


def fill(c, lost=True):
    line = add_opportunity
    line(c, "T1", "2026-01-12", [("Qualified", "2026-01-12"), ("Won", "2026-04-10")])
    line(c, "T2", "2026-03-01", [("Qualified", "2026-03-01"), ("Won", "2026-05-30")])
    line(
        c, "T3", "2025-12-15",
        [
            ("Qualified", "2025-12-15"), ("Lost", "2026-03-20"),
            ("Proposal", "2026-04-15"), ("Won", "2026-06-10"),
        ],
    )  # fmt: skip
    line(c, "T4", "2026-06-01", [("Qualified", "2026-06-01"), ("Won", "2026-06-28")])
    line(
        c, "T5", "2026-05-05", [("Qualified", "2026-05-05"), ("Won", "2026-05-05")],
        is_self_serve=True,
    )  # fmt: skip
    if lost:
        line(c, "T6", "2026-02-01", [("Qualified", "2026-02-01"), ("Lost", "2026-05-02")])
    line(
        c, "T7", "2026-03-01", [("Qualified", "2026-03-01"), ("Won", "2026-06-01")],
        motion="renewal", renewal_base=10,
    )  # fmt: skip
    line(c, "T8", "2026-04-01", [("Won", "2026-04-21")])
    c.add(
        "subscription",
        subscription_id="UT7", account_id="AT7", arr=10, currency="USD", starts_on="2025-06-01",
    )  # fmt: skip


@pytest.fixture(scope="module")
def example(opener):
    with opener.open() as c:
        fill(c)
        yield c


VARIANTS = [
    # name, days behind it, median, mean
    ("default", 5, "88", "80.4", {}, {}),
    ("with self-serve", 6, "57.5", "67.0", {"exclude": ["renewal_base"]}, {}),
    ("dormant subtracted", 5, "88", "75.2", {"dormant": "subtract"}, {}),
    ("won and lost", 6, "89", "82.0", {"population": "won_lost"}, {}),
    ("skip rows without entry", 4, "89", "95.5", {}, {"fallback_when_skipped": False}),
    ("with renewals", 6, "89", "82.33", {"exclude": ["self_serve_same_day"]}, RENEWALS_TOO),
]


@pytest.mark.parametrize(
    ("name", "records", "median", "mean", "options", "base"), VARIANTS, ids=[v[0] for v in VARIANTS]
)
def test_time_to_close_of_the_worked_example(example, name, records, median, mean, options, base):
    figure = example.metric(METRIC, "2026-Q2", as_of="2026-07-15", options=options, base=base)
    assert figure.value == Fraction(median)
    assert figure.records == records
    digits = len(mean.partition(".")[2])
    assert decimals(companion(figure, "Mean"), digits) == mean
    # The rows add up to the mean: the change of the metric is explained through it.
    assert decimals(Fraction(figure.numerator) / Fraction(figure.denominator), digits) == mean


def test_the_ninetieth_percentile_is_interpolated_and_can_be_the_headline(example):
    assert companion(example.metric(METRIC, "2026-Q2"), "p90") == Fraction("142.2")
    assert example.metric(METRIC, "2026-Q2", options={"stat": "p90"}).value == Fraction("142.2")
    assert example.metric(METRIC, "2026-Q2", options={"stat": "mean"}).value == Fraction("80.4")


def test_an_opportunity_won_without_qualifying_starts_at_creation_and_is_flagged(example):
    figure = example.metric(METRIC, "2026-Q2")
    assert {r["record_id"]: r["numerator"] for r in example.rows_of(METRIC, "2026-Q2")} == {
        "T1": 88, "T2": 90, "T3": 177, "T4": 27, "T8": 20,
    }  # fmt: skip
    assert flagged(figure, "skip", "fallback") == 1


def test_no_opportunity_won_has_no_time_to_close_and_says_why(example):
    figure = example.metric(METRIC, "2024-Q2")
    assert figure.value is None
    assert figure.reason


@pytest.mark.parametrize("lost", [False, True], ids=["won and open", "lost censored too"])
def test_open_opportunities_lengthen_the_kaplan_meier_median_to_ninety_days(opener, lost):
    with opener.open() as c:
        fill(c, lost=lost)
        # 180 and 60 days old at the end of the quarter
        add_opportunity(c, "U1", "2026-01-01", [("Qualified", "2026-01-01")])
        add_opportunity(c, "U2", "2026-05-01", [("Qualified", "2026-05-01")])
        figure = c.metric(METRIC, "2026-Q2", as_of="2026-06-30")
    assert companion(figure, "Kaplan-Meier median") == 90
    assert figure.value == 88


def test_the_survival_curve_of_the_worked_example():
    closed_after = [20, 27, 88, 90, 177]
    still_open_after = [180, 60]
    curve = kaplan_meier(closed_after, still_open_after)
    assert [(day, f"{float(share):.3f}") for day, share in curve] == [
        (20, "0.857"), (27, "0.714"), (88, "0.536"), (90, "0.357"), (177, "0.179"),
    ]  # fmt: skip
    assert kaplan_meier_median(closed_after, still_open_after) == 90


@settings(max_examples=200)
@given(st.lists(st.integers(0, 40), max_size=25), st.lists(st.integers(0, 40), max_size=25))
def test_the_median_of_the_curve_is_that_of_the_curve_drawn_out(closed, waiting):
    days = [np.array(each, dtype=np.int64) for each in (closed, waiting)]
    assert median_time(*days) == kaplan_meier_median(closed, waiting)
