"""Any mapped column can be declared a dimension, and then works everywhere a segment does."""

from fractions import Fraction

import pytest

from tests.company import company
from trivet.errors import DimensionUnknown
from trivet.numbers.shared_metrics.figure import Status

pytestmark = pytest.mark.slow

METRIC = "marketing_sourced_pipeline"
BY_SOURCE = {"source_rule": ["lead_source"]}


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


def a_deal_with_roles(c, *roles):
    c.add("account", account_id="A")
    c.add(
        "opportunity",
        opportunity_id="O",
        account_id="A",
        stage="Qualified",
        acv=100,
        created_at="2026-01-05",
        lead_source="Webinar",
    )
    for contact, level, is_primary in roles:
        c.add("contact", contact_id=contact, account_id="A", title=level)
        c.add(
            "opportunity_contact_role",
            opportunity_id="O",
            contact_id=contact,
            is_primary=is_primary,
        )


@pytest.mark.parametrize(
    ("roles", "shown"),
    [
        ([("P1", "Director", False), ("P2", "Manager", True)], "Manager"),
        ([("P1", "Director", None)], "Director"),
        ([("P1", "Director", None), ("P2", "Manager", None)], ""),
    ],
    ids=["primary role", "only role", "several and none is primary"],
)
def test_a_dimension_of_people_asked_of_pipeline_follows_the_primary_contact(roles, shown):
    with company(
        lead_sources={"marketing": ["Webinar"]}, dimensions={"level": "contact.title"}
    ) as c:
        a_deal_with_roles(c, *roles)
        split = c.metric(METRIC, "2026-Q1", by="level", options=BY_SOURCE)
    assert [(s.scope["level"], s.records) for s in split.segments] == [(shown, 1)]


def test_a_dimension_of_people_is_refused_where_no_role_says_who_stands_for_a_deal():
    with company(
        lead_sources={"marketing": ["Webinar"]}, dimensions={"level": "contact.title"}
    ) as c:
        a_deal_with_roles(c)
        c.add("contact", contact_id="P1", account_id="A", title="Director")
        with pytest.raises(DimensionUnknown, match="no opportunity_contact_role says who"):
            c.metric(METRIC, "2026-Q1", by="level", options=BY_SOURCE)
        within = c.metric(METRIC, "2026-Q1", where={"level": "Director"}, options=BY_SOURCE)
    assert within.status is Status.NOT_COMPUTABLE
    assert "its rows are of a kind (opportunity) that has no level" in within.reason


def test_a_dimension_that_no_customer_can_have_is_refused_with_what_it_is_of():
    with company() as c:
        c.add("account", account_id="A")
        c.add("subscription", account_id="A", arr=100, starts_on="2024-01-01")
        c.add("opportunity", opportunity_id="O", account_id="A", stage="Won", product="Core")
        with pytest.raises(DimensionUnknown, match="it is a dimension of opportunity"):
            c.metric("net_revenue_retention", "2026-Q1", by="product")


def campaigns(c):
    c.add("crm_campaign", campaign_id="TOP", name="Spring tour")
    c.add("crm_campaign", campaign_id="OSLO", name="Oslo", parent_id="TOP")
    c.add("crm_campaign", campaign_id="TALK", name="Talk in Oslo", parent_id="OSLO")
    c.add("crm_campaign", campaign_id="AD", name="Advert")


def test_mqls_are_split_by_the_campaign_that_each_person_last_answered_before():
    with company() as c:
        campaigns(c)
        for person, answers in {
            "P1": [("AD", "2026-01-02T09:00"), ("TALK", "2026-01-09T09:00")],
            "P2": [("TALK", "2026-01-03T09:00"), ("AD", "2026-02-20T09:00")],
            "P3": [("AD", "2026-01-04T09:00")],
            "P4": [],
        }.items():
            c.add("contact", contact_id=person)
            c.add(
                "lifecycle_stage_history",
                contact_id=person,
                stage="mql",
                entered_at="2026-01-12T10:00",
            )
            for campaign, at in answers:
                c.add(
                    "touchpoint",
                    contact_id=person,
                    campaign_id=campaign,
                    kind="form",
                    touched_at=at,
                )
        c.add(
            "lifecycle_stage_history", contact_id="P1", stage="sql", entered_at="2026-01-13T10:00"
        )
        split = c.metric("mql_to_sql", "2026-Q1", by="campaign")
        rolled = c.metric("mql_to_sql", "2026-Q1", by="parent_campaign")
    shown = {s.scope["campaign"]: s.denominator for s in split.segments}
    assert shown == {"Talk in Oslo": 2, "Advert": 1, "": 1}
    above = {s.scope["parent_campaign"]: s.denominator for s in rolled.segments}
    assert above == {"Spring tour": 2, "Advert": 1, "": 1}


def test_retention_is_split_by_the_campaign_a_customer_was_won_with():
    with company() as c:
        campaigns(c)
        for account, won, arr in (
            ("A1", [("TALK", "2024-02-01"), ("AD", "2025-11-01")], 120),
            ("A2", [("AD", "2024-03-01")], 50),
            ("A3", [], 10),
        ):
            c.add("account", account_id=account)
            c.add(
                "subscription",
                account_id=account,
                arr=100,
                starts_on="2024-04-01",
                ends_on="2026-02-01",
            )
            c.add("subscription", account_id=account, arr=arr, starts_on="2026-02-01")
            for campaign, day in won:
                c.add(
                    "opportunity",
                    account_id=account,
                    stage="Won",
                    campaign_id=campaign,
                    created_at="2024-01-01",
                    close_on=day,
                    closed_at=day,
                )
        split = c.metric("net_revenue_retention", "2026-Q1", by="campaign")
        rolled = c.metric("net_revenue_retention", "2026-Q1", by="parent_campaign")
        only = c.metric("net_revenue_retention", "2026-Q1", where={"campaign": "Advert"})
    assert {s.scope["campaign"]: s.value for s in split.segments} == {
        "Talk in Oslo": Fraction(6, 5),
        "Advert": Fraction(1, 2),
        "": Fraction(1, 10),
    }
    assert {s.scope["parent_campaign"]: s.value for s in rolled.segments} == {
        "Spring tour": Fraction(6, 5),
        "Advert": Fraction(1, 2),
        "": Fraction(1, 10),
    }
    assert only.value == Fraction(1, 2)
