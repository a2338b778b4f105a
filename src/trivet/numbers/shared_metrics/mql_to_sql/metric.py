"""MQL to SQL conversion."""

from __future__ import annotations

import pyarrow as pa

from trivet.numbers.shared_metrics import needs
from trivet.numbers.shared_metrics.asked import Asked
from trivet.numbers.shared_metrics.definition import Definition
from trivet.numbers.shared_metrics.figure import Flag
from trivet.numbers.shared_metrics.metric import Metric
from trivet.numbers.shared_metrics.mql_to_sql.definition import MQL_TO_SQL
from trivet.numbers.shared_metrics.needs import Loaded
from trivet.numbers.shared_metrics.reach import Reach
from trivet.numbers.shared_metrics.rows import total
from trivet.sentence import Sentence
from trivet.vocabulary.period import Period


class MqlToSql(Metric):
    """Reads    mql_cycle, one row a cycle (cohort), or one each MQL and SQL (same period)
    Units    people's cycles, accounts' cycles or events
    Source   docs/reference/metrics.md#mql_to_sql
    """

    subject = MQL_TO_SQL
    rows_are = "contact"
    needs = (needs.lifecycle,)
    nothing = Sentence("nobody became an MQL in the period, or none has had the whole window yet")
    # Without those that have not had their whole window: they would read as lost.
    counted_if = "is_mature"

    def is_of_one_part(self, definition: Definition) -> bool:
        return True

    def adds_up(self, definition: Definition) -> tuple[str, ...] | None:
        return ("is_mature",)

    def reaches(
        self, definition: Definition, asked: Asked, period: Period, loaded: Loaded
    ) -> list[Reach]:
        return [Reach("lifecycle_stage_history", period.start)]

    def is_count(self, definition: Definition) -> bool:
        return definition.option("method") == "cohort"

    def flags(self, definition: Definition, rows: pa.Table) -> list[Flag]:
        days = definition.option("window_days")
        every = total(rows, "every_row") if "every_row" in rows.column_names else len(rows)
        young = every - total(rows, "is_mature")
        says = Sentence(
            "has not had its %(days)s days yet and is not in the figure", {"days": days}
        )
        return [Flag("immature", young, says)] if young else []
