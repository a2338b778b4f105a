"""8,800 opportunities of a fictional hardware vendor: outcomes and dates, and nothing else."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from statistics import median

import pytest

from tests.real_inputs.prepared import Prepared, records

SET = "crm_maven"
pytestmark = pytest.mark.slow
YEAR = "2017"
ALL_SOURCES = {"options": {"sourced": "all", "min_stage": "any"}}


@pytest.fixture(scope="module")
def maven(tmp_path_factory: pytest.TempPathFactory) -> Prepared:
    prepared = Prepared.of(SET, tmp_path_factory.mktemp(SET) / "workspace")
    prepared.run()
    return prepared


def days(row: dict[str, str]) -> int:
    return (date.fromisoformat(row["close_date"]) - date.fromisoformat(row["engage_date"])).days


def test_every_opportunity_arrives_and_none_is_quarantined(maven: Prepared) -> None:
    assert maven.rows("opportunity") == 8800
    assert maven.rows("account") == 85
    assert maven.rows("crm_user") == 35
    assert maven.quarantined() == {}


def test_win_rate_of_the_year_is_that_of_its_publisher(maven: Prepared) -> None:
    found = maven.metric("win_rate", YEAR, definition=ALL_SOURCES)
    assert (found["numerator"], found["denominator"]) == ("4238", "6711")
    assert found["value"].startswith("0.6315")
    assert found["status"] == "final"


def test_a_product_written_in_two_ways_is_one_product(maven: Prepared) -> None:
    found = maven.metric("win_rate", YEAR, "--by", "series", definition=ALL_SOURCES)
    closed = [r for r in records(SET, "sales_pipeline.csv") if r["deal_stage"] in ("Won", "Lost")]
    gtx_pro = [r for r in closed if r["product"] == "GTXPro"]
    segments = {s["scope"]["series"]: s for s in found["segments"]}
    assert len(segments) == 7
    assert segments["GTX Pro"]["denominator"] == str(len(gtx_pro))
    assert sum(int(s["denominator"]) for s in segments.values()) == 6711


def test_time_to_close_is_the_median_of_won_opportunities(maven: Prepared) -> None:
    won = [days(r) for r in records(SET, "sales_pipeline.csv") if r["deal_stage"] == "Won"]
    found = maven.metric("time_to_close", YEAR)
    assert median(won) == 57
    assert found["value"] == "57"
    assert found["records"] == len(won) == 4238
    assert Fraction(found["numerator"]) / Fraction(found["denominator"]) == Fraction(sum(won), 4238)


def test_lost_opportunities_are_shorter(maven: Prepared) -> None:
    both = [days(r) for r in records(SET, "sales_pipeline.csv") if r["close_date"]]
    found = maven.metric(
        "time_to_close",
        YEAR,
        definition={"options": {"population": "won_lost", "start": "created"}},
    )
    assert Fraction(found["value"]) == Fraction(median(both))


@pytest.mark.parametrize(
    ("metric", "because"),
    [
        ("marketing_sourced_pipeline", "source"),
        ("win_rate", "source"),
        ("expansion_pipeline", ""),
        ("net_revenue_retention", "subscription"),
        ("gross_revenue_retention", "subscription"),
        ("mql_to_sql", "lifecycle"),
        ("follow_up_sla", "assign"),
        ("pipeline_coverage", "target"),
    ],
)
def test_what_was_never_recorded_is_not_computable_and_never_zero(
    maven: Prepared, metric: str, because: str
) -> None:
    found = maven.metric(metric, YEAR)
    assert found["status"] == "not_computable"
    assert found["value"] is None
    assert because in found["reason"].lower()


def test_american_dates_give_the_same_answers(
    maven: Prepared, tmp_path_factory: pytest.TempPathFactory
) -> None:
    american = Prepared.of(SET, tmp_path_factory.mktemp("american") / "workspace")
    american.remap(
        (
            '"data/sales_pipeline.csv"]',
            '"data/sales_pipeline_us_dates.csv"]\ndate_format = "%m/%d/%Y"',
        )
    )
    american.run()
    assert american.quarantined() == {}
    for metric, definition in (("win_rate", ALL_SOURCES), ("time_to_close", {})):
        ours = american.metric(metric, YEAR, definition=definition)
        theirs = maven.metric(metric, YEAR, definition=definition)
        assert ours["rows_hash"] == theirs["rows_hash"]
        assert ours["value"] == theirs["value"]


def test_american_dates_without_their_format_are_quarantined_and_never_guessed(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    guessed = Prepared.of(SET, tmp_path_factory.mktemp("guessed") / "workspace")
    guessed.remap(('"data/sales_pipeline.csv"', '"data/sales_pipeline_us_dates.csv"'))
    guessed.run()
    assert guessed.quarantined() == {("unreadable_date", "opportunity"): 8300}
    assert guessed.rows("opportunity") == 500
