"""Pipeline coverage."""

from __future__ import annotations

from collections.abc import Collection
from fractions import Fraction

import pyarrow as pa
import pyarrow.compute as pc

from trivet.numbers.shared_metrics import needs
from trivet.numbers.shared_metrics.definition import Definition
from trivet.numbers.shared_metrics.figure import Flag
from trivet.numbers.shared_metrics.metric import AMOUNT_MISSING, Answer, Metric, Sums, flag
from trivet.numbers.shared_metrics.pipeline_coverage.definition import PIPELINE_COVERAGE
from trivet.numbers.shared_metrics.rows import rows_where


class PipelineCoverage(Metric):
    """Reads    pipeline_base (open and closed) and target; rows of three kinds that add up
    Units    money in minor units of the company's currency
    Source   docs/reference/metrics.md#pipeline_coverage
    """

    subject = PIPELINE_COVERAGE
    is_sample = False
    needs = (needs.target,)
    nothing = "no target is set for the period"

    def counted(self, rows: pa.Table, scope: Collection[str]) -> pa.Table:
        """With the target that was set for the scope: the company's, or the segments'.

        Where both are set for a period, adding them up would count every dollar twice.
        """
        targets = rows_where(rows, "line", "target")
        whole = rows_where(targets, "target_segment", None)
        if "segment" in scope:
            unwanted = whole["record_id"].to_pylist()
        else:
            spans = set(whole["happened_on"].to_pylist())
            unwanted = [
                row["record_id"]
                for row in targets.to_pylist()
                if row["target_segment"] is not None and row["happened_on"] in spans
            ]
        if not unwanted:
            return rows
        kept = pc.invert(pc.is_in(rows["record_id"], pa.array(unwanted, pa.string())))
        return rows.filter(kept)

    def answer(self, definition: Definition, sums: Sums) -> Answer:
        numerator, denominator = sums.numerator, sums.denominator
        if len(rows_where(sums.rows, "line", "target")) == 0:
            return Answer(numerator, denominator, None, "no target is set for the period")
        if denominator <= 0:
            return Answer(numerator, denominator, None, "target met")
        return Answer(numerator, denominator, Fraction(numerator) / denominator)

    def flags(self, definition: Definition, rows: pa.Table) -> list[Flag]:
        return [
            *flag("amount_missing", rows, "amount_is_missing", AMOUNT_MISSING),
            *flag("past_due", rows, "is_past_due", "is open although its close date is past"),
        ]
