"""Close the books that are due, and write down what counts otherwise in those that are closed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from trivet.agreements import opening
from trivet.numbers.ledger.folder import BookFolder
from trivet.numbers.revenue_model import RevenueModel
from trivet.numbers.workspace.progress import Progress, silent
from trivet.numbers.workspace.workspace import Workspace

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
