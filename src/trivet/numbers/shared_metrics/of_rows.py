"""What some rows of a metric make, whether they were counted just now or frozen once."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from fractions import Fraction

import pyarrow as pa

from trivet.numbers.shared_metrics.definition import Definition
from trivet.numbers.shared_metrics.figure import Flag, Interval
from trivet.numbers.shared_metrics.metric import Answer, Metric, Sums
from trivet.numbers.shared_metrics.rows import total
from trivet.numbers.shared_metrics.wilson import wilson
from trivet.sentence import Sentence


@dataclass(frozen=True, slots=True)
class OfRows:
    """Everything of a figure that its rows alone decide.

    counted        of the rows, those that are added up
    contradicted   of all rows, those whose records cannot be as they say
    looked_at      all rows, counted or not
    """

    counted: pa.Table
    sums: Sums
    answer: Answer
    flags: tuple[Flag, ...]
    interval: Interval | None
    contradicted: int = 0
    looked_at: int = 0

    def is_contradicted(self, definition: Definition) -> bool:
        """Whether more of them are contradicted than the definition bears."""
        bound = definition.options.get("contradicted_above")
        return isinstance(bound, int) and self.contradicted * 100 > bound * self.looked_at


def of_rows(
    metric: Metric, definition: Definition, rows: pa.Table, scope: Collection[str]
) -> OfRows:
    """Add up the rows of one period and scope, and let the metric answer.

    rows    a row a record, or already added up (`sums_of`)
    scope   names of the dimensions that the rows are cut by
    """
    flags = metric.flags(definition, rows) if len(rows) else []
    counted = metric.counted(rows, scope)
    is_added_up = "records" in rows.column_names
    denominator = total(counted, "denominator")
    records = total(counted, "records") if is_added_up else len(counted)
    sums = Sums(
        Fraction(total(counted, "numerator")),
        Fraction(denominator),
        denominator if metric.shows_nothings else records,
        counted,
    )
    contradicted = metric.contradicted_if
    if contradicted not in rows.column_names:
        contradicted = ""
    answer = metric.answer(definition, sums)
    if answer.value is not None and metric.is_sample and sums.records < definition.min_n:
        says = Sentence(
            "is a small number: below %(number)s one record moves the figure a lot",
            {"number": definition.min_n},
        )
        flags.append(Flag("below_min_n", sums.records, says))
    return OfRows(
        counted,
        sums,
        answer,
        tuple(flags),
        interval_of(metric, definition, sums.numerator, sums.denominator),
        total(rows, contradicted) if contradicted else 0,
        total(rows, "every_row") if is_added_up else len(rows),
    )


def interval_of(
    metric: Metric, definition: Definition, found: Fraction | None, of: Fraction | None
) -> Interval | None:
    """Wilson's 95 % interval of `found` of `of`, where that is a share of counted records."""
    counts = counts_of(metric, definition, found, of)
    return wilson(*counts) if counts else None


def counts_of(
    metric: Metric, definition: Definition, found: Fraction | None, of: Fraction | None
) -> tuple[int, int] | None:
    """Both sides as counts of records; None where the figure is no share of such."""
    if found is None or not of or not metric.is_count(definition) or not 0 <= found <= of:
        return None
    return int(found), int(of)
