"""The worked example of deal velocity (GT-9)."""

from __future__ import annotations

import io
from datetime import date, timedelta
from fractions import Fraction

import pytest
from rich.console import Console

from tests.company import company
from trivet.cli.figure_shown import print_figure
from trivet.errors import DefinitionRefused
from trivet.numbers.shared_metrics.figure import Unit
from trivet.numbers.shared_metrics.registry import METRICS, drafts
from trivet.numbers.shared_metrics.rows import total

pytestmark = pytest.mark.slow

METRIC = "deal_velocity"
ASKED = {"as_of": "2026-06-30"}


def add_opportunity(c, key, entered, acv, outcome=None, closed=None):
    c.add("account", account_id=f"A{key}", segment="SMB", region="EMEA")
    c.add(
        "opportunity",
        opportunity_id=key, account_id=f"A{key}", stage=outcome or "Qualified",
        motion="new_business", acv=acv, currency="USD", created_at=f"{entered}T09:00",
        close_on=closed or "2026-12-31", closed_at=f"{closed}T11:00" if closed else None,
        lost_reason="price" if outcome == "Lost" else None,
    )  # fmt: skip
    for stage, day, hour in [
        ("Created", entered, "09:00"), ("Qualified", entered, "10:00"), (outcome, closed, "11:00"),
    ]:  # fmt: skip
        if stage:
            c.add(
                "opportunity_stage_history",
                opportunity_id=key, stage=stage, entered_at=f"{day}T{hour}",
            )  # fmt: skip


def add_open(c):
    for number in range(20):
        add_opportunity(c, f"N{number}", "2026-05-01", 33_000)


def add_closed(c):
    closed = date(2026, 6, 15)
    for key, acv, days in [("W1", 30_000, 40), ("W2", 50_000, 100), ("W3", 40_000, 100)]:
        add_opportunity(c, key, closed - timedelta(days=days), acv, "Won", closed)
    for number in range(9):
        entered = closed - timedelta(days=10 + number)
        add_opportunity(c, f"L{number}", entered, 70_000, "Lost", closed)


def test_twenty_opportunities_at_a_quarter_won_of_forty_thousand_in_eighty_days(opener):
    with opener.open() as c:
        add_open(c)
        add_closed(c)
        figure = c.metric(METRIC, "2026-Q2", **ASKED)
    assert figure.value == 2_500_00


def test_the_sides_of_the_product_are_its_factors_each_in_its_unit():
    """The two sums are what was won and the days it took; they alone do not make the figure."""
    with company() as c:
        add_open(c)
        add_closed(c)
        figure = c.metric(METRIC, "2026-Q2", **ASKED)
        split = c.metric(METRIC, "2026-Q2", by="outcome", **ASKED)
        rows = c.table(METRIC, "2026-Q2", **ASKED)
    assert [(f.label, f.value, f.unit, f.divides) for f in figure.factors] == [
        ("Open and qualified", 20, Unit.COUNT, False),
        ("Win rate", Fraction(1, 4), Unit.SHARE, False),
        ("Average won", 40_000_00, Unit.MONEY, False),
        ("Mean days to close", 80, Unit.DAYS, True),
    ]
    assert (figure.numerator, figure.denominator) == (120_000_00, 240)
    assert (total(rows, "numerator"), total(rows, "denominator")) == (120_000_00, 240)
    assert sum(part.numerator for part in split.segments) == figure.numerator
    assert figure.as_json()["factors"][2] == {
        "label": "Average won", "value": "4000000", "unit": "money", "divides": False,
    }  # fmt: skip
    console = Console(width=200, file=io.StringIO())
    print_figure(console, figure, "Deal velocity", "USD", METRICS[METRIC].sides(drafts()[METRIC]))
    said = console.file.getvalue()
    assert "20 × 25.00 % × $40,000.00 ÷ 80 days, of 32 records" in said
    assert "Open and qualified: 20\n" in said
    assert "Average won: $40,000.00\n" in said


def test_the_median_cycle_would_say_less_and_is_refused(opener):
    with opener.open() as c:
        add_open(c)
        add_closed(c)
        if opener.is_sql:
            with pytest.raises(DefinitionRefused) as refused:
                c.metric(METRIC, "2026-Q2", options={"cycle": "median"}, **ASKED)
            assert "median" in str(refused.value).casefold()
        figure = c.metric(METRIC, "2026-Q2", options={"cycle": "median"}, lint=False, **ASKED)
    assert figure.value == 2_000_00


def test_without_a_closed_opportunity_there_is_no_velocity_and_a_reason(opener):
    with opener.open() as c:
        add_open(c)
        figure = c.metric(METRIC, "2026-Q2", **ASKED)
    assert figure.value is None
    assert figure.reason


def test_without_an_open_opportunity_the_velocity_is_zero(opener):
    with opener.open() as c:
        add_closed(c)
        figure = c.metric(METRIC, "2026-Q2", **ASKED)
    assert figure.value == 0


def test_a_sale_won_the_day_it_qualified_counts_as_one_day(opener):
    with opener.open() as c:
        add_opportunity(c, "N1", "2026-05-01", 10)
        add_opportunity(c, "W1", "2026-06-01", 10, "Won", "2026-06-01")
        figure = c.metric(METRIC, "2026-Q2", **ASKED)
    assert figure.value == 10_00
