"""A closed book: what was frozen, every difference since, its editions and its corrections."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from trivet.agreements.books.actions.correct import approve as approve_correction
from trivet.agreements.books.actions.correct import propose_correction
from trivet.agreements.books.actions.correct import reject as reject_correction
from trivet.agreements.books.models import Book, Correction, Edition
from trivet.agreements.people.access import allowed, recently_signed_in, standing_of
from trivet.agreements.people.models import Person
from trivet.agreements.people.rules.right import Thing, Verb
from trivet.errors import BookDamaged, BookOpen, CorrectionRefused, RecordUnknown, TrivetError
from trivet.numbers.shared_metrics.registry import metric_named
from trivet.vocabulary.quoted import quoted
from trivet.vocabulary.whole_number import read_whole
from trivet.web import csv_file, published, words
from trivet.web.closed import ClosedBook, book_folder, closed_books, frozen
from trivet.web.corrections import correction_shown, own_seats
from trivet.web.counting import OFFICIAL, Counted
from trivet.web.ledger import ledger_shown, users_named, visible
from trivet.web.metrics_shown import BY_ID
from trivet.web.visible_accounts import visible_accounts

CSV_COLUMNS = (
    "metric", "period", "edition", "record_id", "step", "opportunity_id", "account_id",
    "contact_id", "cause", "says", "numerator_before", "numerator_after", "denominator_before",
    "denominator_after", "numerator_adds", "denominator_adds", "found_at", "build",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class EditionShown:
    """An edition with its figure in words, and where its own ledger is."""

    edition: Edition
    value: str
    address: str
    is_shown: bool


@allowed(Verb.SEE, Thing.BOOKS)
@never_cache
@require_safe
def page(request: HttpRequest, metric_id: str, period_key: str) -> HttpResponse:
    """Answer with the ledger of the official edition, or of the one in the address."""
    return _page(request, _book(metric_id, period_key))


@allowed(Verb.SEE, Thing.ACCOUNTS)
@never_cache
@require_safe
def download(request: HttpRequest, metric_id: str, period_key: str) -> StreamingHttpResponse:
    """Every line of the ledger, as CSV: those of accounts that whoever asks may open."""
    book = _book(metric_id, period_key)
    edition = _edition(request, book)
    answers = _answers()
    team = visible_accounts(request, answers)

    def lines() -> Iterator[str]:
        yield csv_file.line(CSV_COLUMNS)
        mine = [line for line in edition.restatements.all() if visible(line, team)]
        told = users_named((line.says for line in mine), answers)
        for line, says in zip(mine, told, strict=True):
            cells = (
                book.metric, book.period_key, edition.number, line.record_id, line.step,
                line.opportunity_id, line.account_id, line.contact_id, line.cause, says,
                line.before_numerator, line.after_numerator, line.before_denominator,
                line.after_denominator, line.difference.numerator, line.difference.denominator,
                line.found_at, line.build,
            )  # fmt: skip
            yield csv_file.line(csv_file.cell(cell, "", answers.currency) for cell in cells)

    return csv_file.answer(lines(), f"ledger_{book.metric}_{book.period_key}")


@recently_signed_in
@allowed(Verb.SEE, Thing.BOOKS)
@never_cache
@require_POST
def propose(request: HttpRequest, metric_id: str, period_key: str) -> HttpResponse:
    """Ask for today's count to be official. The action knows who may; 422 without a reason."""
    book = _book(metric_id, period_key)
    why = request.POST.get("why", "")
    return _done(
        request,
        book,
        lambda: propose_correction(
            book=book,
            recount=_answers().model.recount,
            folder=book_folder(),
            why=why,
            by=_me(request),
            now=_now(),
        ),
        lacks_words=not why.strip(),
    )


@allowed(Verb.APPROVE, Thing.BOOKS, recently=True)
@never_cache
@require_POST
def approve(request: HttpRequest, pk: int) -> HttpResponse:
    """Say yes in a leader's seat, to exactly the rows that were shown; 409 if they are others."""
    correction = get_object_or_404(Correction.objects.select_related("book"), pk=pk)
    return _done(
        request,
        correction.book,
        lambda: approve_correction(
            correction=correction,
            seat=request.POST.get("seat", ""),
            shown_rows=request.POST.get("rows", ""),
            by=_me(request),
            now=_now(),
        ),
    )


@allowed(Verb.APPROVE, Thing.BOOKS, recently=True)
@never_cache
@require_POST
def reject(request: HttpRequest, pk: int) -> HttpResponse:
    """Say no in a leader's seat, with a reason; 422 without one."""
    correction = get_object_or_404(Correction.objects.select_related("book"), pk=pk)
    why = request.POST.get("why", "")
    return _done(
        request,
        correction.book,
        lambda: reject_correction(
            correction=correction,
            seat=request.POST.get("seat", ""),
            why=why,
            by=_me(request),
            now=_now(),
        ),
        lacks_words=not why.strip(),
    )


