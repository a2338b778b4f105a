"""Every closed period, newest first; what is open and why; and closing an older one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import groupby

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from trivet.agreements.books.actions.close import Closed, Waiting, close_period, open_books
from trivet.agreements.books.queries import Line, books
from trivet.agreements.people.access import allowed, standing_of, with_second_factor
from trivet.agreements.people.queries import seats_of
from trivet.agreements.people.rules.right import Thing, Verb, may
from trivet.errors import BookDamaged, BookNotDue, BookNotReady, PeriodUnknown, TrivetError
from trivet.numbers.shared_metrics.figure import Figure
from trivet.vocabulary.period import Period
from trivet.web import published, words
from trivet.web.closed import book_folder, closed_books, no_books
from trivet.web.counting import OFFICIAL, Counted
from trivet.web.metrics_shown import BY_ID


@dataclass(frozen=True, slots=True)
class BookShown:
    """A closed book in the list.

    today   the figure as it is counted today; '' where that cannot be said
    """

    metric: str
    title: str
    address: str
    official: str
    today: str
    is_another: bool
    lines: int
    edition: int
    closed_on: date
    version: int


@dataclass(frozen=True, slots=True)
class PeriodShown:
    """The books of one period."""

    name: str
    days: str
    books: list[BookShown]


@dataclass(frozen=True, slots=True)
class WaitingShown:
    """Books of one period that stay open, and why."""

    period: str
    metrics: str
    reason: str


@allowed(Verb.SEE, Thing.BOOKS)
@never_cache
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """Answer with every closed book, and with what is due and open."""
    return _page(request)


@with_second_factor
@allowed(Verb.EDIT, Thing.BOOKS, recently=True)
@never_cache
@require_POST
def close(request: HttpRequest) -> HttpResponse:
    """Close the books of an older period as they were known on its own day.

    409 while they cannot be closed, 422 for what is no period.
    """
    answers = _answers(request)
    text = request.POST.get("period", "").strip()
    person = standing_of(request).person
    assert person is not None
    now = datetime.now(UTC)
    seat = next(s for s in sorted(seats_of(person, now)) if may([s], Verb.EDIT, Thing.BOOKS))
    try:
        done = close_period(
            answers.model.period(text),
            answers.model.recount,
            book_folder(),
            answers.model.in_force.definitions,
            now=now,
            by=person.by(seat),
        )
    except PeriodUnknown as refused:
        return _page(request, refused=refused, text=text, status=422)
    except (BookNotDue, BookNotReady) as refused:
        return _page(request, refused=refused, text=text, status=409)
    return _page(request, done=done, text=text)


def _page(
    request: HttpRequest,
    *,
    refused: TrivetError | None = None,
    done: Closed | None = None,
    text: str = "",
    status: int = 200,
) -> HttpResponse:
    answers = _answers(request)
    standing = standing_of(request)
    shown = {
        "here": "books",
        "periods": _periods(answers),
        "open": _open(answers) if standing.founded else [],
        "may_close": standing.may(Verb.EDIT, Thing.BOOKS),
        "refused": refused,
        "done": done is not None,
        "closed_now": [_title(each.metric) for each in done.books] if done else [],
        "still_open": _waiting(done.waiting) if done else [],
        "text": text,
    }
    return render(request, "web/books.html", shown, status=status)


def _answers(request: HttpRequest) -> Counted:
    kept = closed_books() if standing_of(request).founded else no_books()
    return Counted(published.builds().answers(), OFFICIAL, kept)


def _periods(answers: Counted) -> list[PeriodShown]:
    found = books() if answers.books.newest else []
    today = _today(answers, found)

    def period_of(line: Line) -> Period:
        return line.book.period

    shown = []
    for period, same in groupby(found, key=period_of):
        order = list(BY_ID)
        of_period = sorted(same, key=lambda line: order.index(line.book.metric))
        shown.append(
            PeriodShown(
                words.period_words(period),
                words.days_words(period),
                [_book(line, today.get(line.book.pk), answers) for line in of_period],
            )
        )
    return shown


def _today(answers: Counted, lines: Iterable[Line]) -> dict[int, Figure]:
    """Each closed period as it is counted today; a metric's are asked at once."""
    by_metric: dict[str, list[Line]] = {}
    for line in lines:
        by_metric.setdefault(line.book.metric, []).append(line)
    found: dict[int, Figure] = {}
    for metric, same in by_metric.items():
        try:
            figures = answers.today.series(metric, [line.book.period for line in same], {})
        except BookDamaged:
            # A definition that this version cannot read; the frozen figures still hold.
            continue
        found |= {line.book.pk: figure for line, figure in zip(same, figures, strict=True)}
    return found


def _book(line: Line, today: Figure | None, answers: Counted) -> BookShown:
    figure = line.edition.figure
    return BookShown(
        line.book.metric,
        _title(line.book.metric),
        f"/books/{line.book.metric}/{line.book.period_key}",
        str(words.amount(figure.value, figure.unit, answers.currency)),
        str(words.amount(today.value, figure.unit, answers.currency)) if today else "",
        today is not None and today.value != figure.value,
        line.restatements,
        line.edition.number,
        line.book.closes_on,
        line.edition.agreed_version,
    )


def _open(answers: Counted) -> list[WaitingShown]:
    key = ("open books", answers.agreed, answers.books.newest)
    waiting = answers.memory.remember(
        key, lambda: open_books(answers.model.recount, answers.model.in_force.definitions)
    )
    return _waiting(waiting)


def _waiting(found: Iterable[Waiting]) -> list[WaitingShown]:
    together: dict[tuple[Period, str], list[str]] = {}
    for each in found:
        together.setdefault((each.period, each.reason), []).append(_title(each.metric))
    return [
        WaitingShown(words.period_words(period), ", ".join(titles), words.sentence(reason))
        for (period, reason), titles in together.items()
    ]


def _title(metric: str) -> str:
    return BY_ID[metric].short if metric in BY_ID else metric
