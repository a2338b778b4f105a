"""The worked example of pipeline coverage (GT-8): Q2 2026 as of 6 April, target 1,000."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest

from tests.company import company
from tests.numbers.shared_metrics.worked_example import decimals, flagged, variant
from trivet.numbers.shared_metrics.asked import horizon
from trivet.numbers.shared_metrics.definition import Target
from trivet.numbers.shared_metrics.figure import Status
from trivet.numbers.shared_metrics.registry import drafts

pytestmark = pytest.mark.slow

METRIC = "pipeline_coverage"
ASKED = {"as_of": "2026-04-06"}


def add_opportunity(c, key, stage, close_on, acv, **more):
    c.add("account", account_id=f"A{key}", segment="SMB", region="EMEA")
    c.add(
        "opportunity",
        **{
            "opportunity_id": key,
            "account_id": f"A{key}",
            "stage": stage,
            "motion": "new_business",
            "acv": acv,
            "currency": "USD",
            "created_at": "2026-02-02T09:00",
            "close_on": close_on,
            "closed_at": f"{close_on}T10:00" if stage == "Won" else None,
            **more,
        },
    )
    reached = ["Created", "Qualified", "Won"][: ["Created", "Qualified", "Won"].index(stage) + 1]
    for name in reached:
        entered = {"Created": "2026-02-02T09:00", "Qualified": "2026-02-10T09:00"}
        c.add(
            "opportunity_stage_history",
            opportunity_id=key, stage=name, entered_at=entered.get(name, f"{close_on}T10:00"),
        )  # fmt: skip


def fill(c, won=150):
    c.add("target", starts_on="2026-04-01", ends_on="2026-07-01", amount=1000, currency="USD")
    add_opportunity(c, "P1", "Qualified", "2026-05-15", 300)
    add_opportunity(c, "P2", "Qualified", "2026-06-20", 500)
    add_opportunity(c, "P3", "Qualified", "2026-07-10", 400)
    add_opportunity(c, "P4", "Created", "2026-06-01", 200)
    add_opportunity(c, "P5", "Won", "2026-04-03", won)
    add_opportunity(c, "P6", "Qualified", "2026-03-31", 250)
    add_opportunity(c, "P7", "Qualified", "2026-06-30", None)
    add_opportunity(c, "P8", "Qualified", "2026-06-15", 600, motion="renewal", renewal_base=600)
    c.add(
        "subscription",
        subscription_id="UP8", account_id="AP8", arr=600, currency="USD", starts_on="2025-06-15",
    )  # fmt: skip


@pytest.fixture(scope="module")
def example(opener):
    with opener.open() as c:
        fill(c)
        yield c


VARIANTS = [
    variant("default", 800, 850, "0.94"),
    variant("full target", 800, 1000, "0.80", options={"denominator": "full_target"}),
    variant("with unqualified", 1000, 850, "1.18", options={"stage": "any"}),
    variant("with past due", 1050, 850, "1.24", options={"past_due": "in"}),
    variant("with renewal base", 1400, 850, "1.65", options={"renewal_base": "in"}),
    variant(
        "all open whatever close date or stage", 1650, 850, "1.94",
        options={"stage": "any", "close_date": "any", "past_due": "in"},
    ),
]  # fmt: skip


@pytest.mark.parametrize("asked", VARIANTS, ids=str)
def test_pipeline_coverage_of_the_worked_example(example, asked):
    figure = example.metric(METRIC, "2026-Q2", options=asked.options, **ASKED)
    assert figure.value == Fraction(asked.numerator, asked.denominator)
    assert (figure.numerator, figure.denominator) == (
        asked.numerator * 100,
        asked.denominator * 100,
    )
    assert decimals(figure.value, 2) == asked.shown


def test_a_missing_amount_and_a_close_date_in_the_past_are_flagged(example):
    figure = example.metric(METRIC, "2026-Q2", **ASKED)
    assert flagged(figure, "amount") == 1
    assert flagged(figure, "past") == 1


def test_with_the_target_met_there_is_no_coverage(opener):
    with opener.open() as c:
        fill(c, won=1050)
        figure = c.metric(METRIC, "2026-Q2", **ASKED)
    assert figure.value is None
    assert "target met" in figure.reason.casefold()


def test_without_a_target_there_is_no_coverage_and_the_reason_says_so(opener):
    with opener.open() as c:
        add_opportunity(c, "P1", "Qualified", "2026-05-15", 300)
        figure = c.metric(METRIC, "2026-Q2", **ASKED)
    assert figure.value is None
    assert "target" in figure.reason.casefold()


def test_by_a_dimension_that_no_target_has_every_part_says_so():
    with company() as c:
        fill(c)
        figure = c.metric(METRIC, "2026-Q2", by="deal_type", **ASKED)
    assert figure.value is not None
    assert len(figure.segments) > 1
    for part in figure.segments:
        assert part.value is None
        kind = part.scope["deal_type"] or "(none)"
        assert part.reason == f"no target is set for deal_type {kind}"
    assert sum(part.numerator for part in figure.segments) == figure.numerator
    assert sum(part.denominator for part in figure.segments) == figure.denominator


def test_a_part_asked_by_itself_says_so_too():
    with company() as c:
        fill(c)
        figure = c.metric(METRIC, "2026-Q2", where={"deal_type": "new"}, **ASKED)
    assert (figure.value, figure.reason) == (None, "no target is set for deal_type new")


def two_quarters(c):
    """Q1 and Q2 of 2026: what stood open on 7 January and on 7 April, and the wins since."""
    for starts_on, ends_on in (("2026-01-01", "2026-04-01"), ("2026-04-01", "2026-07-01")):
        c.add("target", starts_on=starts_on, ends_on=ends_on, amount=1000, currency="USD")
    for key, created, close_on, won_on in (
        ("early", "2025-11-03", "2026-03-20", "2026-02-02"),
        ("late", "2026-02-10", "2026-03-25", None),
        ("next", "2025-11-03", "2026-05-20", None),
    ):
        c.add("account", account_id=f"A{key}")
        c.add(
            "opportunity",
            opportunity_id=key,
            account_id=f"A{key}",
            stage="Won" if won_on else "Qualified",
            acv=400,
            created_at=created,
            close_on=won_on or close_on,
            closed_at=won_on,
        )
        c.add(
            "opportunity_stage_history", opportunity_id=key, stage="Qualified", entered_at=created
        )
        if won_on:
            c.add("opportunity_stage_history", opportunity_id=key, stage="Won", entered_at=won_on)


def test_every_quarter_is_asked_on_its_own_fifth_working_day():
    with company(exported_on="2026-06-10") as c:
        two_quarters(c)
        past = c.metric(METRIC, "2026-Q1")
        running = c.metric(METRIC, "2026-Q2")
    # On 7 January the first deal stood open, the second was not there yet; on 7 April the third.
    assert (past.value, past.status) == (Fraction(2, 5), Status.FINAL)
    assert (running.value, running.status) == (Fraction(2, 5), Status.FINAL)


def test_a_series_of_coverage_compares_like_with_like():
    with company(exported_on="2026-06-10") as c:
        two_quarters(c)
        periods = [c._period(key) for key in ("2026-Q1", "2026-Q2")]
        series = c.measurement.figures(c.definition(METRIC), periods, whole=True)
        alone = [c.metric(METRIC, key) for key in ("2026-Q1", "2026-Q2")]
    assert [figure.value for figure in series] == [figure.value for figure in alone]
    assert [figure.companions for figure in series] == [figure.companions for figure in alone]


def test_beside_a_running_quarter_stand_today_and_the_same_day_of_the_one_before():
    with company(exported_on="2026-06-10") as c:
        two_quarters(c)
        beside = {each.label: each for each in c.metric(METRIC, "2026-Q2").companions}
    assert set(beside) == {"Today", "The period before, on the same day"}
    # The close date of the third has passed by now.
    assert beside["Today"].value == 0
    # 10 June is the 51st working day of its quarter, 12 March that of the one before.
    same_day = beside["The period before, on the same day"]
    assert same_day.says == "2026-Q1, as of 2026-03-12: as many working days in"
    # By 12 March one deal had been won, 400 of 1,000, and another stood open.
    assert same_day.value == Fraction(2, 3)


def test_a_quarter_that_is_over_has_nothing_of_today_beside_it():
    with company(exported_on="2026-06-10") as c:
        two_quarters(c)
        assert c.metric(METRIC, "2026-Q1").companions == ()


def test_coverage_is_open_until_its_day_and_final_from_then_on():
    for exported_on, status in (("2026-04-06", Status.PROVISIONAL), ("2026-04-08", Status.FINAL)):
        with company(exported_on=exported_on) as c:
            two_quarters(c)
            assert c.metric(METRIC, "2026-Q2").status is status


def test_a_quarter_to_come_has_a_target_of_its_own():
    target = Target("3", None, "up", ("2.2", "1"))
    assert [target.at(n).low if target.at(n) else None for n in range(4)] == ["3", "2.2", "1", None]
    draft = drafts()[METRIC]
    assert (draft.target.low, draft.target.ahead) == ("3", ("2.2", "1"))
    assert Target.of(target.document()) == target


@pytest.mark.parametrize(
    ("key", "ahead"), [("2026-Q1", 0), ("2026-Q2", 0), ("2026-Q3", 1), ("2026-Q4", 2)]
)
def test_the_horizon_is_counted_in_periods_of_the_same_length(key, ahead):
    with company() as c:
        assert horizon(c.settings, c._period(key), date(2026, 6, 10)) == ahead
