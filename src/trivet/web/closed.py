"""The closed books as pages look them up: read again only when there is another edition or line."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterable, Mapping
from datetime import date
from functools import cached_property
from pathlib import Path

from django.conf import settings

from trivet.agreements.books.models import Edition
from trivet.agreements.books.queries import newest_record, official_editions, records_otherwise
from trivet.numbers.ledger.folder import BookFolder
from trivet.numbers.ledger.frozen import Frozen
from trivet.numbers.shared_metrics.definition import Definition
from trivet.numbers.shared_metrics.figure import Figure
from trivet.numbers.workspace.workspace import Workspace
from trivet.vocabulary.period import Period

STATES_KEPT = 4
TABLES_KEPT = 32


class ClosedBook:
    """What a page shows of a closed book.

    otherwise   records that count otherwise than frozen, as the last run found
    """

    def __init__(self, edition: Edition, otherwise: int) -> None:
        self.edition = edition
        self.otherwise = otherwise
        self.figure: Figure = edition.figure

    @property
    def closed_on(self) -> date:
        return self.edition.book.closes_on

    @property
    def address(self) -> str:
        """Where its ledger is."""
        return f"/books/{self.edition.book.metric}/{self.edition.book.period_key}"

    @cached_property
    def definition(self) -> Definition:
        """The definition it was counted under. Raises   BookDamaged"""
        return self.edition.held_definition()


class ClosedBooks:
    """Every closed book by metric and days.

    newest   id of the newest edition among them; 0 if there is none
    """

    def __init__(self, newest: int, books: Iterable[ClosedBook]) -> None:
        self.newest = newest
        self._books: Mapping[tuple[str, date, date], ClosedBook] = {
            (each.figure.metric, each.figure.period.start, each.figure.period.end): each
            for each in books
        }

    def of(self, metric: str, period: Period) -> ClosedBook | None:
        """The closed book of a metric and period."""
        return self._books.get((metric, period.start, period.end))


_NONE = ClosedBooks(0, ())
_lock = threading.Lock()
_states: OrderedDict[tuple[object, ...], ClosedBooks] = OrderedDict()
_tables: OrderedDict[int, Frozen] = OrderedDict()


def no_books() -> ClosedBooks:
    """Before anything can have been closed."""
    return _NONE


def closed_books(up_to: int | None = None) -> ClosedBooks:
    """The books as they are; one small question to the store while nothing has changed.

    up_to   id of the newest edition that is known of; None for all
    """
    newest, line = newest_record()
    if not newest:
        return _NONE
    key = (settings.WORKSPACE, newest, line, up_to)
    with _lock:
        if key in _states:
            _states.move_to_end(key)
            return _states[key]
    editions = official_editions(up_to)
    counts = records_otherwise(editions)
    found = ClosedBooks(
        newest if up_to is None else min(up_to, newest),
        [ClosedBook(each, counts.get(each.pk, 0)) for each in editions],
    )
    with _lock:
        _states[key] = found
        while len(_states) > STATES_KEPT:
            _states.popitem(last=False)
    return found


def frozen(book: ClosedBook) -> Frozen:
    """A closed figure with its rows. Raises   BookDamaged"""
    key = book.edition.pk
    with _lock:
        if key in _tables:
            _tables.move_to_end(key)
            return _tables[key]
    found = Frozen(book.figure, book.definition, book_folder().read(book.edition.rows_file))
    with _lock:
        _tables[key] = found
        while len(_tables) > TABLES_KEPT:
            _tables.popitem(last=False)
    return found


def book_folder() -> BookFolder:
    """Where the frozen rows of this process's workspace are."""
    return BookFolder(Workspace(Path(settings.WORKSPACE)).books)


def forget() -> None:
    """Look everything up again: a store was put in another's place."""
    with _lock:
        _states.clear()
        _tables.clear()
