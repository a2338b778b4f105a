"""A closed figure with its frozen rows: cut into parts without asking any build."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import pyarrow as pa
import pyarrow.compute as pc

from trivet.numbers.shared_metrics.beside import ASK_BESIDE
from trivet.numbers.shared_metrics.definition import Definition
from trivet.numbers.shared_metrics.figure import Figure, Status
from trivet.numbers.shared_metrics.measure import DIMENSION_COLUMN
from trivet.numbers.shared_metrics.metric import ROW_DIMENSIONS
from trivet.numbers.shared_metrics.of_rows import of_rows
from trivet.numbers.shared_metrics.registry import metric_named
from trivet.numbers.shared_metrics.rows import rows_hash, rows_where
from trivet.sentence import Sentence


@dataclass(frozen=True, slots=True)
class Frozen:
    """What was frozen, and its parts: they add up to the whole because they are its rows.

    figure       the whole, as it was frozen
    definition   that it was counted under
    table        its rows, with a column `in_<dimension>` for each dimension there was then
    """

    figure: Figure
    definition: Definition
    table: pa.Table

    def keeps_whole(self, dimensions: Sequence[str]) -> str:
        """Why the figure cannot be cut by these dimensions; empty if it can."""
        if dimensions and not metric_named(self.figure.metric).is_cut_by_rows:
            return Sentence(
                "a closed book of this metric is kept whole: a part of it is held to a target of"
                " its own, which was not frozen"
            )
        if any(self._column(name) not in self.table.column_names for name in dimensions):
            return Sentence(
                "this book was frozen without this dimension, so its parts are not known"
            )
        return ""

    def lacks_beside(self, where: Mapping[str, str]) -> str:
        """Why companions that ask a question of their own are missing; empty if none is."""
        # Beside coverage stands something only while its period runs, and that has no book.
        if self.figure.metric not in ASK_BESIDE or self.figure.metric == "pipeline_coverage":
            return ""
        if where:
            return "what was counted beside this figure was frozen for the whole company only"
        if not any(each.query_hash for each in self.figure.companions):
            return "this book was closed before what is counted beside a figure was frozen too"
        return ""

    def part(self, where: Mapping[str, str], by: str | None = None) -> Figure:
        """The figure inside a scope, split by a dimension if asked; no value if it is kept whole.

        where   "" for the rows that have no value of a dimension

        Flags and interval are what the rows say. The companions of the whole are the frozen ones,
        those of a part what its rows say; `lacks_beside` tells what is missing.
        """
        if reason := self.keeps_whole([*where, *([by] if by else [])]):
            return self.figure.without_value(
                reason,
                numerator=None,
                denominator=None,
                records=0,
                rows_hash="",
                scope=dict(where),
            )
        found = self._figure(self._where(where), where, is_whole=True)
        if by is None:
            return found
        rows, column = self._where(where), self._column(by)
        values = sorted(
            pc.unique(rows[column]).to_pylist(), key=lambda value: (value is None, value)
        )
        segments = [
            self._figure(rows_where(rows, column, value), {**where, by: value or ""})
            for value in values
        ]
        return replace(found, segments=tuple(segments))

    def rows(self, where: Mapping[str, str], *, dimensions: bool = False) -> pa.Table:
        """The rows inside a scope, as the metric gives them; none if the figure is kept whole.

        dimensions   also their columns `in_<dimension>`
        """
        rows = self.table.slice(0, 0) if self.keeps_whole(list(where)) else self._where(where)
        return rows.sort_by("record_id") if dimensions else self._bare(rows)

    def _figure(
        self, rows: pa.Table, where: Mapping[str, str], *, is_whole: bool = False
    ) -> Figure:
        metric = metric_named(self.figure.metric)
        made = of_rows(metric, self.definition, rows, where.keys())
        factors = made.answer.factors
        said = replace(self.figure, flags=made.flags, interval=made.interval, factors=factors)
        if factors:
            # Books closed before froze the product of the sums in place of the sums themselves.
            sums = made.sums
            said = replace(said, numerator=sums.numerator, denominator=sums.denominator)
        if not where and self.figure.companions:
            return said
        companions = metric.companions(self.definition, made.sums) if is_whole else []
        said = replace(said, companions=tuple(companions))
        if not where:
            return said
        reason = made.answer.reason
        if made.answer.value is None:
            reason = self._nobody_has(where) or reason
        return replace(
            said,
            value=made.answer.value,
            status=Status.NOT_COMPUTABLE if made.answer.value is None else said.status,
            numerator=made.answer.numerator,
            denominator=made.answer.denominator,
            records=made.sums.records,
            reason=reason,
            rows_hash=rows_hash(made.counted) if is_whole else "",
            scope=dict(where),
        )

    def _nobody_has(self, where: Mapping[str, str]) -> str:
        """That none of the frozen rows has a value of the scope; '' where some have each."""
        for name, value in where.items():
            if value and not len(rows_where(self.table, self._column(name), value)):
                return Sentence(
                    "no record of this closed period has %(value)s as its %(dimension)s",
                    {"value": repr(value), "dimension": name},
                )
        return ""

    def _where(self, where: Mapping[str, str]) -> pa.Table:
        rows = self.table
        for name, value in where.items():
            rows = rows_where(rows, self._column(name), value or None)
        return rows

    def _bare(self, rows: pa.Table) -> pa.Table:
        kept = [name for name in rows.column_names if not name.startswith(DIMENSION_COLUMN)]
        return rows.select(kept).sort_by("record_id")

    @staticmethod
    def _column(dimension: str) -> str:
        return dimension if dimension in ROW_DIMENSIONS else f"{DIMENSION_COLUMN}{dimension}"
