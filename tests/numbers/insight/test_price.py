"""A proposal is priced before it is signed: what it would have moved, down to the record."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.company import company
from tests.numbers.shared_metrics.test_win_rate import LEAD_SOURCES, fill
from tests.oracles.random_company import companies
from trivet.numbers.insight.price import Price, price
from trivet.numbers.ledger.recount import Recount
from trivet.numbers.shared_metrics.definition import Definition
from trivet.numbers.shared_metrics.in_force import InForce, if_signed
from trivet.numbers.shared_metrics.registry import drafts
from trivet.vocabulary.function import Function

PERIODS = ("2026-Q1", "2026-Q2")


def priced(
    c, after: Mapping[str, Definition], before: Mapping[str, Definition] | None = None
) -> Price:
    measurement = c.measurement
    return price(
        Recount(measurement, c.settings.hash),
        before or drafts(),
        {**drafts(), **after},
        [c.settings.calendar.period(key) for key in PERIODS],
        currency="EUR",
        lacks=lambda metric, definition: metric.lacks(definition, measurement.loaded),
    )


@pytest.fixture(scope="module")
def worked():
    with company(lead_sources=LEAD_SOURCES, exported_on="2026-07-15") as c:
        fill(c)
        yield c


def test_both_sides_are_the_figures_that_would_be_shown(worked):
    after = worked.definition("win_rate", {"basis": "amount"})
    [metric] = priced(worked, {"win_rate": after}).metrics
    quarter = metric.periods[-1]
    assert quarter.period.key == "2026-Q2"
    assert quarter.change.before.value == worked.metric("win_rate", "2026-Q2").value
    amount = worked.metric("win_rate", "2026-Q2", options={"basis": "amount"})
    assert quarter.change.after.value == amount.value
    assert quarter.change.moves == amount.value - quarter.change.before.value
    assert quarter.change.after.records == amount.records


def test_a_record_that_is_counted_no_longer_is_named_with_its_account(worked):
    """Leaving no-decision out: exactly the opportunities that ended so leave the rows."""
    after = worked.definition("win_rate", {"no_decision": "out"})
    before_rows = worked.table("win_rate", "2026-Q2")
    after_rows = worked.table("win_rate", "2026-Q2", options={"no_decision": "out"})
    gone = set(before_rows["record_id"].to_pylist()) - set(after_rows["record_id"].to_pylist())
    assert gone
    [metric] = priced(worked, {"win_rate": after}).metrics
    flips = metric.periods[-1].flips
    assert {flip.difference.record_id for flip in flips} == gone
    assert {flip.kind for flip in flips} == {"leaves"}
    assert all(flip.opportunity_id for flip in flips)


def test_a_definition_that_is_the_same_costs_nothing_and_is_not_listed(worked):
    assert priced(worked, {"win_rate": worked.definition("win_rate")}).metrics == ()


def test_a_changed_base_prices_every_metric_that_rests_on_it(worked):
    base = drafts()["win_rate"].bases["pipeline_base"].with_options(entry_event="created")
    after = if_signed(InForce(drafts()), base.document(), [])
    assert set(after) >= {"marketing_sourced_pipeline", "win_rate", "time_to_close"}
    assert "net_revenue_retention" not in after
    assert all(
        each.bases["pipeline_base"].hash == base.hash
        for each in after.values()
        if "pipeline_base" in each.bases
    )
    found = priced(worked, after)
    assert {each.after.id for each in found.metrics} == set(after)


def test_a_side_that_cannot_be_computed_says_why(worked):
    after = drafts()["net_revenue_retention"].resting_on(
        drafts()["net_revenue_retention"].bases["retention_base"].with_options(basis="invoices")
    )
    [metric] = priced(worked, {"net_revenue_retention": after}).metrics
    side = metric.periods[-1].change.after
    assert side.value is None
    assert side.reason.startswith("not computable: ")
    assert metric.periods[-1].change.moves is None


CHANGES = {
    "win_rate": [{"basis": "amount"}, {"no_decision": "out"}, {"sourced": "all"}],
    "marketing_sourced_pipeline": [{"basis": "count"}, {"measure": "open_at_date"}],
    "expansion_pipeline": [{"basis": "count"}, {"winback": "expansion"}],
    "time_to_close": [{"start": "created"}, {"population": "won_lost"}],
}


@pytest.mark.slow
@settings(max_examples=12, deadline=None)
@given(companies(), st.sampled_from(sorted(CHANGES)), st.integers(0, 9))
def test_the_records_that_flip_explain_the_whole_difference(random, name, pick):
    """After is before plus the flips, on both sides; and the functions are all of it."""
    options = CHANGES[name][pick % len(CHANGES[name])]
    after = drafts()[name].with_options(**options)
    found = priced(random.measured(), {name: after})
    for metric in found.metrics:
        for each in metric.periods:
            # A median is no sum of its rows.
            if name != "time_to_close" and not _lacking(each.change):
                for side in ("numerator", "denominator"):
                    moved = sum(getattr(flip.difference, side) for flip in each.flips)
                    before = getattr(each.change.before, side)
                    assert getattr(each.change.after, side) - before == moved
            if each.functions:
                for which in ("before", "after"):
                    whole = getattr(each.change, which).records
                    parts = [getattr(change, which).records for change in each.functions.values()]
                    assert sum(parts) == whole
                assert set(each.functions) <= set(Function)


def _lacking(change):
    return any(side.reason.startswith("not computable") for side in (change.before, change.after))
