"""Pipeline coverage."""

from __future__ import annotations

from fractions import Fraction

import pyarrow as pa
import pyarrow.compute as pc

from trivet.numbers.shared_metrics import needs
from trivet.numbers.shared_metrics.definition import Definition
from trivet.numbers.shared_metrics.figure import Flag
from trivet.numbers.shared_metrics.metric import AMOUNT_MISSING, Answer, Metric, Sums, flag
from trivet.numbers.shared_metrics.pipeline_coverage.definition import PIPELINE_COVERAGE


class PipelineCoverage(Metric):
    """Reads    pipeline_base (open and closed) and target; rows of three kinds that add up
    Units    money in minor units of the company's currency
    Source   docs/reference/metrics.md#pipeline_coverage
    """

    subject = PIPELINE_COVERAGE
    is_sample = False
    needs = (needs.target,)
    nothing = "no target is set for the period"

    def answer(self, definition: Definition, sums: Sums) -> Answer:
        numerator, denominator = sums.numerator, sums.denominator
        targets = sums.rows.filter(pc.equal(sums.rows["line"], "target"))
        if len(targets) == 0:
            return Answer(numerator, denominator, None, "no target is set for the period")
        if denominator <= 0:
            return Answer(numerator, denominator, None, "target met")
        return Answer(numerator, denominator, Fraction(numerator) / denominator)

    def flags(self, definition: Definition, rows: pa.Table) -> list[Flag]:
        return [
            *flag("amount_missing", rows, "amount_is_missing", AMOUNT_MISSING),
            *flag("past_due", rows, "is_past_due", "is open although its close date is past"),
        ]
