"""What the linter is told of the company's data before a definition is used."""

from __future__ import annotations

from decimal import Decimal

from trivet.numbers.shared_metrics.lint import Evidence
from trivet.numbers.shared_metrics.metric import FOLDER
from trivet.numbers.warehouse.engine import Engine
from trivet.numbers.warehouse.sql_text import read_sql


def evidence_of(engine: Engine) -> Evidence:
    """Read   opportunity, opportunity_history, lead_source_function"""
    [found] = engine.rows(read_sql(FOLDER / "evidence.sql").text).to_pylist()
    unseen = engine.rows(read_sql(FOLDER / "unseen_source.sql").text).to_pylist()
    return Evidence(
        multi_year_without_term=bool(found["multi_year_without_term"]),
        unseen_source_values=tuple(row["lead_source"] for row in unseen),
        unlisted_source_share=Decimal(str(found["unlisted_share"])),
        has_amount_history=bool(found["has_amount_history"]),
    )
