"""Close the books that are due, and write down what counts otherwise in those that are closed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from trivet.agreements import opening
from trivet.numbers.ledger.folder import BookFolder
from trivet.numbers.ledger.frozen import Frozen
from trivet.numbers.revenue_model import RevenueModel
from trivet.numbers.workspace.progress import Progress, silent
from trivet.numbers.workspace.workspace import Workspace
from trivet.vocabulary.period import Period

if TYPE_CHECKING:
    from trivet.agreements.books.actions.close import Waiting
    from trivet.agreements.books.queries import Line


@dataclass(frozen=True, slots=True)
class BooksRun:
    """What a run did to the books.

    closed     the books that are closed now, as "win_rate 2026-Q1"
    waiting    a sentence for each that stays open although its day is over
    restated   how many lines were added to the ledger, by cause
    problems   a sentence for each book that could not be compared
    """

    closed: tuple[str, ...] = ()
    waiting: tuple[str, ...] = ()
    restated: dict[str, int] = field(default_factory=dict)
    problems: tuple[str, ...] = ()


def keep_books(workspace: Workspace, progress: Progress = silent) -> BooksRun:
    """Close what is due and compare what is closed, on the published build.

    A workspace whose store nobody has opened yet keeps no books: there is nobody to whom a figure
    was official.

    Raises   NothingPublished, BookNotReady while the build is stale, DiskFull
    """
    if not opening.is_there(workspace.folder):
        return BooksRun()
    opening.bring_up_to_date(workspace.folder)
    from trivet.agreements.books.actions.close import close_due
    from trivet.agreements.books.actions.compare import compare_books

    model = RevenueModel.open(workspace.folder)
    try:
        recount, folder, now = model.recount, BookFolder(workspace.books), datetime.now(UTC)
        closed = close_due(recount, folder, model.in_force.definitions, now=now, progress=progress)
        compared = compare_books(recount, folder, now=now, progress=progress)
    finally:
        model.close()
    restated: dict[str, int] = {}
    for line in compared.restatements:
        restated[line.cause] = restated.get(line.cause, 0) + 1
    return BooksRun(
        tuple(str(book) for book in closed.books),
        _reasons(closed.waiting),
        restated,
        compared.problems,
    )


def _reasons(waiting: Sequence[Waiting]) -> tuple[str, ...]:
    """Why books stay open: drafts in one sentence, however many periods they keep open."""
    drafts = {each.metric for each in waiting if not each.is_agreed}
    said = [each.reason for each in waiting if each.is_agreed]
    if drafts:
        said.append(
            f"The books of {', '.join(sorted(drafts))} stay open: nobody's signature is under"
            " their definitions yet."
        )
    return tuple(said)


def closed_books(workspace: Workspace) -> list[Line]:
    """Every closed book with its ledger's sums, the newest period first; none without a store."""
    if not opening.is_there(workspace.folder):
        return []
    opening.bring_up_to_date(workspace.folder)
    from trivet.agreements.books.queries import books

    return books()


@dataclass(frozen=True, slots=True)
class Official:
    """What a closed book says of one metric and period.

    closed_on   the working day that ended it
    edition     its number; above 1 a correction replaced what was frozen first
    """

    frozen: Frozen
    closed_on: date
    edition: int


def official(workspace: Workspace, metric: str, period: Period) -> Official | None:
    """The closed book of a metric and period; None while it is open.

    A workspace without closed books is answered without opening its store.

    Raises   BookDamaged
    """
    if not workspace.books.is_dir() or not opening.is_there(workspace.folder):
        return None
    opening.bring_up_to_date(workspace.folder)
    from trivet.agreements.books.queries import book_of

    book = book_of(metric, period)
    if book is None:
        return None
    edition = book.official
    definition = edition.held_definition()
    rows = BookFolder(workspace.books).read(edition.rows_file)
    figure = replace(edition.figure, period=period)
    return Official(Frozen(figure, definition, rows), book.closes_on, edition.number)


def damaged_books(workspace: Workspace) -> list[str] | None:
    """What is wrong with closed books, a sentence each; None if no book was ever closed."""
    if not opening.is_there(workspace.folder):
        return None
    opening.bring_up_to_date(workspace.folder)
    from trivet.agreements.books.models import Book
    from trivet.agreements.books.queries import damages

    if not Book.objects.exists():
        return None
    return [f"{each.book}: {each.says}" for each in damages(BookFolder(workspace.books))]
