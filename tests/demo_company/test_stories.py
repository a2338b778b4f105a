"""The numbers of the demo company are believable, and its stories are there to be found.

Everything is asked through the same face that pages and notebooks use, with the drafts' defaults.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

import pytest

from trivet.numbers.revenue_model import RevenueModel

pytestmark = pytest.mark.slow

LAST_YEAR = ("2025-Q4", "2026-Q1", "2026-Q2", "2026-Q3")


def value(model: RevenueModel, metric: str, period: str, **where: str) -> float:
    found = model.metric(metric, period, where=where or None).value
    assert found is not None, (metric, period, where)
    return float(found)


def together(model: RevenueModel, metric: str, periods: tuple[str, ...], **where: str) -> float:
    """The ratio over several periods."""
    figures = [model.metric(metric, period, where=where or None) for period in periods]
    numerator = sum((f.numerator for f in figures if f.numerator is not None), Fraction())
    denominator = sum((f.denominator for f in figures if f.denominator is not None), Fraction())
    return float(numerator / denominator)


BELIEVABLE = {
    "marketing_sourced_pipeline": (0.32, 0.56),
    "win_rate": (0.20, 0.32),
    "time_to_close": (55, 90),
    "net_revenue_retention": (1.04, 1.15),
    "gross_revenue_retention": (0.86, 0.93),
    "expansion_pipeline": (0.21, 0.36),
    "mql_to_sql": (0.15, 0.26),
    "follow_up_sla": (0.70, 0.85),
    "pipeline_coverage": (2.2, 3.8),
}


def quarters() -> Iterator[tuple[str, str]]:
    for metric in BELIEVABLE:
        for quarter in LAST_YEAR:
            yield metric, quarter


@pytest.mark.parametrize(("metric", "quarter"), list(quarters()))
def test_every_figure_of_the_last_year_is_believable(
    model: RevenueModel, metric: str, quarter: str
) -> None:
    low, high = BELIEVABLE[metric]
    assert low <= value(model, metric, quarter) <= high


def test_the_third_quarter_is_final_and_the_fourth_is_not(model: RevenueModel) -> None:
    assert model.metric("win_rate", "2026-Q3").status == "final"
    assert model.metric("win_rate", "2026-Q4").status == "provisional"


def test_the_win_rate_of_emea_mid_market_falls_from_the_middle_of_2026(
    model: RevenueModel,
) -> None:
    emea = {"region": "EMEA", "segment": "Mid-Market"}
    before = together(model, "win_rate", ("2025-Q3", "2025-Q4", "2026-Q1"), **emea)
    after = together(model, "win_rate", ("2026-Q3", "2026-Q4"), **emea)
    assert before > 0.2
    assert after < before / 2
    elsewhere = together(model, "win_rate", ("2026-Q3", "2026-Q4"), region="NA")
    assert elsewhere > 0.2


def test_customers_won_in_the_second_quarter_of_2025_leave_after_a_year(
    model: RevenueModel,
) -> None:
    cohorts = {
        cohort.period.key: cohort for cohort in model.cohorts(model.period("2026-Q3"), quarters=8)
    }
    of_the_offer = cohorts["2025-Q2"].retained[5]
    before, after = cohorts["2025-Q1"].retained[5], cohorts["2025-Q3"].retained[4]
    assert of_the_offer is not None
    assert before is not None
    assert after is not None
    assert float(of_the_offer) < float(min(before, after)) - 0.1


def test_the_pipeline_clinic_lifts_what_marketing_sources(model: RevenueModel) -> None:
    clinic = model.metric("marketing_sourced_pipeline", "2026-Q1")
    usual = [model.metric("marketing_sourced_pipeline", q) for q in ("2025-Q4", "2026-Q3")]
    assert clinic.numerator is not None
    for quarter in usual:
        assert quarter.numerator is not None
        assert clinic.numerator > quarter.numerator * Fraction(6, 5)


def test_demo_requests_from_apac_wait_too_long(model: RevenueModel) -> None:
    quarters = ("2025-Q4", "2026-Q1", "2026-Q2", "2026-Q3")
    waiting = together(model, "follow_up_sla", quarters, region="APAC", lead_type="Demo request")
    others = together(model, "follow_up_sla", quarters, region="EMEA", lead_type="Demo request")
    assert waiting < 0.5
    assert others > 0.75


def test_the_price_rise_of_2026_is_in_the_retention_waterfall(model: RevenueModel) -> None:
    def price(period: str) -> float:
        bars = {bar.kind: bar.amount_minor for bar in model.waterfall(model.period(period))}
        return bars.get("price", 0) / bars["opening"]

    # Before, renewals rose by two or three per cent at most.
    assert price("2025-Q4") < 0.016
    assert price("2026-Q3") > 0.025
