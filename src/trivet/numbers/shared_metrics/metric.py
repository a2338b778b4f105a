"""One metric: what it is about, the query that gives its rows, how rows become a figure."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import pyarrow as pa

from trivet.numbers.shared_metrics.definition import Definition, Subject
from trivet.numbers.shared_metrics.figure import Companion, Factor, Figure, Flag, Unit
from trivet.numbers.shared_metrics.needs import Loaded
from trivet.numbers.shared_metrics.reach import Reach
from trivet.numbers.shared_metrics.rows import total
from trivet.numbers.warehouse.sql_text import SqlText, read_sql
from trivet.sentence import Sentence
from trivet.vocabulary.function import Function
from trivet.vocabulary.period import Period

if TYPE_CHECKING:
    from trivet.numbers.shared_metrics.asked import Asked

FOLDER = Path(__file__).parent

ROW_DIMENSIONS: Mapping[str, tuple[str, ...]] = {
    "sourced_by": tuple(str(function) for function in Function),
    "deal_type": ("new", "expansion", "renewal", "winback"),
    "outcome": ("won", "lost", "open"),
    "movement": ("expansion", "flat", "contraction", "churn", "reactivation"),
    "lead_type": (),
}
"""Dimensions that a metric's own rows carry, beside those of its records, each with its values;
none where the words are the company's own."""

RowsAre = Literal["opportunity", "account", "contact"]
Need = Callable[[Definition, Loaded], str]


@dataclass(frozen=True, slots=True)
class Sums:
    """What the rows of one figure add up to, before it is divided.

    rows   the figure's rows, for what is no sum (a median)
    """

    numerator: Fraction
    denominator: Fraction
    records: int
    rows: pa.Table

    def total(self, column: str) -> int:
        """The sum of another column of the rows; True counts as one."""
        return total(self.rows, column)


@dataclass(frozen=True, slots=True)
class Answer:
    """The ratio a metric makes of its sums: both sides, the value, or why there is none.

    factors   where the value is a product and no ratio of the two sides
    """

    numerator: Fraction | None
    denominator: Fraction | None
    value: Fraction | None
    reason: str = ""
    factors: tuple[Factor, ...] = ()


