"""The worked example of expansion pipeline contribution (GT-5)."""

from __future__ import annotations

import pytest

from tests.numbers.shared_metrics.worked_example import percent, variant

METRIC = "expansion_pipeline"
ALL_TYPES = ["new", "expansion", "renewal_uplift", "winback", "renewal_base"]


def add_opportunity(c, key, account, entered, acv, *, won=None, **more):
    c.add(
        "opportunity",
        **{
            "opportunity_id": key,
            "account_id": account,
            "stage": "Won" if won else "Qualified",
            "acv": acv,
            "currency": "USD",
            "created_at": f"{entered}T09:00",
            "close_on": won or "2026-12-31",
            "closed_at": f"{won}T11:00" if won else None,
            **more,
        },
    )
    for stage, day, hour in [
        ("Created", entered, "09:00"), ("Qualified", entered, "10:00"), ("Won", won, "11:00"),
    ]:  # fmt: skip
        if day:
            c.add(
                "opportunity_stage_history",
                opportunity_id=key, stage=stage, entered_at=f"{day}T{hour}",
            )  # fmt: skip


def fill(c):
    for account, parent in [
        ("A", None), ("B", None), ("P", None), ("C", "P"), ("D", None), ("E", None), ("F", None),
        ("G", None),
    ]:  # fmt: skip
        c.add("account", account_id=account, parent_id=parent, segment="SMB", region="EMEA")
    for account, arr, starts_on, ends_on in [
        ("A", 200, "2024-05-01", None),
        ("P", 300, "2024-05-01", None),
        ("D", 30, "2024-11-01", "2025-11-01"),
        ("E", 90, "2025-04-01", None),
        ("F", 20, "2026-02-10", None),
        ("G", 45, "2024-07-01", None),
    ]:
        c.add(
            "subscription",
            subscription_id=f"U{account}", account_id=account, arr=arr, currency="USD",
            starts_on=starts_on, ends_on=ends_on,
        )  # fmt: skip
    add_opportunity(c, "E1", "A", "2026-01-10", 40, motion="expansion", expansion_type="seat")
    add_opportunity(c, "E2", "B", "2026-01-11", 100, motion="new_business")
    add_opportunity(c, "E3", "C", "2026-01-12", 60, motion="new_business")
    add_opportunity(c, "E4", "D", "2026-01-13", 30, motion="new_business")
    add_opportunity(c, "E5", "E", "2026-01-14", 100, motion="renewal", renewal_base=90)
    add_opportunity(c, "E6", "F", "2026-02-01", 20, motion="new_business", won="2026-02-10")
    add_opportunity(c, "E7", "F", "2026-03-01", 25, motion="expansion", expansion_type="seat")
    add_opportunity(
        c, "E8", "G", "2026-03-05", 50,
        motion="renewal", renewal_base=45, tcv=150, amount=150, term_months=36,
    )  # fmt: skip


@pytest.fixture(scope="module")
def example(opener):
    with opener.open() as c:
        fill(c)
        yield c


VARIANTS = [
    variant("default", 140, 290, "48.28 %"),
    variant("account level", 80, 290, "27.59 %", base={"entity_level": "account"}),
    variant("win-back as expansion", 170, 290, "58.62 %", options={"winback": "expansion"}),
    variant("status at period end", 160, 290, "55.17 %", base={"customer_status_at": "period_end"}),
    variant("renewal base included", 275, 425, "64.71 %", base={"deal_types_in": ALL_TYPES}),
]


@pytest.mark.parametrize("asked", VARIANTS, ids=str)
def test_expansion_pipeline_of_the_worked_example(example, asked):
    # Asked without the linter: it would compare the account level with retention's.
    figure = example.metric(METRIC, "2026-Q1", options=asked.options, base=asked.base, lint=False)
    assert (figure.numerator, figure.denominator) == (
        asked.numerator * 100,
        asked.denominator * 100,
    )
    assert percent(figure.value) == asked.shown


def test_expansion_new_business_and_winback_are_the_whole(example):
    def whole(*types):
        figure = example.metric(METRIC, "2026-Q1", base={"deal_types_in": list(types)})
        return figure.denominator

    assert whole("expansion", "renewal_uplift") == 140_00
    assert whole("new") == 120_00
    assert whole("winback") == 30_00
    assert example.metric(METRIC, "2026-Q1").denominator == 290_00


def test_a_three_year_renewal_counts_a_year_not_its_contract(example):
    by_year = {r["record_id"]: r["numerator"] for r in example.rows_of(METRIC, "2026-Q1")}
    assert by_year["E8"] == 5_00
    assert by_year["E5"] == 10_00
