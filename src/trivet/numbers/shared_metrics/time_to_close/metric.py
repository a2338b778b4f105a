"""Time to close: an order statistic over the same rows whose mean is a plain ratio."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pyarrow as pa

from trivet.numbers.shared_metrics import needs
from trivet.numbers.shared_metrics.asked import Asked
from trivet.numbers.shared_metrics.definition import Definition
from trivet.numbers.shared_metrics.figure import Companion, Flag, Unit
from trivet.numbers.shared_metrics.metric import ENTRY_FALLBACK, Answer, Metric, Sums, flag
from trivet.numbers.shared_metrics.needs import Loaded
from trivet.numbers.shared_metrics.pipeline_base.reach import (
    closing_reaches,
    customer_reaches,
)
from trivet.numbers.shared_metrics.reach import Reach
from trivet.numbers.shared_metrics.rows import rows_above_zero
from trivet.numbers.shared_metrics.time_to_close.definition import TIME_TO_CLOSE
from trivet.sentence import Sentence
from trivet.vocabulary.period import Period

FLAGS = ("is_fallback", "is_started_late", "is_backwards", "is_never_started")
STARTED_LATE = Sentence("its clock would start after it had closed; it is left out")
BACKWARDS = Sentence("its clock starts after the opportunity was created")
NEVER_STARTED = Sentence("nothing on record starts its clock; it is left out")


def _days(sums: Sums) -> np.ndarray:
    """The days of the rows that count."""
    return rows_above_zero(sums.rows, "denominator")["numerator"].to_numpy()


def percentile(days: np.ndarray, tenths: int) -> Fraction:
    """The percentile at `tenths`/10 with linear interpolation, exactly.

    numpy's `percentile(..., method="linear")`, kept exact: the position is a fraction and the
    days are whole numbers.
    """
    ordered = np.sort(days)
    position = Fraction(tenths * (len(ordered) - 1), 10)
    below = int(position)
    above = min(below + 1, len(ordered) - 1)
    low, high = int(ordered[below]), int(ordered[above])
    return low + (position - below) * (high - low)


class TimeToClose(Metric):
    """Reads    pipeline_base (closed), one row an opportunity: numerator its days, denominator 1
    Units    days
    Source   docs/reference/metrics.md#time_to_close
    """

    subject = TIME_TO_CLOSE
    nothing = Sentence("no such opportunity closed in the period")
    contradicted_if = "is_contradicted"
    shows_nothings = True

    def sides(self, definition: Definition) -> tuple[Unit, Unit]:
        return Unit.DAYS, Unit.COUNT

    def lacks(self, definition: Definition, loaded: Loaded) -> str:
        if found := needs.closing(definition, loaded):
            return found
        if definition.option("population") == "won_lost" and (
            found := needs.qualified_stage(definition, loaded)
        ):
            return found
        match definition.option("start"):
            case "mql" if not loaded.rows.get("mql", 0):
                return Sentence("no lifecycle_stage_history has an MQL")
            case "first_touch" if not loaded.has("touchpoint"):
                return Sentence("no touchpoints are loaded")
            case "mql" | "first_touch":
                if not loaded.has("opportunity_contact_role"):
                    return Sentence(
                        "no opportunity_contact_role says whose MQL or touch to look for"
                    )
                return ""
            case "created":
                return needs.beginning(definition, loaded)
        return needs.entry(definition, loaded)

    def is_of_one_part(self, definition: Definition) -> bool:
        return True

    def adds_up(self, definition: Definition) -> tuple[str, ...] | None:
        return FLAGS if definition.option("stat") == "mean" else None

    def reads(self, definition: Definition) -> tuple[str, ...] | None:
        return ("numerator", "denominator", "is_contradicted", *FLAGS)

    def reaches(
        self, definition: Definition, asked: Asked, period: Period, loaded: Loaded
    ) -> list[Reach]:
        return [
            *closing_reaches(definition, period),
            *customer_reaches(definition, period, loaded),
        ]

    def answer(self, definition: Definition, sums: Sums) -> Answer:
        if sums.records == 0:
            return Answer(sums.numerator, sums.denominator, None, self.nothing)
        match definition.option("stat"):
            case "median":
                value = percentile(_days(sums), 5)
            case "p90":
                value = percentile(_days(sums), 9)
            case _:
                value = sums.numerator / sums.denominator
        return Answer(sums.numerator, sums.denominator, value)

    def flags(self, definition: Definition, rows: pa.Table) -> list[Flag]:
        return [
            *flag("entry_fallback", rows, "is_fallback", ENTRY_FALLBACK),
            *flag("start_after_close", rows, "is_started_late", STARTED_LATE, contradicts=True),
            *flag("handed_over_backwards", rows, "is_backwards", BACKWARDS, contradicts=True),
            *flag("never_started", rows, "is_never_started", NEVER_STARTED),
        ]

    def companions(self, definition: Definition, sums: Sums) -> list[Companion]:
        if sums.records == 0:
            return []
        days = _days(sums)
        return [
            Companion(Sentence("Median"), percentile(days, 5), Unit.DAYS),
            Companion(Sentence("Mean"), sums.numerator / sums.denominator, Unit.DAYS),
            Companion(
                Sentence("p90"),
                percentile(days, 9),
                Unit.DAYS,
                Sentence("Nine of ten closed within."),
            ),
        ]
