"""A closed figure is replaced when two of the three leaders approve it; the original stays."""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction

import pytest

from tests.agreements.books.small_books import NOW
from tests.agreements.books.test_closing import METRIC, april, closed, quarter, reopened
from tests.agreements.leaders import join, sit
from trivet.agreements.audit.queries import chain_breaks, differences
from trivet.agreements.books.actions.correct import approve, propose_correction, reject
from trivet.agreements.books.models import Correction, Edition
from trivet.agreements.books.queries import closed_book, damages, official, restatements
from trivet.agreements.people.actions.delegate import delegate
from trivet.agreements.people.models import Tenure
from trivet.errors import BookOpen, CorrectionRefused, NotAllowed

__all__ = ["april", "closed", "reopened"]


@pytest.fixture
def correction(people, closed, reopened):
    closed.compare(reopened)
    return proposed(closed, reopened, people.admin)


def proposed(books, c, by, why="W4 was never lost"):
    return propose_correction(
        book=closed_book(METRIC, quarter(c)),
        recount=books.recount(c),
        folder=books.folder,
        why=why,
        by=by,
        now=NOW,
    )


def approved(correction, person, seat, *, shown=None, hours=1):
    return approve(
        correction=correction,
        seat=seat,
        shown_rows=shown or correction.rows_file,
        by=person,
        now=NOW + timedelta(hours=hours),
    )


def test_one_leader_is_not_enough_and_two_are(correction, people, reopened):
    approved(correction, people.cmo, "cmo")
    assert official(METRIC, quarter(reopened)).value == Fraction(1, 2)
    approved(correction, people.vp_cs, "vp_cs")
    assert official(METRIC, quarter(reopened)).value == Fraction(2, 3)
    correction.refresh_from_db()
    assert correction.outcome == "approved"


def test_the_frozen_original_stays_and_the_new_edition_begins_an_empty_ledger(
    correction, closed, people, reopened
):
    approved(correction, people.cmo, "cmo")
    approved(correction, people.cro, "cro")
    first, second = Edition.objects.order_by("number")
    assert (first.number, first.figure.value, first.correction) == (1, Fraction(1, 2), None)
    assert (second.number, second.figure.value, second.correction) == (
        2, Fraction(2, 3), correction,
    )  # fmt: skip
    assert [line.record_id for line in first.restatements.all()] == ["W4"]
    closed.compare(reopened)
    assert restatements(METRIC, quarter(reopened)) == []
    assert damages(closed.folder) == []
    assert chain_breaks() == []
    assert differences() == []


def test_the_same_person_in_two_seats_is_one_person(correction, people):
    delegate(
        tenure=Tenure.objects.get(person=people.cro), to=people.cmo,
        until_at=NOW + timedelta(days=5), why="leave", by=people.cro, now=NOW,
    )  # fmt: skip
    approved(correction, people.cmo, "cmo")
    with pytest.raises(CorrectionRefused, match="a second person is needed"):
        approved(correction, people.cmo, "cro")


def test_a_seat_approves_once(correction, people):
    approved(correction, people.cmo, "cmo")
    with pytest.raises(CorrectionRefused, match="has approved"):
        approved(correction, people.cmo, "cmo")


@pytest.mark.parametrize(
    ("person", "seat"), [("ceo", "ceo"), ("admin", "revops_admin"), ("admin", "cmo")]
)
def test_nobody_but_the_three_leaders_approves(correction, people, person, seat):
    with pytest.raises(NotAllowed, match="Two of cmo, cro, vp_cs"):
        approved(correction, getattr(people, person), seat)


def test_only_what_was_shown_is_approved(correction, people):
    with pytest.raises(CorrectionRefused, match="is not what"):
        approved(correction, people.cmo, "cmo", shown="0" * 64)


def test_one_leader_rejects_with_a_reason_and_the_figure_stands(correction, people, reopened):
    approved(correction, people.cmo, "cmo")
    with pytest.raises(CorrectionRefused, match="without a reason"):
        reject(correction=correction, seat="cro", why=" ", by=people.cro, now=NOW)
    reject(correction=correction, seat="cro", why="it was lost then", by=people.cro, now=NOW)
    assert official(METRIC, quarter(reopened)).value == Fraction(1, 2)
    with pytest.raises(CorrectionRefused, match="decided: rejected"):
        approved(correction, people.vp_cs, "vp_cs")


def test_a_rejected_correction_can_be_proposed_again_and_an_open_one_not(
    correction, closed, reopened, people
):
    with pytest.raises(CorrectionRefused, match="waits to be approved"):
        proposed(closed, reopened, people.cmo)
    reject(correction=correction, seat="cro", why="no", by=people.cro, now=NOW)
    assert proposed(closed, reopened, people.cmo).is_open
    assert Correction.objects.count() == 2


def test_no_reason_no_difference_or_no_book_is_refused(closed, april, reopened, people):
    with pytest.raises(CorrectionRefused, match="without a reason"):
        proposed(closed, reopened, people.admin, why=" ")
    with pytest.raises(CorrectionRefused, match="is what the book says"):
        proposed(closed, april, people.admin)
    with pytest.raises(BookOpen, match="2026-Q2"):
        closed_book(METRIC, quarter(reopened, "2026-Q2"))


def test_who_may_not_edit_books_proposes_nothing(closed, reopened, people):
    rep = join("Rita Boll")
    sit(rep, "rep", people.admin)
    with pytest.raises(NotAllowed, match="no seat that may propose"):
        proposed(closed, reopened, rep)


def test_the_rows_of_an_open_correction_are_kept(correction, closed, reopened):
    closed.close(reopened, METRIC, "2026-Q2")
    assert closed.folder.problem(correction.rows_file) == ""
