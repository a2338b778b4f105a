"""What a visitor finds about Norvik's ideal customer: one truth, one habit, one argument."""

from __future__ import annotations

import pytest

from trivet.numbers.insight.icp import Criterion, Profile, Section
from trivet.numbers.insight.icp.evidence import Evidence
from trivet.numbers.insight.icp.predicates import OneOf, Uses
from trivet.numbers.insight.icp.statistics.judged import Word
from trivet.numbers.revenue_model import RevenueModel

pytestmark = pytest.mark.slow

TEAM = Criterion("team", Section.FIRMOGRAPHIC, OneOf("data_team", ("6 to 20",)), 40)
VENTURE = Criterion("venture", Section.FIRMOGRAPHIC, OneOf("funding", ("Venture-backed",)), 30)
CLOUD = Criterion(
    "cloud", Section.TECHNOGRAPHIC, Uses("technologies", ("Cloud data warehouse",)), 30
)
TIER = Criterion("tier", Section.FIRMOGRAPHIC, OneOf("support_tier", ("Standard",)), 10)


@pytest.fixture(scope="module")
def evidence(model: RevenueModel) -> Evidence:
    return model.icp.evidence(Profile((TEAM, VENTURE, CLOUD, TIER)))


def test_a_data_team_of_six_to_twenty_goes_with_winning(evidence: Evidence) -> None:
    told = evidence.criterion("team").strata[0].judged
    assert told.word is Word.SUPPORTS
    assert told.whole.lift is not None
    assert told.whole.lift > 1.4


def test_the_warehouse_everybody_asks_for_makes_no_difference(evidence: Evidence) -> None:
    assert evidence.criterion("cloud").word is Word.NO_SIGNAL


def test_venture_capital_wins_and_does_not_stay(evidence: Evidence) -> None:
    assert [each.criterion.id for each in evidence.conflicts] == ["venture"]


def test_the_support_tier_is_given_to_customers_and_leaks(evidence: Evidence) -> None:
    assert evidence.criterion("tier").word is Word.LEAKING


def test_the_draft_has_all_six_sections_and_looks_at_no_outcome(model: RevenueModel) -> None:
    draft = model.icp.draft()
    assert draft.problems == []
    assert {each.section for each in draft.criteria} == set(Section)
    names = {name for each in draft.criteria for name in each.test.attributes}
    assert names & {"type", "support_tier", "owner"} == set()


def test_few_are_asked_for_their_problem_so_it_gives_no_points_yet(model: RevenueModel) -> None:
    fit = model.icp.fit(model.icp.draft())
    assert fit.waiting == ("problem",)
    assert sum(band.accounts for band in fit.bands) == fit.accounts > 2_000


def test_the_report_finds_the_data_team_by_itself(model: RevenueModel) -> None:
    told = model.icp.validation(Profile((VENTURE, CLOUD)))
    [first, *_] = [each.after for each in told.suggestions if each.change == "add"]
    assert first is not None
    assert first.test == OneOf("data_team", ("6 to 20",))
