"""What a figure is called says what was chosen: a title is never of another figure."""

from __future__ import annotations

import pytest

from trivet.numbers.shared_metrics.definition import Definition
from trivet.numbers.shared_metrics.registry import METRICS, SHARED, drafts

CALLED = {
    "marketing_sourced_pipeline": "Marketing-sourced pipeline",
    "win_rate": "Win rate, marketing-sourced",
    "time_to_close": "Time to close",
    "net_revenue_retention": "Net revenue retention",
    "expansion_pipeline": "Expansion pipeline",
    "gross_revenue_retention": "Gross revenue retention",
    "mql_to_sql": "MQL to SQL conversion",
    "follow_up_sla": "Follow-up SLA",
    "pipeline_coverage": "Pipeline coverage",
    "deal_velocity": "Deal velocity",
}


def test_every_draft_is_called_as_it_always_was():
    assert {name: draft.title for name, draft in drafts().items()} == CALLED


@pytest.mark.parametrize(
    ("metric", "options", "title"),
    [
        ("win_rate", {"sourced": "all"}, "Win rate, all sources"),
        ("win_rate", {"basis": "amount"}, "Win rate, marketing-sourced, by amount"),
        (
            "win_rate",
            {"sourced": "all", "cohort": "entered_in_period"},
            "Win rate, all sources, created cohort",
        ),
        ("deal_velocity", {"sourced": "marketing"}, "Deal velocity, marketing-sourced"),
        ("expansion_pipeline", {"basis": "count"}, "Expansion pipeline, by number"),
        (
            "marketing_sourced_pipeline",
            {"measure": "open_at_date"},
            "Marketing-sourced pipeline, open at the end",
        ),
        ("time_to_close", {"start": "mql"}, "Time to close, from MQL"),
        ("time_to_close", {"stat": "p90"}, "Time to close, 90th percentile"),
        ("time_to_close", {"calendar": "business"}, "Time to close, in working days"),
        ("mql_to_sql", {"unit": "account"}, "MQL to SQL conversion, by account"),
        ("follow_up_sla", {"clock_start": "mql"}, "Follow-up SLA, from MQL"),
        ("follow_up_sla", {"target_hours": "8"}, "Follow-up SLA"),
        ("pipeline_coverage", {"weighting": "stage"}, "Pipeline coverage, weighted by stage"),
    ],
)  # fmt: skip
def test_an_option_that_makes_it_another_figure_is_in_its_title(metric, options, title):
    assert drafts()[metric].with_options(**options).title == title


@pytest.mark.parametrize(
    ("options", "title"),
    [
        ({"method": "renewals_due"}, "Net revenue retention, renewals due"),
        ({"window_months": 24}, "Net revenue retention, 24 months"),
        ({"basis": "invoices"}, "Net revenue retention, from invoices"),
        ({"late_renewal_grace_days": 60}, "Net revenue retention"),
    ],
)
def test_so_is_an_option_of_what_it_rests_on(options, title):
    retention = drafts()["net_revenue_retention"]
    base = retention.bases["retention_base"].with_options(**options)
    assert retention.resting_on(base).title == title
    assert base.title == "Retention base"


def test_no_formula_says_a_number_that_can_be_chosen_otherwise():
    for metric in METRICS.values():
        assert "twelve" not in metric.subject.formula


def test_no_two_choices_of_an_option_that_name_it_are_named_alike():
    for subject in (*SHARED, *(metric.subject for metric in METRICS.values())):
        for option in subject.options:
            named = [choice.titled for choice in option.choices if choice.titled]
            assert len(set(named)) == len(named)
            for choice in option.choices:
                if choice.titled:
                    base = subject if not subject.shared else None
                    if base:
                        draft = Definition.draft(subject, {option.name: choice.value})
                        assert choice.titled in draft.title
