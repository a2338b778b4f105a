"""Any mapped column can be declared a dimension, and then works everywhere a segment does."""

from fractions import Fraction

import pytest

from tests.company import company

pytestmark = pytest.mark.slow

METRIC = "marketing_sourced_pipeline"


def two_opportunities(c):
    c.add("crm_user", user_id="U1", name="Ada Placeholder", team="North")
    c.add("crm_user", user_id="U2", name="Ben Placeholder", team="South")
    for key, kind, user, source in (
        ("A", "Key", "U1", "Webinar"),
        ("B", "Long tail", "U2", "Cold"),
    ):
        c.add("account", account_id=key, type=kind, owner_id=user)
        c.add(
            "opportunity",
            opportunity_id=f"O{key}",
            account_id=key,
            owner_id=user,
            stage="Qualified",
            acv=100,
            created_at="2026-01-05",
            lead_source=source,
        )


def test_a_declared_column_of_the_account_splits_and_filters_like_a_segment():
    with company(
        lead_sources={"marketing": ["Webinar"], "sales": ["Cold"]},
        dimensions={"kind": "account.type"},
    ) as c:
        two_opportunities(c)
        asked = {"options": {"source_rule": ["lead_source"]}}
        split = c.metric(METRIC, "2026-Q1", by="kind", **asked)
        assert {s.scope["kind"]: s.value for s in split.segments} == {"Key": 1, "Long tail": 0}
        assert split.value == Fraction(1, 2)
        only = c.metric(METRIC, "2026-Q1", where={"kind": "Key"}, **asked)
    assert (only.value, only.records) == (1, 1)


def test_the_team_of_the_owner_is_a_dimension_of_what_it_owns():
    with company(
        lead_sources={"marketing": ["Webinar"]}, dimensions={"team": "crm_user.team"}
    ) as c:
        two_opportunities(c)
        split = c.metric(METRIC, "2026-Q1", by="team", options={"source_rule": ["lead_source"]})
    assert {s.scope["team"]: s.records for s in split.segments} == {"North": 1, "South": 1}


def test_the_segments_of_a_metric_add_up_to_its_figure():
    with company(lead_sources={"marketing": ["Webinar"]}, dimensions={"kind": "account.type"}) as c:
        two_opportunities(c)
        split = c.metric(METRIC, "2026-Q1", by="kind", options={"source_rule": ["lead_source"]})
    assert sum(s.numerator for s in split.segments) == split.numerator
    assert sum(s.denominator for s in split.segments) == split.denominator


def test_a_customer_who_outgrew_a_segment_is_kept_in_the_one_it_started_in():
    with company() as c:
        c.add("account", account_id="A", segment="SMB", exported_on="2025-03-01")
        c.add("account", account_id="A", segment="Enterprise", exported_on="2026-07-15")
        c.add("subscription", account_id="A", arr=100, starts_on="2025-01-01")
        split = c.metric("net_revenue_retention", "2026-Q2", by="segment")
    assert [(s.scope["segment"], s.value) for s in split.segments] == [("SMB", 1)]


def test_the_segment_target_is_what_a_segments_coverage_is_measured_by():
    with company() as c:
        c.add("account", account_id="A", segment="SMB")
        c.add("target", starts_on="2026-07-01", ends_on="2026-10-01", amount=1000)
        c.add("target", starts_on="2026-07-01", ends_on="2026-10-01", amount=400, segment="SMB")
        c.add("target", starts_on="2026-07-01", ends_on="2026-10-01", amount=600, segment="Mid")
        c.add(
            "opportunity",
            opportunity_id="O",
            account_id="A",
            stage="Qualified",
            acv=200,
            created_at="2026-05-05",
            close_on="2026-08-05",
        )
        whole = c.metric("pipeline_coverage", "2026-Q3")
        split = c.metric("pipeline_coverage", "2026-Q3", by="segment")
    assert whole.value == Fraction(1, 5)
    assert {s.scope["segment"]: s.value for s in split.segments} == {
        "SMB": Fraction(1, 2),
        "Mid": 0,
        "": None,
    }
