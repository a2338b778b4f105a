"""The tutorial tells a visitor what they will really see."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.command import trivet
from trivet.demo_company.dirty_rows import PLANTED
from trivet.numbers.revenue_model import RevenueModel
from trivet.vocabulary.money import Money

TUTORIAL = (Path(__file__).parents[2] / "docs" / "tutorial" / "the-demo-company.md").read_text(
    encoding="utf-8"
)
ROWS = {
    "Marketing-sourced pipeline": "marketing_sourced_pipeline",
    "Win rate, marketing-sourced": "win_rate",
    "Time to close, median days": "time_to_close",
    "Net revenue retention": "net_revenue_retention",
    "Expansion pipeline": "expansion_pipeline",
    "Gross revenue retention": "gross_revenue_retention",
    "MQL to SQL": "mql_to_sql",
    "Follow-up SLA": "follow_up_sla",
    "Pipeline coverage": "pipeline_coverage",
}


def table_rows(heading: str) -> list[list[str]]:
    """The body of the first table under a heading, cell by cell."""
    section = TUTORIAL.split(f"## {heading}")[1].split("\n## ")[0]
    lines = [line for line in section.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def test_the_dirt_is_told_row_by_row() -> None:
    told = [
        (table, *re.findall(r"`(\w+)`: (.*)", what)[0], int(rows))
        for table, what, rows in table_rows("The dirt")[2:]
    ]
    assert told == [(kind.table, kind.rule, kind.says, kind.rows) for kind in PLANTED]


@pytest.mark.slow
def test_the_numbers_told_are_the_numbers_shown(model: RevenueModel) -> None:
    heading, _, *rows = table_rows("The numbers as they should look")
    assert [row[0] for row in rows] == list(ROWS)
    for name, *told in rows:
        for quarter, number in zip(heading[1:], told, strict=True):
            shown = model.metric(ROWS[name], quarter).value
            assert shown is not None
            factor, digits = (100, 1) if "%" in number else (1, 1)
            assert float(number.rstrip(" %")) == round(float(shown) * factor, digits), (
                name,
                quarter,
            )


@pytest.mark.slow
def test_the_terminal_says_why_the_months_do_not_add_up_to_the_quarter(model: RevenueModel) -> None:
    metric, folder = "marketing_sourced_pipeline", model._workspace.folder
    said = trivet("metric", metric, folder, "--period", "2026-Q2").out
    quarter = model.metric(metric, "2026-Q2")
    months = [model.metric(metric, f"2026-0{month}") for month in (4, 5, 6)]
    worth = [Money(int(sum(each.denominator or 0 for each in some)), "USD")
             for some in (months, [quarter])]  # fmt: skip
    assert worth[0] != worth[1]
    [sentence] = [line for line in said.splitlines() if "add up to" in line]
    assert f"of {worth[0]}, the quarter to" in sentence
    assert f"of {worth[1]}: each month stops at its own closing day." in sentence
    # All of June's deals are of June, whoever counts them.
    assert "add up to" not in trivet("metric", "win_rate", folder, "--period", "2026-06").out
