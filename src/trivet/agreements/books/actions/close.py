"""Close the books of what is due."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError

from trivet.agreements.audit.models import TRIVET, By
from trivet.agreements.audit.turn import in_turn
from trivet.agreements.books.models import Book, Edition
from trivet.agreements.books.models.frozen_figure import definition_text, frozen_columns
from trivet.agreements.books.queries import files_named, first_closed
from trivet.agreements.books.rules.due import due
from trivet.errors import BookNotDue, BookNotReady
from trivet.numbers.ledger.folder import BookFolder
from trivet.numbers.ledger.recount import Recount, Whole
from trivet.numbers.shared_metrics.definition import Definition
from trivet.numbers.warehouse.crash_point import crash_point
from trivet.numbers.workspace.progress import Progress, silent
from trivet.sentence import Sentence
from trivet.vocabulary.period import Period


@dataclass(frozen=True, slots=True)
class Waiting:
    """A book that stays open although its day is over, and why.

    is_agreed   False where what is missing is signatures
    """

    metric: str
    period: Period
    reason: str
    is_agreed: bool = True


@dataclass(frozen=True, slots=True)
class Closed:
    """What a closing came to: books that are closed now and were not before, and the rest."""

    books: tuple[Book, ...] = ()
    waiting: tuple[Waiting, ...] = ()


NEXT_RUN = Sentence("the next `trivet run` closes it")
NOT_AGREED = "its definition is a draft, whose figure is official to nobody"


def close_due(
    recount: Recount,
    folder: BookFolder,
    definitions: Mapping[str, Definition],
    *,
    now: datetime,
    progress: Progress = silent,
) -> Closed:
    """Close every book whose day is over.

    definitions   those in force, by metric

    Raises   BookNotReady while the build is stale: nothing is closed on old data
    """
    _refuse_stale(recount)
    periods = due(recount.calendar, recount.latest_over, first_closed)
    books: list[Book] = []
    waiting: list[Waiting] = []
    for period in periods:
        found = close_period(period, recount, folder, definitions, now=now, progress=progress)
        books += found.books
        waiting += found.waiting
    return Closed(tuple(books), tuple(waiting))


def open_books(recount: Recount, definitions: Mapping[str, Definition]) -> list[Waiting]:
    """What is due and not closed, and why; nothing is closed by asking."""
    found: list[Waiting] = []
    for period in due(recount.calendar, recount.latest_over, first_closed):
        closed = set(_closed(period))
        for metric, definition in definitions.items():
            if metric in closed:
                continue
            if not definition.agreed:
                found.append(Waiting(metric, period, NOT_AGREED, is_agreed=False))
                continue
            try:
                recount.to_close(definition, period)
            except BookNotReady as wrong:
                found.append(Waiting(metric, period, wrong.happened))
            else:
                found.append(Waiting(metric, period, NEXT_RUN))
    return found


def close_period(
    period: Period,
    recount: Recount,
    folder: BookFolder,
    definitions: Mapping[str, Definition],
    *,
    now: datetime,
    by: By = TRIVET,
    progress: Progress = silent,
) -> Closed:
    """Close the books of one period, metric by metric. What is closed stays as it is.

    by   who asked for it; Trivet itself where a run did

    Only what three seats have signed is closed: a draft's figure was official to nobody. A metric
    that is not final yet for another reason than the open book stays open by itself, and the
    answer says why: the others need not wait for it.

    Raises   BookNotDue     its day has not come
             BookNotReady   the build is stale
             DiskFull
    """
    _refuse_stale(recount)
    if not recount.is_over(period):
        raise BookNotDue(
            "The books of %(period)s close at the end of %(day)s; the data reaches to"
            " %(newest_at)s UTC.",
            remedy="Bring newer exports and run `trivet run` after that day.",
            period=period.key,
            day=recount.closes_on(period),
            newest_at=f"{recount.newest_at:%Y-%m-%d %H:%M}",
        )
    books: list[Book] = []
    waiting: list[Waiting] = []
    with folder.lock():
        folder.remove_others(files_named())
        closed = set(_closed(period))
        known: dict[datetime, str] = {}
        for metric, definition in definitions.items():
            if metric in closed:
                continue
            if not definition.agreed:
                waiting.append(Waiting(metric, period, NOT_AGREED, is_agreed=False))
                continue
            progress(f"Closing {definition.title} of {period.key}")
            try:
                whole = recount.to_close(definition, period)
            except BookNotReady as wrong:
                waiting.append(Waiting(metric, period, wrong.happened))
                continue
            if whole.as_of_at not in known:
                known[whole.as_of_at] = folder.write(recount.known(whole.as_of_at).table)
            rows_file = folder.write(whole.rows)
            crash_point("book_written")
            book = _freeze(definition, whole, recount, rows_file, known[whole.as_of_at], now, by)
            if book is not None:
                books.append(book)
    return Closed(tuple(books), tuple(waiting))


def _freeze(
    definition: Definition,
    whole: Whole,
    recount: Recount,
    rows_file: str,
    known_file: str,
    now: datetime,
    by: By,
) -> Book | None:
    """The book with its first edition, in one transaction; None if another closed it meanwhile."""
    period = whole.figure.period
    book = Book(
        metric=definition.id,
        period_key=period.key,
        grain=str(period.grain),
        starts_on=period.start,
        ends_on=period.end,
        closes_on=recount.closes_on(period),
        closed_at=now,
    )
    edition = Edition(
        book=book,
        number=1,
        made_at=now,
        **edition_columns(definition, whole, recount, rows_file, known_file),
    )
    try:
        with in_turn():
            says = f"The book of {definition.title} {period.key} was closed."
            book.tell(at=now, by=by, verb="closed", says=says)
            edition.book = book
            says = f"{edition} was frozen: {whole.figure.records} records, rows {rows_file[:12]}."
            edition.tell(at=now, by=by, verb="froze", says=says)
    except IntegrityError:
        # Another server, with a store in common, was first; its book is as good.
        if definition.id in _closed(period):
            return None
        raise
    return book


def edition_columns(
    definition: Definition, whole: Whole, recount: Recount, rows_file: str, known_file: str
) -> dict[str, object]:
    """The columns that every frozen figure has."""
    return {
        **frozen_columns(whole.figure),
        "rows_file": rows_file,
        "known_file": known_file,
        "definition_text": definition_text(definition),
        "code_hash": recount.code_hash,
        "settings_hash": recount.settings_hash,
        "as_of_at": whole.as_of_at,
    }


def _closed(period: Period) -> Iterable[str]:
    found = Book.objects.filter(starts_on=period.start, ends_on=period.end)
    return found.values_list("metric", flat=True)


def _refuse_stale(recount: Recount) -> None:
    if recount.stale_reason:
        raise BookNotReady(
            "No book is closed on a build that is stale: %(stale_reason)s.",
            remedy="Mend what kept the newer build from being published, then run `trivet run`.",
            stale_reason=recount.stale_reason.rstrip("."),
        )
