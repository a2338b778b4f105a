"""Gross revenue retention."""

from __future__ import annotations

import pyarrow as pa

from trivet.numbers.shared_metrics import needs
from trivet.numbers.shared_metrics.asked import Asked
from trivet.numbers.shared_metrics.definition import Definition
from trivet.numbers.shared_metrics.figure import Flag, Unit
from trivet.numbers.shared_metrics.gross_revenue_retention.definition import (
    GROSS_REVENUE_RETENTION,
)
from trivet.numbers.shared_metrics.metric import MONEY_SIDES, Answer, Metric, Sums
from trivet.numbers.shared_metrics.needs import Loaded
from trivet.numbers.shared_metrics.net_revenue_retention.metric import (
    compounded,
    retention_flags,
    retention_sums,
)
from trivet.numbers.shared_metrics.reach import Reach
from trivet.numbers.shared_metrics.retention_base.reach import window_reaches
from trivet.sentence import Sentence
from trivet.vocabulary.period import Period


class GrossRevenueRetention(Metric):
    """Reads    retention_row, one row a followed customer
    Units    money in minor units of the company's currency
    Source   docs/reference/metrics.md#gross_revenue_retention
    """

    subject = GROSS_REVENUE_RETENTION
    rows_are = "account"
    needs = (needs.recurring_revenue,)
    nothing = Sentence("no customer had recurring revenue on the opening day")
    contradicted_if = "is_contradicted"

    def sides(self, definition: Definition) -> tuple[Unit, Unit]:
        return MONEY_SIDES

    def answer(self, definition: Definition, sums: Sums) -> Answer:
        plain = super().answer(definition, sums)
        if definition.option("method") != "monthly_compounded" or plain.value is None:
            return plain
        value = compounded(sums, definition)
        reason = (
            "" if value is not None else Sentence("a month of the window had no customer to follow")
        )
        return Answer(plain.numerator, plain.denominator, value, reason)

    def adds_up(self, definition: Definition) -> tuple[str, ...] | None:
        return retention_sums(definition)

    def reaches(
        self, definition: Definition, asked: Asked, period: Period, loaded: Loaded
    ) -> list[Reach]:
        return window_reaches(definition, asked, period)

    def flags(self, definition: Definition, rows: pa.Table) -> list[Flag]:
        return retention_flags(rows)
