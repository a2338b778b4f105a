"""What the data cannot answer is said, and never counted as zero."""

from __future__ import annotations

import pytest

from tests.company import company
from trivet.numbers.shared_metrics.figure import Status

pytestmark = pytest.mark.slow


def with_a_deal(found, **touch):
    found.add("account", account_id="A1")
    found.add("account", account_id="A2")
    found.add("contact", contact_id="C2", account_id="A2")
    found.add(
        "opportunity", opportunity_id="O1", account_id="A1", stage="Qualified", amount="100",
        created_at="2026-05-01T10:00:00", close_on="2026-06-01",
    )  # fmt: skip
    if touch:
        at = "2026-04-20T10:00:00"
        found.add("touchpoint", touchpoint_id="T1", touched_at=at, kind="form", **touch)


def test_touches_of_people_at_no_account_with_a_deal_are_no_evidence_of_its_source():
    with company() as found:
        with_a_deal(found, contact_id="C2")
        figure = found.metric("marketing_sourced_pipeline", "2026-Q2")
    assert figure.value is None
    assert figure.status is Status.NOT_COMPUTABLE
    assert "no touchpoint is of somebody at the account of an opportunity" in figure.reason


def test_where_no_stage_wins_or_loses_nothing_can_close():
    with company(stages={"open": ["Qualified"], "qualified_from": "Qualified"}) as found:
        with_a_deal(found)
        for metric in ("win_rate", "time_to_close"):
            figure = found.metric(metric, "2026-Q2")
            assert figure.status is Status.NOT_COMPUTABLE
            assert "[stages] names no stage as won or lost" in figure.reason


NEVER_QUALIFIED = {"open": ["Created", "Qualified"], "won": ["Won"], "lost": ["Lost"]}
EVERY_SOURCE = {"source_rule": ["lead_source"]}


def with_deals_that_closed(found):
    found.add("account", account_id="A1")
    for number, stage in enumerate(["Won", "Lost", "Qualified"]):
        found.add(
            "opportunity", opportunity_id=f"O{number}", account_id="A1", stage=stage, amount="100",
            created_at="2026-04-01T10:00:00", close_on="2026-06-01", lead_source="Web",
            motion="new_business",
        )  # fmt: skip
    found.add("target", starts_on="2026-04-01", ends_on="2026-07-01", amount="1000")


@pytest.mark.parametrize(
    ("metric", "options"),
    [
        ("marketing_sourced_pipeline", {}),
        ("marketing_sourced_pipeline", {"measure": "open_at_date"}),
        ("expansion_pipeline", {}),
        ("expansion_pipeline", {"measure": "open_at_date"}),
        ("win_rate", {}),
        ("win_rate", {"cohort": "entered_in_period", "min_stage": "any"}),
        ("time_to_close", {}),
        ("time_to_close", {"start": "created", "population": "won_lost"}),
        ("pipeline_coverage", {}),
        ("deal_velocity", {}),
    ],
)
def test_what_is_qualified_is_never_guessed_where_no_stage_says_it(metric, options):
    """Else only the won ones would be pipeline, and every win rate would be 100 %."""
    sources = {"marketing": ["Web"]}
    asked = {"options": options, "base": EVERY_SOURCE if "marketing" in metric else {}}
    if metric == "win_rate":
        asked["base"] = EVERY_SOURCE
    with company(stages=NEVER_QUALIFIED, lead_sources=sources) as found:
        with_deals_that_closed(found)
        figure = found.metric(metric, "2026-Q2", **asked)
    assert figure.status is Status.NOT_COMPUTABLE
    assert figure.reason.startswith("not computable: no stage is qualified_from")
    assert "[stages]" in figure.reason

    with company(
        stages={**NEVER_QUALIFIED, "qualified_from": "Qualified"}, lead_sources=sources
    ) as found:
        with_deals_that_closed(found)
        figure = found.metric(metric, "2026-Q2", **asked)
    assert figure.status is not Status.NOT_COMPUTABLE, figure.reason


@pytest.mark.parametrize(
    ("metric", "options", "base"),
    [
        ("win_rate", {"sourced": "all", "min_stage": "any"}, {}),
        ("time_to_close", {"start": "created"}, {}),
        ("time_to_close", {}, {"entry_event": "created"}),
        ("expansion_pipeline", {}, {"entry_event": "created"}),
        ("pipeline_coverage", {"stage": "any"}, {}),
    ],
)
def test_a_definition_that_asks_for_no_qualified_stage_needs_none(metric, options, base):
    with company(stages=NEVER_QUALIFIED) as found:
        with_deals_that_closed(found)
        figure = found.metric(metric, "2026-Q2", options=options, base=base)
    assert figure.value is not None, figure.reason


def test_where_no_stage_is_accepted_nothing_can_enter_by_acceptance():
    with company(stages={**NEVER_QUALIFIED, "qualified_from": "Qualified"}) as found:
        with_deals_that_closed(found)
        figure = found.metric(
            "expansion_pipeline", "2026-Q2", base={"entry_event": "sales_accepted"}
        )
    assert figure.status is Status.NOT_COMPUTABLE
    assert "no stage is accepted_from" in figure.reason


def test_a_stage_history_of_other_opportunities_is_not_said_to_be_missing():
    with company() as found:
        found.add("opportunity", opportunity_id="O1", stage="Qualified", amount="1")
        reason = found.metric("time_to_close", "2026-Q2").reason
        assert "no opportunity_stage_history is loaded" in reason
        found.add(
            "opportunity_stage_history", opportunity_id="O9", stage="Won", entered_at="2026-05-01"
        )
        reason = found.metric("time_to_close", "2026-Q2").reason
    assert "is of an opportunity that is not loaded" in reason
    assert "no opportunity_stage_history is loaded" not in reason


def test_where_only_invoices_are_loaded_it_is_said_that_they_would_answer():
    with company() as found:
        found.add("account", account_id="A1")
        found.add("invoice_line", account_id="A1", invoiced_on="2026-05-01", amount="100")
        figure = found.metric("net_revenue_retention", "2026-Q2")
    assert figure.status is Status.NOT_COMPUTABLE
    assert "the table subscription is empty" in figure.reason
    assert "invoice_line is loaded: with basis = invoices" in figure.reason


def test_where_no_deal_names_its_account_nobody_knows_which_come_from_customers():
    with company() as found:
        found.add("account", account_id="A1")
        found.add("subscription", account_id="A1", starts_on="2024-01-01", arr="100")
        found.add(
            "opportunity", opportunity_id="O1", stage="Qualified", amount="100",
            created_at="2026-05-01T10:00:00",
        )  # fmt: skip
        figure = found.metric("expansion_pipeline", "2026-Q2")
    assert figure.status is Status.NOT_COMPUTABLE
    assert "no opportunity has an account_id or a motion" in figure.reason
