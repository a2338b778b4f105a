"""Deal velocity: a product of four numbers of the same opportunities."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from math import prod

import pyarrow as pa

from trivet.numbers.shared_metrics import needs
from trivet.numbers.shared_metrics.asked import Asked
from trivet.numbers.shared_metrics.deal_velocity.definition import DEAL_VELOCITY
from trivet.numbers.shared_metrics.definition import Definition
from trivet.numbers.shared_metrics.figure import Companion, Factor, Flag, Unit
from trivet.numbers.shared_metrics.metric import (
    TOUCHES_NOT_LOADED,
    Answer,
    Metric,
    Sums,
    flag,
    joined,
)
from trivet.numbers.shared_metrics.needs import Loaded
from trivet.numbers.shared_metrics.pipeline_base.reach import (
    closing_reaches,
    customer_reaches,
    open_reaches,
)
from trivet.numbers.shared_metrics.reach import Reach
from trivet.numbers.shared_metrics.rows import rows_where
from trivet.numbers.shared_metrics.time_to_close.metric import percentile
from trivet.sentence import Sentence
from trivet.vocabulary.period import Period

FLAGS = ("is_started_late", "is_touches_not_loaded")
STARTED_LATE = Sentence("entered after it had closed; its length counts as one day")


class DealVelocity(Metric):
    """Reads    pipeline_base (open and closed), one row an opportunity
    Units    minor units of the company's currency a day

    open x (won / closed) x (amount / won) / (days / won), where amount and days are sums over the
    won ones: the mean of both, over the same ones, or the product means nothing.
    Source   docs/reference/metrics.md#deal_velocity
    """

    subject = DEAL_VELOCITY
    is_sample = False
    counted_if = "is_counted"
    contradicted_if = "is_contradicted"

    def lacks(self, definition: Definition, loaded: Loaded) -> str:
        checks = [needs.entry, needs.qualified_stage, needs.closing, needs.amount]
        if definition.option("sourced") == "marketing":
            checks.append(needs.source_evidence)
        return joined(check(definition, loaded) for check in checks)

    def sides(self, definition: Definition) -> tuple[Unit, Unit]:
        return Unit.MONEY, Unit.DAYS

    def adds_up(self, definition: Definition) -> tuple[str, ...] | None:
        if definition.option("cycle") == "median":
            return None
        return ("open_count", "won_count", "closed_count", *FLAGS)

    def reaches(
        self, definition: Definition, asked: Asked, period: Period, loaded: Loaded
    ) -> list[Reach]:
        return [
            *open_reaches(min(period.last_day, asked.as_of_on)),
            *closing_reaches(definition, period),
            *customer_reaches(definition, period, loaded),
        ]

    def flags(self, definition: Definition, rows: pa.Table) -> list[Flag]:
        return [
            *flag("start_after_close", rows, "is_started_late", STARTED_LATE, contradicts=True),
            *flag(
                "touches_not_loaded",
                rows,
                "is_touches_not_loaded",
                TOUCHES_NOT_LOADED,
                contradicts=True,
            ),
        ]

    def answer(self, definition: Definition, sums: Sums) -> Answer:
        """Both sides are sums over the rows: what was won, and the days it took."""
        won, closed = sums.total("won_count"), sums.total("closed_count")
        none = Answer(sums.numerator, sums.denominator, None)
        if closed == 0:
            return replace(none, reason=Sentence("no opportunity closed in the period"))
        if won == 0:
            return replace(none, reason=Sentence("no opportunity was won in the period"))
        if is_median := definition.option("cycle") == "median":
            days = rows_where(sums.rows, "won_count", 1)["denominator"].to_numpy()
            length = percentile(days, 5)
        else:
            length = sums.denominator / won
        taken = Sentence("Median days to close") if is_median else Sentence("Mean days to close")
        factors = (
            Factor(Sentence("Open and qualified"), Fraction(sums.total("open_count")), Unit.COUNT),
            Factor(Sentence("Win rate"), Fraction(won, closed), Unit.SHARE),
            Factor(Sentence("Average won"), sums.numerator / won, Unit.MONEY),
            Factor(taken, length, Unit.DAYS, divides=True),
        )
        value = prod((1 / f.value if f.divides else f.value for f in factors), start=Fraction(1))
        return replace(none, value=value, factors=factors)

    def row_word(self, record_id: str, numerator: int, denominator: int) -> str:
        if record_id.endswith(" open"):
            return "open"
        return "won" if denominator else "lost"

    def companions(self, definition: Definition, sums: Sums) -> list[Companion]:
        won, closed = sums.total("won_count"), sums.total("closed_count")
        shown = [
            Companion(
                Sentence("Open and qualified"), Fraction(sums.total("open_count")), Unit.COUNT
            )
        ]
        if closed:
            shown.append(Companion(Sentence("Win rate"), Fraction(won, closed), Unit.SHARE))
        if won:
            shown.append(Companion(Sentence("Average won"), sums.numerator / won, Unit.MONEY))
            shown.append(
                Companion(Sentence("Mean days to close"), sums.denominator / won, Unit.DAYS)
            )
        return shown
