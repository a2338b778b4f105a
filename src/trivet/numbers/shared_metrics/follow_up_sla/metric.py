"""Follow-up SLA compliance."""

from __future__ import annotations

import statistics
from fractions import Fraction

import pyarrow as pa
import pyarrow.compute as pc

from trivet.numbers.shared_metrics import needs
from trivet.numbers.shared_metrics.asked import Asked
from trivet.numbers.shared_metrics.definition import Definition
from trivet.numbers.shared_metrics.figure import Companion, Flag, Unit
from trivet.numbers.shared_metrics.follow_up_sla.definition import FOLLOW_UP_SLA
from trivet.numbers.shared_metrics.metric import Metric, Sums, flag
from trivet.numbers.shared_metrics.needs import Loaded
from trivet.numbers.shared_metrics.reach import Reach
from trivet.sentence import Sentence
from trivet.vocabulary.period import Period

SECONDS_PER_HOUR = 3_600

SAME_DAY = Sentence(
    "was touched on the day it was due, by something that has no hour: it counts as late"
)


class FollowUpSla(Metric):
    """Reads    lead_clock, one row a lead whose deadline fell in the period
    Units    leads
    Source   docs/reference/metrics.md#follow_up_sla
    """

    subject = FOLLOW_UP_SLA
    rows_are = "contact"
    needs = (needs.follow_ups,)
    nothing = Sentence("no lead was due in the period")
    contradicted_if = "is_same_day"

    def reaches(
        self, definition: Definition, asked: Asked, period: Period, loaded: Loaded
    ) -> list[Reach]:
        return [Reach(name, period.start) for name in ("lead_assignment", "sales_activity")]

    def is_count(self, definition: Definition) -> bool:
        return True

    def is_of_one_part(self, definition: Definition) -> bool:
        return True

    def adds_up(self, definition: Definition) -> tuple[str, ...] | None:
        return ("is_same_day",)

    def flags(self, definition: Definition, rows: pa.Table) -> list[Flag]:
        return flag("same_day", rows, "is_same_day", SAME_DAY, contradicts=True)

    def companions(self, definition: Definition, sums: Sums) -> list[Companion]:
        if not sums.records:
            return []
        untouched = Fraction(sums.rows["touched_at"].null_count, sums.records)
        shown = [
            Companion(
                Sentence("Never touched"),
                untouched,
                Unit.SHARE,
                Sentence("of the leads that were due"),
            )
        ]
        # Routing is the system's delay, calling back is people's: two different repairs.
        routed = sums.rows.filter(pc.is_valid(sums.rows["mql_at"]))
        if len(routed):
            waited = [
                int((row["started_at"] - row["mql_at"]).total_seconds())
                for row in routed.select(["mql_at", "started_at"]).to_pylist()
            ]
            # In the unit of the promise: a quarter of an hour as a part of a day is no number.
            hours = Fraction(statistics.median_low(waited), SECONDS_PER_HOUR)
            shown.append(
                Companion(
                    Sentence("From MQL to owner"),
                    hours,
                    Unit.HOURS,
                    Sentence("median; the system's delay"),
                )
            )
        return shown
