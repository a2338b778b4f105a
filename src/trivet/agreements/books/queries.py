"""What is asked about closed books."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from django.db.models import Count, F, OuterRef, Subquery

from trivet.agreements.books.models import Book, Comparison, Correction, Edition, Restatement
from trivet.errors import BookOpen
from trivet.numbers.ledger.difference import Counted, counted_of, sums, with_differences
from trivet.numbers.ledger.folder import BookFolder
from trivet.numbers.shared_metrics.figure import Figure
from trivet.numbers.shared_metrics.rows import rows_hash
from trivet.vocabulary.period import Grain, Period


@dataclass(frozen=True, slots=True)
class Damage:
    """A closed book that is not what was frozen."""

    book: str
    says: str


@dataclass(frozen=True, slots=True)
class Seam:
    """Where a series changes its definition: the two sides are not to be compared unsaid."""

    before: Book
    after: Book


@dataclass(frozen=True, slots=True)
class Line:
    """A closed book in a list, with the sums of its ledger.

    restated_numerator, restated_denominator   frozen sums plus these are today's
    """

    book: Book
    edition: Edition
    restatements: int
    restated_numerator: int
    restated_denominator: int


# What was said


def official(metric: str, period: Period) -> Figure | None:
    """The frozen figure when the book is closed; None while it is open."""
    book = book_of(metric, period)
    return book.official.figure if book else None


def book_of(metric: str, period: Period) -> Book | None:
    """The closed book of a metric and period."""
    return Book.objects.filter(metric=metric, starts_on=period.start, ends_on=period.end).first()


def closed_book(metric: str, period: Period) -> Book:
    """The closed book. Raises   BookOpen if there is none"""
    book = book_of(metric, period)
    if book is None:
        raise BookOpen(
            "The book of %(metric)s %(period)s has not been closed.",
            remedy="`trivet run` closes it once its day is over and it is final.",
            metric=metric,
            period=period.key,
        )
    return book


def restatements(metric: str, period: Period) -> list[Restatement]:
    """The ledger of the official edition, in the order it was written; empty for an open book."""
    book = book_of(metric, period)
    return list(book.official.restatements.all()) if book else []


def books() -> list[Line]:
    """Every closed book with its ledger's sums, the newest period first."""
    editions = official_editions()
    totals: dict[int, list[int]] = {edition.pk: [0, 0, 0] for edition in editions}
    for line in Restatement.objects.filter(edition__in=totals):
        total = totals[line.edition_id]
        total[0] += 1
        total[1] += line.difference.numerator
        total[2] += line.difference.denominator
    found = [Line(each.book, each, *totals[each.pk]) for each in editions]
    return sorted(found, key=lambda line: (line.book.ends_on, line.book.starts_on), reverse=True)


def seams(metric: str) -> list[Seam]:
    """Where neighbouring books of a metric were closed under different definitions."""
    found = []
    editions = [each for each in official_editions() if each.book.metric == metric]
    for grain in Grain:
        same = sorted(
            (each for each in editions if each.book.grain == grain),
            key=lambda each: each.book.starts_on,
        )
        found += [
            Seam(before.book, after.book)
            for before, after in pairwise(same)
            if before.definition_hash != after.definition_hash
        ]
    return found


def unexplained() -> list[Restatement]:
    """Lines of any ledger that nothing explains: each is a fault to be reported."""
    return list(Restatement.objects.filter(cause="unexplained").select_related("edition__book"))


# What actions read


def official_editions(up_to: int | None = None) -> list[Edition]:
    """The newest edition of every book.

    up_to   id of the newest edition that is known of; None for all
    """
    every = Edition.objects.all() if up_to is None else Edition.objects.filter(pk__lte=up_to)
    newest = every.filter(book=OuterRef("book")).order_by("-number").values("number")[:1]
    found = every.annotate(newest=Subquery(newest)).filter(number=F("newest"))
    return list(found.select_related("book").order_by("book__starts_on", "book_id"))


