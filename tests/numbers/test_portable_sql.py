"""What a fact or a metric reads stays in the portable subset, and never asks for the clock.

The subset is the one of docs/decisions/0007: what SQLGlot would silently turn into something
else is refused here. That the text runs on another engine does not hold yet.
"""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlglot
from sqlglot import exp

ROOT = Path(__file__).resolve().parents[2]
NUMBERS = ROOT / "src" / "trivet" / "numbers"
DECISIONS = ROOT / "docs" / "decisions"
FILES = sorted(
    [
        *NUMBERS.glob("warehouse/sql/facts/*.sql"),
        *NUMBERS.glob("shared_metrics/**/*.sql"),
        *NUMBERS.glob("insight/**/*.sql"),
    ]
)

NOT_PORTABLE = (
    exp.Qualify,
    exp.Filter,
    exp.IntDiv,
    exp.WithinGroup,
    exp.PercentileCont,
    exp.PercentileDisc,
    exp.Quantile,
    exp.ApproxQuantile,
    exp.ApproxDistinct,
    exp.Median,
    exp.ArgMax,
    exp.ArgMin,
)
THE_CLOCK = (exp.CurrentDate, exp.CurrentTime, exp.CurrentTimestamp, exp.CurrentDatetime)
NAMED = {"today", "now", "random", "uuid", "gen_random_uuid", "list", "quantile_cont", "mode"}


def refused(sql: str) -> list[str]:
    """What of a text is outside the subset, as SQL."""
    found: list[str] = []
    for statement in sqlglot.parse(sql, read="duckdb"):
        if statement is None:
            continue
        for node in statement.walk():
            is_asof = isinstance(node, exp.Join) and str(node.args.get("method")).lower() == "asof"
            is_ordered_list = isinstance(node, exp.ArrayAgg | exp.GroupConcat) and node.find(
                exp.Order
            )
            is_named = isinstance(node, exp.Anonymous) and node.name.lower() in NAMED
            if isinstance(node, NOT_PORTABLE + THE_CLOCK) or is_asof or is_ordered_list or is_named:
                found.append(node.sql("duckdb"))
    return found


def test_there_is_sql_to_look_at() -> None:
    assert len(FILES) > 20


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(NUMBERS)))
def test_a_fact_or_metric_stays_in_the_portable_subset(path: Path) -> None:
    assert refused(path.read_text()) == []


def test_the_decision_names_every_function_that_no_translation_reaches() -> None:
    """SQLGlot hands on what it does not know under its own name: on Spark such a query fails."""
    handed_on = {
        node.name.lower()
        for path in FILES
        for statement in sqlglot.parse(path.read_text(), read="duckdb")
        if statement is not None
        for node in statement.find_all(exp.Anonymous)
    }
    page = (DECISIONS / "0007-sql-stays-in-a-portable-subset.md").read_text()
    assert "it does not hold yet" in page
    assert handed_on == {name for name in handed_on if f"`{name}`" in page}
    assert handed_on, "once there is none, say in decision 0007 what runs elsewhere"


@pytest.mark.parametrize(
    "sql",
    [
        "select a from t qualify row_number() over (order by a) = 1",
        "select count(*) filter (where a > 1) from t",
        "select a // 2 from t",
        "select percentile_cont(0.5) within group (order by a) from t",
        "select quantile_cont(a, 0.5) from t",
        "select median(a) from t",
        "select approx_count_distinct(a) from t",
        "select list(a order by b) from t",
        "select string_agg(a, ',' order by b) from t",
        "select arg_max(a, b) from t",
        "select * from t asof join u on t.at >= u.at",
        "select current_date",
        "select now()",
        "select today()",
    ],
)
def test_what_means_something_else_elsewhere_is_seen(sql: str) -> None:
    assert refused(sql) != []
