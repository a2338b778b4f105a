"""Marketing-sourced pipeline."""

from __future__ import annotations

from fractions import Fraction

import pyarrow as pa

from trivet.numbers.shared_metrics import needs
from trivet.numbers.shared_metrics.asked import Asked
from trivet.numbers.shared_metrics.definition import Definition
from trivet.numbers.shared_metrics.figure import Companion, Flag, Unit
from trivet.numbers.shared_metrics.marketing_sourced_pipeline.definition import (
    MARKETING_SOURCED_PIPELINE,
)
from trivet.numbers.shared_metrics.metric import (
    AMOUNT_MISSING,
    ENTRY_FALLBACK,
    MONEY_SIDES,
    Metric,
    Sums,
    flag,
    joined,
    source_flags,
)
from trivet.numbers.shared_metrics.needs import Loaded
from trivet.numbers.shared_metrics.pipeline_base.reach import (
    customer_reaches,
    entry_reaches,
    open_reaches,
)
from trivet.numbers.shared_metrics.reach import Reach
from trivet.numbers.shared_metrics.rows import rows_where, total
from trivet.sentence import Sentence
from trivet.vocabulary.function import Function
from trivet.vocabulary.period import Period


class MarketingSourcedPipeline(Metric):
    """Reads    pipeline_base (entered or open) and sourcing, one row an opportunity
    Units    money in minor units of the company's currency, or opportunities
    Source   docs/reference/metrics.md#marketing_sourced_pipeline
    """

    subject = MARKETING_SOURCED_PIPELINE
    nothing = Sentence("no pipeline entered in the period")
    contradicted_if = "is_contradicted"

    def lacks(self, definition: Definition, loaded: Loaded) -> str:
        checks = [needs.source_evidence]
        created = definition.option("measure") == "created"
        checks.append(needs.entry if created else needs.entry_stage)
        if definition.option("basis") == "amount":
            checks.append(needs.amount)
        return joined(check(definition, loaded) for check in checks)

    def sides(self, definition: Definition) -> tuple[Unit, Unit]:
        return super().sides(definition) if self.is_count(definition) else MONEY_SIDES

    def is_count(self, definition: Definition) -> bool:
        return definition.option("basis") == "count"

    def is_of_one_part(self, definition: Definition) -> bool:
        return definition.option("measure") == "created"

    def adds_up(self, definition: Definition) -> tuple[str, ...] | None:
        return ("is_fallback", "amount_is_missing", "is_same_day", "is_touches_not_loaded")

    def reaches(
        self, definition: Definition, asked: Asked, period: Period, loaded: Loaded
    ) -> list[Reach]:
        is_created = definition.option("measure") == "created"
        return [
            *(
                entry_reaches(definition, period)
                if is_created
                else open_reaches(min(period.last_day, asked.as_of_on))
            ),
            *customer_reaches(definition, period, loaded),
        ]

    def flags(self, definition: Definition, rows: pa.Table) -> list[Flag]:
        return [
            *flag("entry_fallback", rows, "is_fallback", ENTRY_FALLBACK),
            *flag("amount_missing", rows, "amount_is_missing", AMOUNT_MISSING),
            *source_flags(rows),
        ]

    def companions(self, definition: Definition, sums: Sums) -> list[Companion]:
        shown = []
        for function in Function:
            if function is Function.MARKETING:
                continue
            theirs = rows_where(sums.rows, "sourced_by", str(function))
            amount = Fraction(total(theirs, "denominator"))
            share = amount / sums.denominator if sums.denominator else None
            says = Sentence("No rule found who created it.") if function is Function.UNKNOWN else ""
            label = (
                Sentence("Source unknown")
                if function is Function.UNKNOWN
                else Sentence("Sourced by %(function)s", {"function": function.title.lower()})
            )
            shown.append(Companion(label, share, Unit.SHARE, says))
        return shown
