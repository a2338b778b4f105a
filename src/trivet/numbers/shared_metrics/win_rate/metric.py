"""Win rate, on marketing-sourced pipeline by default."""

from __future__ import annotations

import pyarrow as pa

from trivet.numbers.shared_metrics import needs
from trivet.numbers.shared_metrics.asked import Asked
from trivet.numbers.shared_metrics.definition import Definition
from trivet.numbers.shared_metrics.figure import Flag, Unit
from trivet.numbers.shared_metrics.metric import (
    AMOUNT_MISSING,
    ENTRY_FALLBACK,
    MONEY_SIDES,
    Metric,
    flag,
    joined,
    source_flags,
)
from trivet.numbers.shared_metrics.needs import Loaded
from trivet.numbers.shared_metrics.pipeline_base.reach import (
    closing_reaches,
    customer_reaches,
    entry_reaches,
)
from trivet.numbers.shared_metrics.reach import Reach
from trivet.numbers.shared_metrics.win_rate.definition import WIN_RATE
from trivet.sentence import Sentence
from trivet.vocabulary.period import Period


class WinRate(Metric):
    """Reads    pipeline_base (closed or entered) and sourcing, one row an opportunity
    Units    opportunities, or money in minor units of the company's currency
    Source   docs/reference/metrics.md#win_rate
    """

    subject = WIN_RATE
    nothing = Sentence("no such opportunity closed in the period")
    counted_if = "is_counted"
    contradicted_if = "is_contradicted"

    def lacks(self, definition: Definition, loaded: Loaded) -> str:
        checks = [needs.closing]
        if definition.option("cohort") == "entered_in_period":
            checks = [needs.entry]
        if definition.option("min_stage") == "qualified":
            checks.append(needs.qualified_stage)
        if definition.option("sourced") == "marketing":
            checks.append(needs.source_evidence)
        if definition.option("basis") == "amount":
            checks.append(needs.amount)
        return joined(check(definition, loaded) for check in checks)

    def sides(self, definition: Definition) -> tuple[Unit, Unit]:
        return super().sides(definition) if self.is_count(definition) else MONEY_SIDES

    def is_count(self, definition: Definition) -> bool:
        return definition.option("basis") == "count"

    def is_of_one_part(self, definition: Definition) -> bool:
        return True

    def adds_up(self, definition: Definition) -> tuple[str, ...] | None:
        return ("is_fallback", "amount_is_missing", "is_same_day", "is_touches_not_loaded")

    def reaches(
        self, definition: Definition, asked: Asked, period: Period, loaded: Loaded
    ) -> list[Reach]:
        is_closed = definition.option("cohort") == "closed_in_period"
        return [
            *(closing_reaches if is_closed else entry_reaches)(definition, period),
            *customer_reaches(definition, period, loaded),
        ]

    def flags(self, definition: Definition, rows: pa.Table) -> list[Flag]:
        found = flag("entry_fallback", rows, "is_fallback", ENTRY_FALLBACK)
        if definition.option("basis") == "amount":
            found += flag("amount_missing", rows, "amount_is_missing", AMOUNT_MISSING)
        if definition.option("sourced") == "marketing":
            found += source_flags(rows)
        return found