def newest_record() -> tuple[int, int]:
    """Ids of the newest edition and of the newest ledger line; 0 while there is none."""
    lines = Restatement.objects.order_by("-pk").values("pk")[:1]
    found = Edition.objects.order_by("-pk").values_list("pk", Subquery(lines)).first()
    return (found[0], found[1] or 0) if found else (0, 0)


def records_otherwise(editions: Iterable[Edition]) -> dict[int, int]:
    """How many records count otherwise than frozen, by the edition's id.

    A record that moved and moved back counts as it did, and is not among them.
    """
    sides = ("before_numerator", "before_denominator", "after_numerator", "after_denominator")
    first: dict[tuple[int, str], tuple[int | None, int | None]] = {}
    last: dict[tuple[int, str], tuple[int | None, int | None]] = {}
    lines = Restatement.objects.filter(edition__in=[each.pk for each in editions])
    for edition, record, *found in lines.values_list("edition_id", "record_id", *sides):
        first.setdefault((edition, record), (found[0], found[1]))
        last[edition, record] = (found[2], found[3])
    counts: dict[int, int] = {}
    for (edition, record), before in first.items():
        if last[edition, record] != before:
            counts[edition] = counts.get(edition, 0) + 1
    return counts


def first_closed(grain: Grain) -> date | None:
    """The first day of the oldest closed period of a grain."""
    found = Book.objects.filter(grain=str(grain)).order_by("starts_on")
    return found.values_list("starts_on", flat=True).first()


def files_named() -> set[str]:
    """Every file in `books/` that something in the store names."""
    found: set[str] = set()
    for model in (Edition, Correction):
        for pair in model.objects.values_list("rows_file", "known_file"):
            found |= set(pair)
    last = Comparison.objects.last()
    if last:
        found.add(last.known_file)
    return found


def ledger_state(frozen: Mapping[str, Counted], lines: Iterable[Restatement]) -> dict[str, Counted]:
    """What each record counts for, once the ledger is added to the frozen rows."""
    return with_differences(frozen, [line.difference for line in lines])


# Whether it still holds


def damages(folder: BookFolder) -> list[Damage]:
    """Every frozen figure whose rows are not what was frozen, or do not give the figure."""
    found = []
    for edition in Edition.objects.select_related("book"):
        wrong = _damage(edition, folder)
        if wrong:
            found.append(Damage(str(edition), wrong))
    last = Comparison.objects.last()
    if last and (wrong := folder.problem(last.known_file)):
        found.append(Damage(str(last), wrong))
    found += _gaps()
    return found


def _damage(edition: Edition, folder: BookFolder) -> str:
    for file in (edition.rows_file, edition.known_file):
        if wrong := folder.problem(file):
            return wrong
    rows = folder.read(edition.rows_file)
    if rows_hash(rows) != edition.rows_hash:
        return "its rows do not have the figure's hash"
    if len(rows) != edition.records:
        return f"it has {len(rows)} rows, not {edition.records}"
    return _broken_ledger(edition, counted_of(rows))


def _broken_ledger(edition: Edition, frozen: Mapping[str, Counted]) -> str:
    """Each line starts where the one before it left the record, and the sums agree."""
    lines = list(edition.restatements.all())
    state = dict(frozen)
    numerator, denominator = sums(state.values())
    for line in lines:
        each = line.difference
        if state.get(each.record_id) != each.before:
            return f"line {line.pk} of its ledger does not start where {line.record_id} stood"
        state = with_differences(state, [each])
        numerator, denominator = numerator + each.numerator, denominator + each.denominator
    if sums(state.values()) != (numerator, denominator):
        return "its ledger does not add up"
    return ""


def _gaps() -> list[Damage]:
    """Books without a first edition: a half-closed book, which nothing here can make."""
    found = Book.objects.annotate(number_of=Count("editions")).filter(number_of=0)
    return [Damage(str(book), "it has no frozen figure") for book in found]
