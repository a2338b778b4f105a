"""What a visitor finds about Norvik's ideal customer: one truth, one habit, one argument."""

from __future__ import annotations

import pytest

from trivet.numbers.insight.icp import Criterion, Profile, Section
from trivet.numbers.insight.icp.evidence import Evidence
from trivet.numbers.insight.icp.predicates import HasProblem, OneOf, Uses
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


def test_what_the_data_suggests_is_the_data_team_and_not_what_everybody_has(
    model: RevenueModel,
) -> None:
    told = model.icp.suggested()
    assert [each.criterion.test for each in told.supports] == [TEAM.test]
    assert [each.criterion.test for each in told.against] == [OneOf("data_team", ("None",))]
    # Who wins and leaves, and who built its own, wait for later opportunities to confirm them.
    waiting = {each.criterion.test for each in told.unconfirmed}
    assert {VENTURE.test, Uses("technologies", ("In-house BI",))} <= waiting
    assert model.icp.draft() == told.profile


def test_few_are_asked_for_their_problem_so_it_gives_no_points_yet(model: RevenueModel) -> None:
    asked = HasProblem("business_problem", ("Slow reporting", "Data in silos"))
    problem = Criterion("problem", Section.BUSINESS_PROBLEM, asked, 10)
    fit = model.icp.fit(Profile((TEAM, problem)))
    assert fit.waiting == ("problem",)
    assert sum(band.accounts for band in fit.bands) == fit.accounts > 2_000


def test_the_report_finds_the_data_team_by_itself(model: RevenueModel) -> None:
    told = model.icp.validation(Profile((VENTURE, CLOUD)))
    [first, *_] = [each.after for each in told.suggestions if each.change == "add"]
    assert first is not None
    assert first.test == OneOf("data_team", ("6 to 20",))
