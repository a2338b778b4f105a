"""The tutorial tells a visitor what they will really see."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from trivet.demo_company.dirty_rows import PLANTED
from trivet.numbers.revenue_model import RevenueModel

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
