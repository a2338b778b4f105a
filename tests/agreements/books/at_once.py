"""Books closed, compared and corrected by two at one instant, on servers with a folder each.

The folder's own lock would put two on one machine in order; here only the store does.
"""

from __future__ import annotations

import shutil
from functools import partial
from pathlib import Path

from tests.agreements.books.small_books import NOW, SmallBooks
from tests.agreements.books.test_closing import METRIC, first_quarter
from tests.agreements.leaders import Leaders
from tests.agreements.people.at_once import Both
from tests.company import Company, company
from tests.numbers.shared_metrics.test_win_rate import LEAD_SOURCES
from trivet.agreements.books.actions.correct import approve, propose_correction, reject
from trivet.agreements.books.models import Book, Comparison, Correction, Edition


def books_at_once(people: Leaders, folder: Path, both: Both) -> None:
    here, there = SmallBooks(folder / "here"), SmallBooks(folder / "there")
    # A company is one connection to its warehouse: each server has its own.
    with company(lead_sources=LEAD_SOURCES, exported_on="2026-04-08") as one:
        first_quarter(one, reopened=False)
        with company(lead_sources=LEAD_SOURCES, exported_on="2026-04-08") as two:
            first_quarter(two, reopened=False)
            closes = [
                partial(books.close, of, METRIC, "2026-Q1")
                for books, of in ((here, one), (there, two))
            ]
            both("one book closed twice", closes, lambda: Book.objects.count())
    _share(folder)
    with company(lead_sources=LEAD_SOURCES, exported_on="2026-07-15") as one:
        first_quarter(one, reopened=True)
        with company(lead_sources=LEAD_SOURCES, exported_on="2026-07-15") as two:
            first_quarter(two, reopened=True)
            here.builds = there.builds = 1
            compares = [partial(books.compare, of) for books, of in ((here, one), (there, two))]
            both("the books compared twice", compares, lambda: Comparison.objects.count())
            _share(folder)
            proposes = [
                partial(_proposed, books, of, people) for books, of in ((here, one), (there, two))
            ]
            both("one correction proposed twice", proposes, lambda: Correction.objects.count())
    correction = Correction.objects.get()
    yes = [
        partial(
            approve, correction=correction, seat=seat, shown_rows=correction.rows_file,
            by=getattr(people, seat), now=NOW,
        )
        for seat in ("cmo", "cro", "vp_cs")
    ]  # fmt: skip
    both(
        "three approve one correction", yes,
        lambda: Edition.objects.filter(correction=correction).count(),
    )  # fmt: skip
    turned_down = Correction.objects.exclude(outcome="approved")
    no = [
        partial(
            reject, correction=correction, seat=seat, why="no", by=getattr(people, seat), now=NOW
        )
        for seat in ("cmo", "cro")
    ]
    both("two reject what took effect", no, lambda: turned_down.count())


def _share(folder: Path) -> None:
    """Both servers have every file, whoever was first."""
    for one, other in (("here", "there"), ("there", "here")):
        if (folder / one).is_dir():
            shutil.copytree(folder / one, folder / other, dirs_exist_ok=True)


def _proposed(books: SmallBooks, of: Company, people: Leaders) -> Correction:
    return propose_correction(
        book=Book.objects.get(), recount=books.recount(of), folder=books.folder,
        why="W4 was never lost", by=people.admin, now=NOW,
    )  # fmt: skip
