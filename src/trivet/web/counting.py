"""One of three ways of counting: officially, as counted today, or as known on a day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

import pyarrow as pa

from trivet.errors import BookDamaged, CountingUnknown
from trivet.numbers.revenue_model import AccountTeam, Movement, RowPage, movements
from trivet.numbers.shared_metrics.definition import Definition
from trivet.numbers.shared_metrics.figure import Figure
from trivet.vocabulary.period import Period, read_day
from trivet.vocabulary.quoted import quoted
from trivet.web.answers import Answers, Where, frozen_where
from trivet.web.closed import ClosedBook, ClosedBooks, frozen

TODAY = "today"


@dataclass(frozen=True, slots=True)
class Counting:
    """How a page counts.

    text    as the address has it: '', `today`, or a day
    as_of   the day whose end is asked about; None for all that is known
    """

    text: str = ""
    as_of: date | None = None

    @property
    def is_official(self) -> bool:
        """Closed periods show what was frozen."""
        return not self.text


OFFICIAL = Counting()


def read_counting(text: str, newest: date) -> Counting:
    """Read `counted` of an address.

    newest   the last day the data knows of
    Raises   CountingUnknown
    """
    if text in ("", TODAY):
        return Counting(text)
    day = read_day(text)
    if day is None:
        raise CountingUnknown(
            "There is no way to count %(text)s.",
            remedy="Say `today`, a day such as 2026-05-01, or nothing for the official figures.",
            text=quoted(text),
        )
    if day > newest:
        raise CountingUnknown(
            "What is known on %(day)s cannot be said: the data reaches to %(newest)s.",
            remedy="Choose a day up to %(newest)s, or `today`.",
            day=day,
            newest=newest,
        )
    return Counting(text, day)


class Counted(Answers):
    """A build's answers, counted one way.

    A closed period is counted under its own book's definition, whichever way: a new definition
    begins a series beside it.
    """

    def __init__(self, answers: Answers, counting: Counting, books: ClosedBooks) -> None:
        super().__init__(answers.model, answers.memory, counting.as_of)
        self.counting = counting
        self.books = books

    @property
    def today(self) -> Counted:
        """The same build with all that is known today."""
        return Counted(self, Counting(TODAY), self.books)

    def book(self, metric: str, period: Period) -> ClosedBook | None:
        """The closed book of a metric and period."""
        return self.books.of(metric, period)

    def definition_of(self, metric: str, period: Period) -> Definition:
        """What the figure of a period is counted under: its book's definition, or that in force."""
        book = self.book(metric, period)
        return (self._own(book) if book else None) or self.definition(metric)

    def kept_whole(self, metric: str, period: Period, dimensions: Sequence[str]) -> str:
        """Why a closed figure cannot be cut by these dimensions; empty if it can."""
        book = self._frozen_book(metric, period)
        return frozen(book).keeps_whole(dimensions) if book and dimensions else ""

    def lacks_beside(self, metric: str, period: Period, where: Where) -> str:
        """Why a closed figure has fewer companions than an open one; empty if it has them all."""
        book = self._frozen_book(metric, period)
        return frozen(book).lacks_beside(where) if book else ""

    # What is asked

    def figure(
        self,
        metric: str,
        period: Period,
        where: Where,
        by: str | None = None,
        *,
        definition: Definition | None = None,
    ) -> Figure:
        book = self._frozen_book(metric, period)
        if book is None or definition is not None:
            own = definition or self._definition(metric, period)
            return super().figure(metric, period, where, by, definition=own)
        return self._remember(
            ("frozen", book.edition.pk, period, frozen_where(where), by),
            lambda: replace(frozen(book).part(where, by), period=period),
        )

    def series(
        self,
        metric: str,
        periods: Sequence[Period],
        where: Where,
        *,
        definition: Definition | None = None,
    ) -> list[Figure]:
        found: dict[Period, Figure] = {}
        asked: dict[str, tuple[Definition | None, list[Period]]] = {}
        for period in periods:
            book = self._frozen_book(metric, period)
            if book is None:
                own = definition or self._definition(metric, period)
                asked.setdefault(own.hash if own else "", (own, []))[1].append(period)
            elif where:
                found[period] = self.figure(metric, period, where)
            else:
                found[period] = replace(book.figure, period=period)
        for own, same in asked.values():
            figures = super().series(metric, same, where, definition=own)
            found |= dict(zip(same, figures, strict=True))
        return [found[period] for period in periods]

    def row_page(
        self,
        metric: str,
        period: Period,
        where: Where,
        *,
        search: str = "",
        order_by: str = "",
        descending: bool = True,
        limit: int = 50,
        offset: int = 0,
        team: AccountTeam | None = None,
        definition: Definition | None = None,
    ) -> RowPage:
        book = self._frozen_book(metric, period)
        if book is None:
            return super().row_page(
                metric, period, where, search=search, order_by=order_by, descending=descending,
                limit=limit, offset=offset, team=team,
                definition=definition or self._definition(metric, period),
            )  # fmt: skip
        asked = (search, order_by, descending, limit, offset, team)
        return self._remember(
            ("frozen rows", book.edition.pk, frozen_where(where), asked),
            lambda: self.model.page_of(
                frozen(book).rows(where), frozen(book).definition, search=search, order_by=order_by,
                descending=descending, limit=limit, offset=offset, team=team,
            ),
        )  # fmt: skip

    def rows(
        self,
        metric: str,
        period: Period,
        where: Where,
        *,
        definition: Definition | None = None,
    ) -> pa.Table:
        book = self._frozen_book(metric, period)
        if book is not None:
            return frozen(book).rows(where)
        own = definition or self._definition(metric, period)
        return super().rows(metric, period, where, definition=own)

    def waterfall(
        self, period: Period, where: Where, *, definition: Definition | None = None
    ) -> tuple[Movement, ...]:
        metric = "net_revenue_retention"
        book = self._frozen_book(metric, period)
        if book is not None:
            return movements(frozen(book).rows(where))
        own = definition or self._definition(metric, period)
        return super().waterfall(period, where, definition=own)

    def _frozen_book(self, metric: str, period: Period) -> ClosedBook | None:
        return self.books.of(metric, period) if self.counting.is_official else None

    def _definition(self, metric: str, period: Period) -> Definition | None:
        """The book's own definition where it is not the one in force."""
        book = self.book(metric, period)
        if book is None or book.figure.definition_hash == self.definition(metric).hash:
            return None
        return book.definition

    @staticmethod
    def _own(book: ClosedBook) -> Definition | None:
        try:
            return book.definition
        except BookDamaged:
            # The frozen figure holds, also where this version cannot read its definition.
            return None
