"""What no definition may say, whoever signs it (metric definitions, 5.13)."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.company import company
from trivet.errors import DefinitionRefused
from trivet.numbers.shared_metrics.definition import Definition
from trivet.numbers.shared_metrics.evidence import evidence_of
from trivet.numbers.shared_metrics.lint import Evidence, Problem, lint, refuse
from trivet.numbers.shared_metrics.registry import drafts

SOUND = Evidence()
"""A company whose data contradict nothing."""


def draft(metric_id: str, **options: object) -> Definition:
    """The draft with options of its own, or of a base it rests on, chosen otherwise."""
    found = drafts()[metric_id]
    for name, value in options.items():
        if name in found.options:
            found = found.with_options(**{name: value})
        else:
            [owner] = [base for base in found.bases.values() if name in base.options]
            found = found.resting_on(owner.with_options(**{name: value}))
    return found


def options_of(problems: list[Problem]) -> list[str]:
    return [problem.option for problem in problems]


def test_the_drafts_may_go_to_signature_together():
    assert lint(drafts(), SOUND) == []


REFUSED = [
    ("net_revenue_retention", {"new_logos": True}, "new customers"),
    ("gross_revenue_retention", {"new_logos": True}, "new customers"),
    ("gross_revenue_retention", {"cap": "total"}, "cap each customer"),
    ("marketing_sourced_pipeline", {"amount_as_of": "current"}, "closed periods"),
    ("win_rate", {"amount_as_of": "current"}, "closed periods"),
    ("expansion_pipeline", {"amount_as_of": "current"}, "closed periods"),
    ("pipeline_coverage", {"amount_as_of": "current"}, "closed periods"),
    ("follow_up_sla", {"touched_only": True}, "nobody called"),
    ("deal_velocity", {"cycle": "median"}, "mean"),
]


@pytest.mark.parametrize(("metric_id", "options", "says"), REFUSED)
def test_a_definition_that_flatters_is_refused_and_says_what_would_go_wrong(
    metric_id, options, says
):
    definition = draft(metric_id, **options)
    [problem] = lint(definition)
    assert (problem.definition, problem.option) == (metric_id, *options)
    assert says in problem.says
    with pytest.raises(DefinitionRefused) as refused:
        refuse(definition, [problem])
    assert problem.says in str(refused.value)
    assert problem.option in refused.value.remedy


@pytest.mark.parametrize("metric_id", list(drafts()))
def test_each_draft_alone_is_not_refused(metric_id):
    definition = drafts()[metric_id]
    assert lint(definition, SOUND) == []
    refuse(definition, lint(definition))


# What only the company's own data can tell


def test_total_contract_value_is_refused_when_long_contracts_have_no_length():
    definition = draft("marketing_sourced_pipeline", amount_basis="tcv")
    assert options_of(lint(definition, Evidence(multi_year_without_term=True))) == ["amount_basis"]
    assert lint(definition, SOUND) == []
    other = draft("marketing_sourced_pipeline", amount_basis="net_arr")
    assert lint(other, Evidence(multi_year_without_term=True)) == []


@pytest.mark.parametrize("amount_as_of", ["at_entry", "book_close"])
def test_a_past_amount_is_refused_when_no_history_of_amounts_is_stored(amount_as_of):
    definition = draft("win_rate", amount_as_of=amount_as_of)
    problems = lint(definition, Evidence(has_amount_history=False))
    assert options_of(problems) == ["amount_as_of"]
    assert "history" in problems[0].says
    assert lint(definition, SOUND) == []


def test_a_list_of_sources_with_values_nobody_used_for_a_year_is_refused_and_names_them():
    definition = drafts()["marketing_sourced_pipeline"]
    [problem] = lint(definition, Evidence(unseen_source_values=("Fax", "Teletext")))
    assert problem.option == "source_rule"
    assert "Fax, Teletext" in problem.says


@pytest.mark.parametrize(("share", "is_refused"), [("0.0501", True), ("0.05", False)])
def test_more_than_a_twentieth_of_amount_from_unlisted_sources_is_refused(share, is_refused):
    definition = drafts()["marketing_sourced_pipeline"]
    problems = lint(definition, Evidence(unlisted_source_share=Decimal(share)))
    assert options_of(problems) == (["source_rule"] if is_refused else [])


def test_the_list_of_sources_matters_only_where_it_is_read():
    definition = draft("marketing_sourced_pipeline", source_rule=["first_touch_lookback"])
    evidence = Evidence(unseen_source_values=("Fax",), unlisted_source_share=Decimal("0.5"))
    assert lint(definition, evidence) == []
    assert lint(drafts()["net_revenue_retention"], evidence) == []


# Definitions that cannot be in force beside each other


@pytest.mark.parametrize("level", ["account", "ultimate_parent"])
def test_a_customer_must_be_the_same_in_expansion_and_in_retention(level):
    expansion = draft("expansion_pipeline", entity_level=level)
    retention = draft("net_revenue_retention", entity_level=level)
    assert lint([expansion, retention]) == []
    other = "account" if level == "ultimate_parent" else "ultimate_parent"
    [problem] = lint([expansion, draft("net_revenue_retention", entity_level=other)])
    assert problem.option == "entity_level"
    assert level in problem.says
    assert other in problem.says


def test_two_definitions_in_force_under_one_id_are_refused():
    problems = lint([draft("win_rate"), draft("win_rate", basis="amount")])
    assert any("two definitions" in p.says and p.definition == "win_rate" for p in problems)


def test_metrics_of_one_pipeline_must_rest_on_one_base():
    other = draft("win_rate", fx="at_close")
    problems = lint([drafts()["expansion_pipeline"], other])
    assert [p.definition for p in problems] == ["pipeline_base"]
    assert "win_rate" in problems[0].says


# The evidence is read from the company's own rows


def add_opportunity(c, key, lead_source="Webinar", amount=100, created="2026-05-04T10:00", **more):
    c.add("account", account_id=f"A{key}")
    c.add(
        "opportunity",
        opportunity_id=key, account_id=f"A{key}", stage="Qualified", amount=amount,
        created_at=created, lead_source=lead_source, **more,
    )  # fmt: skip


def evidence(c) -> Evidence:
    return evidence_of(c.measurement.engine)


def test_a_listed_source_is_unseen_when_no_opportunity_of_the_last_year_has_it():
    with company(lead_sources={"marketing": ["Webinar", "Fax"], "sales": ["Outbound"]}) as c:
        add_opportunity(c, "O1")
        add_opportunity(c, "O2", "Outbound")
        add_opportunity(c, "O3", "Fax", created="2024-05-04T10:00")
        assert [value.casefold() for value in evidence(c).unseen_source_values] == ["fax"]


def test_the_share_of_unlisted_sources_is_one_of_amount_not_of_number():
    with company(lead_sources={"marketing": ["Webinar"]}) as c:
        add_opportunity(c, "O1", amount=900)
        add_opportunity(c, "O2", "Word of mouth", amount=100)
        assert evidence(c).unlisted_source_share == Decimal("0.1")


def test_the_share_of_unlisted_sources_is_taken_in_one_currency():
    with company(lead_sources={"marketing": ["Webinar"]}) as c:
        c.add("fx_rate", currency="IDR", valid_from="2026-01-01", rate="0.0001", kind="plan")
        add_opportunity(c, "O1", amount=990)
        add_opportunity(c, "O2", "Word of mouth", amount=100_000, currency="IDR")
        assert evidence(c).unlisted_source_share == Decimal("0.01")


def test_test_records_say_nothing_about_a_definition():
    with company(lead_sources={"marketing": ["Webinar"]}) as c:
        add_opportunity(c, "O1")
        add_opportunity(c, "O2", "Word of mouth", is_test=True)
        assert evidence(c).unlisted_source_share == 0


def test_a_long_contract_that_shows_only_in_its_total_is_found():
    with company() as c:
        add_opportunity(c, "O1", tcv=300, acv=100)
        assert evidence(c).multi_year_without_term
    with company() as c:
        add_opportunity(c, "O1", tcv=300, acv=100, term_months=36)
        assert not evidence(c).multi_year_without_term


def test_amounts_have_a_history_when_changes_of_them_are_recorded():
    with company() as c:
        add_opportunity(c, "O1")
        c.add(
            "opportunity_field_history",
            opportunity_id="O1", field="amount", changed_at="2026-06-01T10:00",
            old_value="90", new_value="100",
        )  # fmt: skip
        assert evidence(c).has_amount_history