class Metric:
    """The shape every metric has; most are a plain ratio of two sums.

    rows_are    what a row is about, and so which dimensions can cut it
    nothing     why there is no value when nothing is to be divided by
    is_sample   whether few records make the figure doubtful; a balance on a day is what it is
    looks_ahead whether a period that has not begun can be asked
    counted_if  the flag of a row that `counted` asks for; empty if every row counts
    contradicted_if   the flag of a row whose record cannot be as it says; empty if none can tell
    shows_nothings    whether a row with nothing on both sides is shown, and is no record of it
    is_cut_by_rows  whether a part's rows are some of the whole's; coverage reads other targets

    Override   `answer` where the figure is no ratio of the two sums,
               `flags` and `companions` for what a reader must see beside it,
               `in_scope` where there is a figure of some parts only
    """

    subject: Subject
    needs: Sequence[Need] = ()
    rows_are: RowsAre = "opportunity"
    nothing: str = Sentence("there are no rows in the period")
    is_sample: bool = True
    looks_ahead: bool = False
    counted_if: str = ""
    contradicted_if: str = ""
    shows_nothings: bool = False
    is_cut_by_rows: bool = True

    @property
    def id(self) -> str:
        return self.subject.id

    @property
    def query(self) -> SqlText:
        return read_sql(FOLDER / self.subject.id / "query.sql", self.subject.id)

    @property
    def row_dimensions(self) -> tuple[str, ...]:
        """Those of `ROW_DIMENSIONS` that this metric's rows carry."""
        return tuple(name for name in ROW_DIMENSIONS if name in self.query.columns)

    def lacks(self, definition: Definition, loaded: Loaded) -> str:
        """Why it cannot be computed from what is loaded; empty if it can."""
        return joined(need(definition, loaded) for need in self.needs)

    def adds_up(self, definition: Definition) -> tuple[str, ...] | None:
        """The flags and counts whose sums, with the two, are all that `answer` and `flags` read.

        None where a figure looks at its rows one by one, such as a median.
        """
        return None

    def reads(self, definition: Definition) -> tuple[str, ...] | None:
        """The columns that `counted`, `answer` and `flags` read where rows do not add up.

        None where they may read any.
        """
        return None

    def counted(self, rows: pa.Table, scope: Collection[str]) -> pa.Table:
        """Of the rows in a scope, those that the figure adds up.

        scope   names of the dimensions that the figure is cut by
        """
        if not self.counted_if or self.counted_if not in rows.column_names:
            return rows
        return rows if "records" in rows.column_names else rows.filter(rows[self.counted_if])

    def is_open(self, asked: Asked, period: Period, newest: datetime) -> bool:
        """Whether the period's books are open, so that the figure may still change.

        newest   naive UTC, the last instant that any source knows of
        """
        return asked.is_provisional(period)

    def why_open(self, asked: Asked, period: Period) -> str:
        return Sentence(
            "known up to %(day)s; the books of %(period)s close on %(closes_on)s",
            {
                "day": asked.as_of_on,
                "period": period.key,
                "closes_on": asked.books_close_on(period),
            },
        )

    def reaches(
        self, definition: Definition, asked: Asked, period: Period, loaded: Loaded
    ) -> list[Reach]:
        """How far back each kind of record that it counts has to be known."""
        return []

    def answer(self, definition: Definition, sums: Sums) -> Answer:
        if sums.denominator == 0:
            return Answer(sums.numerator, sums.denominator, None, self.nothing)
        return Answer(sums.numerator, sums.denominator, sums.numerator / sums.denominator)

    def in_scope(self, figure: Figure) -> Figure:
        """The figure of a part of the company, where it is answered otherwise than the whole."""
        return figure

    def sides(self, definition: Definition) -> tuple[Unit, Unit]:
        """What the numerator and the denominator of its rows are under a definition.

        Money is in minor units of the company's currency.
        """
        return Unit.COUNT, Unit.COUNT

    def is_of_one_part(self, definition: Definition) -> bool:
        """Whether each row of a period is of one of the shorter ones that the period consists of.

        What is open on a day, or looks back over a window, is of several or of none.
        """
        return False

    def row_word(self, record_id: str, numerator: int, denominator: int) -> str:
        """What a row is, where its two sides alone do not say it: `open`; "" where they do."""
        return ""

    def is_count(self, definition: Definition) -> bool:
        """Whether the figure is a share of counted records, so that it has a Wilson interval."""
        return False

    def flags(self, definition: Definition, rows: pa.Table) -> list[Flag]:
        return []

    def companions(self, definition: Definition, sums: Sums) -> list[Companion]:
        return []


def joined(reasons: Iterable[str]) -> str:
    """Every reason once, the empty ones left out."""
    return Sentence.joined(
        "%(first)s; %(then)s", dict.fromkeys(reason for reason in reasons if reason)
    )


def flag(
    name: str, rows: pa.Table, column: str, says: str, *, contradicts: bool = False
) -> list[Flag]:
    """A flag for the rows that hold True, if there are any.

    Rows that were frozen before there was such a column say nothing of it.
    """
    found = total(rows, column) if column in rows.column_names else 0
    return [Flag(name, found, says, contradicts)] if found else []


MONEY_SIDES = (Unit.MONEY, Unit.MONEY)

ENTRY_FALLBACK = Sentence(
    "entered on the day it was created, because its stage was skipped or not recorded"
)
AMOUNT_MISSING = Sentence("has no amount and counts as 0")
SAME_DAY = Sentence(
    "marketing may have been first on the same day, but the response has no hour: it is not counted"
    " as marketing's"
)
TOUCHES_NOT_LOADED = Sentence("looks back to a day before touches are loaded")


def source_flags(rows: pa.Table) -> list[Flag]:
    """What is to be said of how a source was found."""
    return [
        *flag("same_day", rows, "is_same_day", SAME_DAY),
        *flag(
            "touches_not_loaded",
            rows,
            "is_touches_not_loaded",
            TOUCHES_NOT_LOADED,
            contradicts=True,
        ),
    ]
