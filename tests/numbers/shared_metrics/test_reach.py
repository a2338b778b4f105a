"""What was not loaded is not what did not happen: who reaches too far back has no value."""

from __future__ import annotations

from fractions import Fraction

import pytest

from tests.company import company
from trivet.numbers.shared_metrics.figure import Figure, Status

NRR, MQL, SLA = "net_revenue_retention", "mql_to_sql", "follow_up_sla"
UNDECLARED: dict[str, str] = {}


def add_invoices(c, *days):
    c.add("account", account_id="A1")
    for day in days:
        c.add("invoice_line", account_id="A1", invoiced_on=day, amount=100)


@pytest.mark.parametrize(("period", "is_computable"), [("2021-Q1", False), ("2021-Q4", True)])
def test_retention_from_invoices_needs_the_year_before_its_opening_day(period, is_computable):
    with company(history_from={"invoice_line": "2020-01-01"}) as c:
        add_invoices(c, "2020-02-29", "2021-02-15", "2022-02-15")
        figure = c.metric(NRR, period, base={"basis": "invoices"})
    assert (figure.status is not Status.NOT_COMPUTABLE) == is_computable
    assert (figure.value is not None) == is_computable
    if not is_computable:
        assert "it reaches back to 2019-04-01, and invoice_line is loaded from 2020-01-01" in (
            figure.reason
        )
        assert 'history_from = "2019-04-01"' in figure.reason


def test_undeclared_records_are_known_from_the_month_of_the_earliest():
    with company(history_from=UNDECLARED) as c:
        add_invoices(c, "2020-02-29", "2021-02-15", "2022-02-15")
        asked = {"base": {"basis": "invoices"}}
        # The window of January 2022's opening day begins on 1 February 2020.
        assert c.metric(NRR, "2022-01", **asked).value == 1
        assert c.metric(NRR, "2021-12", **asked).status is Status.NOT_COMPUTABLE


def test_a_second_billing_system_that_came_later_takes_no_history_away():
    with company(history_from=UNDECLARED) as c:
        add_invoices(c, "2020-02-29", "2021-02-15", "2022-02-15", "2022-03-10")
        assert c.metric(NRR, "2022-02", base={"basis": "invoices"}).value == 1


@pytest.mark.parametrize(("period", "value"), [("2025-Q4", None), ("2026-Q1", 1)])
def test_contracts_have_to_be_known_on_the_opening_day(period, value):
    with company(history_from=UNDECLARED) as c:
        c.add("account", account_id="A1")
        c.add("subscription", account_id="A1", arr=100, starts_on="2025-03-15")
        figure = c.metric(NRR, period)
    # The quarter that ends on 31 March 2026 opens on 31 March 2025.
    assert figure.value == value


def test_a_quarter_before_the_first_mqls_has_no_conversion():
    with company(history_from=UNDECLARED) as c:
        c.add("contact", contact_id="P1")
        c.add(
            "lifecycle_stage_history", contact_id="P1", stage="mql", entered_at="2026-05-04T09:00"
        )
        c.add(
            "lifecycle_stage_history", contact_id="P1", stage="sql", entered_at="2026-05-09T09:00"
        )
        assert c.metric(MQL, "2026-05").value == 1
        assert c.metric(MQL, "2026-Q2").status is Status.NOT_COMPUTABLE


def test_a_follow_up_that_is_not_loaded_is_no_breach():
    with company(history_from={"lead_assignment": "2026-01-01"}) as c:
        c.add("contact", contact_id="P1")
        c.add("lead_assignment", contact_id="P1", assigned_at="2026-04-06T09:00")
        c.add("sales_activity", contact_id="P1", kind="call", happened_at="2026-05-02T10:00")
        figure = c.metric(SLA, "2026-04")
    assert figure.value is None
    assert "sales_activity is loaded from 2026-05-01" in figure.reason


def stages_from_march(c):
    c.add("account", account_id="A1")
    for key, created, qualified in (
        ("Old", "2026-01-10T09:00", None),
        ("New", "2026-03-05T09:00", "2026-03-08T09:00"),
    ):
        c.add(
            "opportunity", opportunity_id=key, account_id="A1", stage="Qualified", acv=100,
            created_at=created, lead_source="Webinar",
        )  # fmt: skip
        if qualified:
            c.add(
                "opportunity_stage_history",
                opportunity_id=key, stage="Qualified", entered_at=qualified,
            )  # fmt: skip


@pytest.mark.parametrize(
    ("options", "base", "period", "is_computable"),
    [
        ({}, {}, "2026-Q1", False),
        ({}, {}, "2026-03", True),
        ({}, {"entry_event": "created"}, "2026-Q1", True),
        ({"measure": "open_at_date"}, {}, "2026-02", False),
        ({"measure": "open_at_date"}, {}, "2026-Q1", True),
    ],
)
def test_pipeline_that_entered_before_stages_are_loaded_is_not_known(
    options, base, period, is_computable
):
    with company(history_from=UNDECLARED, lead_sources={"marketing": ["Webinar"]}) as c:
        stages_from_march(c)
        figure = c.metric(
            "marketing_sourced_pipeline", period, base=base,
            options={**options, "source_rule": ["lead_source"]},
        )  # fmt: skip
    assert (figure.value is not None) == is_computable


def test_a_customer_from_before_contracts_are_loaded_is_not_called_new():
    with company(history_from={**UNDECLARED, "opportunity_stage_history": "2020-01-01"}) as c:
        stages_from_march(c)
        c.add("subscription", account_id="A1", arr=100, starts_on="2026-02-01")
        quarter = c.metric("expansion_pipeline", "2026-Q1")
        march = c.metric("expansion_pipeline", "2026-03")
        # Where every kind of deal counts, nobody asks who was a customer.
        total = c.metric(
            "marketing_sourced_pipeline", "2026-Q1", options={"source_rule": ["lead_source"]}
        )
    assert quarter.status is Status.NOT_COMPUTABLE
    assert "subscription is loaded from 2026-02-01" in quarter.reason
    assert march.value == 1
    assert total.status is not Status.NOT_COMPUTABLE or "subscription" not in total.reason


def test_no_figure_can_be_final_without_a_value():
    with company() as c:
        c.add("account", account_id="A1")
        c.add("subscription", account_id="A1", arr=100, starts_on="2026-02-01")
        figure = c.metric(NRR, "2025-Q4")
    assert figure.value is None
    assert figure.status is Status.NOT_COMPUTABLE
    assert figure.is_empty
    assert figure.is_settled
    with pytest.raises(ValueError, match="has no value and is called final"):
        Figure(
            **{**{name: getattr(figure, name) for name in Figure.__slots__}, "status": Status.FINAL}
        )
    assert Fraction(0) == figure.denominator
