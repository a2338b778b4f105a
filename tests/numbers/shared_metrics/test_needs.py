"""What the data cannot answer is said, and never counted as zero."""

from __future__ import annotations

from tests.company import company
from trivet.numbers.shared_metrics.figure import Status


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
