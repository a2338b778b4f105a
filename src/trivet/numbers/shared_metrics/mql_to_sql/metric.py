"""MQL to SQL conversion."""

from __future__ import annotations

from collections.abc import Collection

import pyarrow as pa

from trivet.numbers.shared_metrics import needs
from trivet.numbers.shared_metrics.definition import Definition
from trivet.numbers.shared_metrics.figure import Flag
from trivet.numbers.shared_metrics.metric import Metric
from trivet.numbers.shared_metrics.mql_to_sql.definition import MQL_TO_SQL
from trivet.numbers.shared_metrics.rows import total
from trivet.sentence import Sentence


class MqlToSql(Metric):
    """Reads    mql_cycle, one row a cycle (cohort), or one each MQL and SQL (same period)
    Units    people's cycles, accounts' cycles or events
    Source   docs/reference/metrics.md#mql_to_sql
    """

    subject = MQL_TO_SQL
    needs = (needs.lifecycle,)
    nothing = Sentence("nobody became an MQL in the period, or none has had the whole window yet")
    counted_if = "is_mature"

    def counted(self, rows: pa.Table, scope: Collection[str]) -> pa.Table:
        """Without those that have not had their whole window: they would read as lost."""
        return rows if "records" in rows.column_names else rows.filter(rows["is_mature"])

    def is_of_one_part(self, definition: Definition) -> bool:
        return True

    def adds_up(self, definition: Definition) -> tuple[str, ...] | None:
        return ("is_mature",)

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