def _done(
    request: HttpRequest, book: Book, act: Callable[[], object], *, lacks_words: bool = False
) -> HttpResponse:
    try:
        act()
    except CorrectionRefused as refused:
        return _page(request, book, refused=refused, status=422 if lacks_words else 409)
    return HttpResponseRedirect(f"/books/{book.metric}/{book.period_key}#corrections", status=303)


def _page(
    request: HttpRequest, book: Book, *, refused: TrivetError | None = None, status: int = 200
) -> HttpResponse:
    answers = _answers()
    edition = _edition(request, book)
    standing = standing_of(request)
    team = visible_accounts(request, answers)
    official = book.official
    closed = ClosedBook(edition, 0)
    # Every edition is held to today's count under its own definition.
    today = answers.today.figure(book.metric, book.period, {}, definition=closed.definition)
    # What a product is made of is in its frozen rows; any other figure stands by itself.
    figure = frozen(closed).part({}) if today.factors else edition.figure
    lines = list(edition.restatements.all())
    ledger = ledger_shown(edition, figure, lines, today, answers, team)
    waiting = book.corrections.filter(outcome="").select_related("opened_by").first()
    decided = book.corrections.exclude(outcome="").select_related("opened_by", "closed_by")
    approvals = (
        waiting.approvals.select_related("seat", "person", "instead_of") if waiting else None
    )
    may_propose = standing.may(Verb.EDIT, Thing.BOOKS) or standing.may(Verb.APPROVE, Thing.BOOKS)
    shown = {
        "here": "books",
        "book": book,
        "title": words.sentence(_title(closed)),
        "metric": BY_ID.get(book.metric),
        "period_words": words.period_words(book.period),
        "period_days": words.days_words(book.period),
        "official": official,
        "edition": edition,
        "is_official": edition.pk == official.pk,
        "ledger": ledger,
        "editions": [
            EditionShown(
                each,
                str(words.amount(each.figure.value, each.figure.unit, answers.currency)),
                f"/books/{book.metric}/{book.period_key}?edition={each.number}",
                each.pk == edition.pk,
            )
            for each in book.editions.select_related("book", "correction").order_by("-number")
        ],
        "waiting": correction_shown(waiting, book_folder(), answers, team) if waiting else None,
        "approvals": approvals,
        "decided": decided.order_by("-pk"),
        "seats": own_seats(standing.person, _now()) if waiting else [],
        "may_propose": may_propose
        and standing.person is not None
        and waiting is None
        and today.rows_hash != official.rows_hash,
        "sees_rows": standing.may(Verb.SEE, Thing.ACCOUNTS),
        "figure_address": f"/metrics/{book.metric}?period={book.period_key}",
        "why": request.POST.get("why", ""),
        "refused": refused,
    }
    return render(request, "web/ledger.html", shown, status=status)


def _book(metric_id: str, period_key: str) -> Book:
    """The closed book of a metric and period.

    The period is read in the calendar of the book, which was the company's when it closed: where
    the fiscal year has been moved since, the newest of the books that have this key.

    Raises   BookOpen
    """
    found = Book.objects.filter(metric=metric_id, period_key=period_key).order_by("-starts_on")
    book = found.first()
    if book is None:
        raise BookOpen(
            "The book of %(metric_id)s %(period_key)s has not been closed.",
            remedy="`trivet run` closes it once its day is over and it is final.",
            metric_id=metric_id,
            period_key=quoted(period_key),
        )
    return book


def _title(closed: ClosedBook) -> str:
    """What the figure was closed as, whatever the definition in force says now."""
    try:
        return closed.definition.title
    except BookDamaged:
        return metric_named(closed.edition.book.metric).subject.title


def _edition(request: HttpRequest, book: Book) -> Edition:
    text = request.GET.get("edition", "").strip()
    if not text:
        return book.official
    number = read_whole(text, most=32_767)
    editions = book.editions.select_related("book")
    found = None if number is None else editions.filter(number=number).first()
    if found is None:
        raise RecordUnknown(
            "This book has no edition %(text)s.",
            remedy="Leave `edition` out of the address to see the official one.",
            text=quoted(text),
        )
    return found


def _answers() -> Counted:
    return Counted(published.builds().answers(), OFFICIAL, closed_books())


def _me(request: HttpRequest) -> Person:
    person = standing_of(request).person
    assert person is not None
    return person


def _now() -> datetime:
    return datetime.now(UTC)
