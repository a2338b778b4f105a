"""A new leader answers for everything the seat has signed, within thirty days."""

from __future__ import annotations

import pytest
from django.db import connection, transaction

from tests.agreements.governance.deadlock import (
    CAME,
    agree,
    agreed,
    put,
    rejected,
    ruled,
    succeed,
)
from tests.agreements.leaders import NOW, join, later
from trivet.agreements.audit.queries import chain_breaks, differences
from trivet.agreements.documents.actions.propose import propose
from trivet.agreements.governance.actions.answer import affirm, contest
from trivet.agreements.governance.actions.onboard import reconcile
from trivet.agreements.governance.briefing import briefing, taken_over
from trivet.agreements.governance.models import Affirmation, Contest, Onboarding
from trivet.agreements.governance.queries import ground_of, overdue_onboardings
from trivet.agreements.governance.reversion import being_watched, reversion
from trivet.agreements.governance.rules.side import Verdict
from trivet.agreements.people.actions.appoint import appoint, end
from trivet.agreements.people.actions.delegate import delegate
from trivet.agreements.people.models import Seat, Tenure
from trivet.errors import AnswerRefused, DocumentChanged, NotAllowed


@pytest.fixture
def document(people):
    return agreed(people)


@pytest.fixture
def nilo(document, people):
    return succeed(people)


@pytest.fixture
def onboarding(nilo):
    reconcile(later(days=CAME))
    return Onboarding.objects.get(tenure__person=nilo)


def stands_by(onboarding, person, version, **how):
    told = {"shown_hash": version.sha256, "key": f"a-{version.pk}", "now": later(days=CAME + 1)}
    return affirm(onboarding=onboarding, version=version, by=person, **{**told, **how})


def contests(onboarding, person, version, **how):
    told = {
        "shown_hash": version.sha256,
        "key": f"c-{version.pk}",
        "now": later(days=CAME + 1),
        "why": "Too slow for our market.",
    }
    return contest(onboarding=onboarding, version=version, by=person, **{**told, **how})


# When it starts


def test_a_seat_that_changes_hands_starts_an_onboarding_by_itself_once(onboarding, nilo):
    assert onboarding.started_at == later(days=CAME)
    assert onboarding.due_at == later(days=CAME + 30)
    before = Onboarding.objects.count()
    for day in range(CAME, CAME + 5):
        assert reconcile(later(days=day)) == []
    assert Onboarding.objects.count() == before
    assert differences() == []


def test_the_first_leaders_had_nothing_to_take_over(people, document):
    reconcile(later(days=2))
    assert set(Onboarding.objects.values_list("tenure__seat__key", "outcome")) == {
        ("cmo", "nothing"), ("cro", "nothing"), ("vp_cs", "nothing"), ("ceo", "nothing"),
    }  # fmt: skip


def test_a_seat_that_waits_for_a_second_person_starts_nothing(document, people):
    reconcile(later(days=2))
    end(tenure=Tenure.objects.get(person=people.cro), by=people.admin, now=later(days=3))
    appoint(
        seat=Seat.objects.get(key="cro"), person=join("Nilo Reyes"), by=people.admin,
        now=later(days=4),
    )  # fmt: skip
    assert reconcile(later(days=5)) == []


def test_a_new_ceo_takes_over_what_the_seat_decides_about(document, people):
    nora = succeed(people, "ceo", name="Nora Falk")
    reconcile(later(days=CAME))
    onboarding = Onboarding.objects.get(tenure__person=nora)
    assert [each.document for each in taken_over(onboarding)] == [document]
    stands_by(onboarding, nora, document.in_force())
    onboarding.refresh_from_db()
    assert onboarding.outcome == "done"


def test_a_seat_of_another_kind_starts_none(people, document):
    rep = join("Rita Boll")
    appoint(seat=Seat.objects.get(key="rep"), person=rep, by=people.admin, now=later(days=1))
    reconcile(later(days=2))
    assert not Onboarding.objects.filter(tenure__person=rep).exists()


# The briefing


def test_the_briefing_says_what_the_seat_signed_why_and_who_was_there(onboarding, document, people):
    told = briefing(onboarding)
    [one] = told.taken_over
    assert (one.version, one.why) == (document.in_force(), "the start")
    assert one.seat_signature.person == people.cro
    assert [tenure.person for tenure in told.before] == [people.cro]
    assert one.answer == ""


def test_the_briefing_has_what_waits_for_the_seat_and_the_rulings_with_reasons(
    document, people, nilo
):
    ruled(put(rejected(document, people), people.cmo), people.ceo)
    propose(document=document, body={"days": 1}, why="again", by=people.vp_cs, now=later(days=41))
    reconcile(later(days=CAME))
    onboarding = Onboarding.objects.get(tenure__person=nilo)
    told = briefing(onboarding)
    assert [(each.seat, each.proposal.why) for each in told.waiting] == [("cro", "again")]
    assert [each.reason for each in told.rulings] == ["Fit before speed."]
    [one] = told.taken_over
    assert one.missing == ("cmo", "cro", "vp_cs")
    assert one.ruling.person == people.ceo


def test_figures_are_those_that_were_frozen_of_the_last_eight_quarters(onboarding, people):
    from datetime import date
    from fractions import Fraction

    from tests.agreements.books.records import FROZEN
    from trivet.agreements.audit.models import TRIVET
    from trivet.agreements.books.models import Book, Edition

    for number in range(10):
        year, quarter = 2024 + number // 4, number % 4 + 1
        starts = date(year, 3 * quarter - 2, 1)
        ends = date(year + quarter // 4, 3 * quarter % 12 + 1, 1)
        book = Book(
            metric="win_rate", period_key=f"{year}-Q{quarter}", grain="quarter",
            starts_on=starts, ends_on=ends, closes_on=ends, closed_at=NOW,
        )  # fmt: skip
        book.tell(at=NOW, by=TRIVET, verb="closed", says="Closed.")
        told = {**FROZEN, "value": f"{number}/10"}
        edition = Edition(book=book, number=1, made_at=NOW, **told)
        edition.tell(at=NOW, by=TRIVET, verb="froze", says="Frozen.")
    told = briefing(onboarding)
    [series] = told.series
    assert told.quarters[0] == "2024-Q3"
    assert [each.figure.value for each in series.editions] == [
        Fraction(number, 10) for number in range(2, 10)
    ]


# Standing by it


def test_signed_on_to_everything_the_onboarding_is_done(onboarding, nilo, document):
    affirmation = stands_by(onboarding, nilo, document.in_force())
    assert affirmation.sha256 == document.in_force().sha256
    onboarding.refresh_from_db()
    assert onboarding.outcome == "done"
    assert chain_breaks() == []
    assert differences() == []


def test_a_double_click_stands_by_it_once(onboarding, nilo, document):
    first = stands_by(onboarding, nilo, document.in_force())
    assert stands_by(onboarding, nilo, document.in_force()) == first
    with pytest.raises(AnswerRefused, match="already"):
        stands_by(onboarding, nilo, document.in_force(), key="another")
    assert Affirmation.objects.count() == 1


def test_nobody_answers_for_the_new_leader_also_no_stand_in(onboarding, nilo, document, people):
    delegate(
        tenure=Tenure.objects.get(person=nilo), to=people.admin, until_at=later(days=60),
        why="leave", by=nilo, now=later(days=CAME),
    )  # fmt: skip
    for person in (people.admin, people.cro, people.ceo):
        with pytest.raises(NotAllowed):
            stands_by(onboarding, person, document.in_force())
        with pytest.raises(NotAllowed):
            contests(onboarding, person, document.in_force())


def test_what_changed_under_the_new_leaders_eyes_is_not_answered(
    onboarding, nilo, document, people
):
    shown = document.in_force()
    change = propose(
        document=document, body={"days": 3}, why="x", by=people.cmo, now=later(days=41)
    )
    question = put(change, people.cmo, now=later(days=60))
    ruled(question, people.ceo, now=later(days=61))
    for answer in (stands_by, contests):
        with pytest.raises(DocumentChanged, match="Nothing was answered"):
            answer(onboarding, nilo, shown, now=later(days=62))


def test_a_newer_version_needs_no_answer(onboarding, nilo, document, people):
    change = propose(
        document=document, body={"days": 3}, why="x", by=people.cmo, now=later(days=41)
    )
    people.cro = nilo
    agree(change, people, later(days=42))
    reconcile(later(days=43))
    onboarding.refresh_from_db()
    assert onboarding.outcome == "done"


def test_who_leaves_before_it_is_done_leaves_it_so(onboarding, nilo, people):
    end(tenure=Tenure.objects.get(person=nilo), by=people.admin, now=later(days=50))
    reconcile(later(days=51))
    onboarding.refresh_from_db()
    assert onboarding.outcome == "left"


def test_overdue_shows(onboarding):
    assert overdue_onboardings(later(days=CAME + 30) - (later(days=1) - later(hours=1))) == []
    assert overdue_onboardings(later(days=CAME + 30)) == [onboarding]


# Contesting it


def test_a_contest_needs_a_reason_and_leaves_the_version_in_force(onboarding, nilo, document):
    with pytest.raises(AnswerRefused, match="without a reason"):
        contests(onboarding, nilo, document.in_force(), why=" ")
    contests(onboarding, nilo, document.in_force())
    assert document.in_force().number == 1
    onboarding.refresh_from_db()
    assert onboarding.outcome == "done"
    assert Contest.objects.get().is_open


def test_a_contest_is_linked_to_the_change_it_leads_to_and_ends_with_it(
    onboarding, nilo, document, people
):
    made = contests(onboarding, nilo, document.in_force())
    change = propose(document=document, body={"days": 1}, why="x", by=nilo, now=later(days=42))
    reconcile(later(days=42))
    made.refresh_from_db()
    assert made.proposal == change
    assert list(change.contests.all()) == [made]
    # What is contested can be put to the CEO without waiting two weeks.
    assert ground_of(change, later(days=42)) == "contested"
    question = put(change, nilo, now=later(days=43))
    made.refresh_from_db()
    assert made.escalation == question
    ruled(question, people.ceo, now=later(days=44))
    made.refresh_from_db()
    assert made.outcome == "changed"
    assert differences() == []


def test_a_contest_that_the_ceo_rules_against_is_kept_on_record(onboarding, nilo, document, people):
    made = contests(onboarding, nilo, document.in_force())
    change = propose(document=document, body={"days": 1}, why="x", by=nilo, now=later(days=42))
    ruled(put(change, nilo, now=later(days=43)), people.ceo, Verdict.STANDING, now=later(days=44))
    made.refresh_from_db()
    assert (made.outcome, made.proposal) == ("kept", change)


def test_who_stands_by_it_after_all_takes_the_contest_back(onboarding, nilo, document):
    made = contests(onboarding, nilo, document.in_force())
    stands_by(onboarding, nilo, document.in_force(), now=later(days=50))
    made.refresh_from_db()
    assert made.outcome == "affirmed"
    assert taken_over(onboarding)[0].answer == "affirmed"


def test_a_contest_is_made_once(onboarding, nilo, document):
    first = contests(onboarding, nilo, document.in_force())
    assert contests(onboarding, nilo, document.in_force()) == first
    with pytest.raises(AnswerRefused, match="has answered"):
        contests(onboarding, nilo, document.in_force(), key="again")


@pytest.mark.parametrize("table", ["governance_affirmation"])
def test_the_database_refuses_to_change_what_was_stood_by(onboarding, nilo, document, table):
    stands_by(onboarding, nilo, document.in_force())
    for statement in (f"update {table} set id = 99", f"delete from {table}"):
        with (
            pytest.raises(Exception, match="only ever added"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)


# The reversion watch


def test_between_day_30_and_60_what_the_function_undoes_is_listed(onboarding, nilo, people):
    document = onboarding.tenure.seat.documents.first()
    for day, expected in ((CAME + 29, 0), (CAME + 30, 1), (CAME + 59, 1), (CAME + 60, 0)):
        change = propose(
            document=document, body={"days": day}, why="x", by=nilo, now=later(days=day)
        )
        found = [each.proposal for each in reversion(onboarding).proposals]
        assert (change in found) == bool(expected), day


def test_a_change_by_another_function_is_no_reversion(onboarding, people, document):
    propose(document=document, body={"days": 7}, why="x", by=people.cmo, now=later(days=CAME + 40))
    assert reversion(onboarding).is_quiet


def test_a_change_that_brings_an_earlier_version_back_says_which(people, document):
    first = document.in_force()
    agree(
        propose(document=document, body={"days": 5}, why="x", by=people.cmo, now=later(days=9)),
        people,
        later(days=10),
    )
    nilo = succeed(people)
    reconcile(later(days=CAME))
    onboarding = Onboarding.objects.get(tenure__person=nilo)
    propose(document=document, body={"days": 2}, why="back", by=nilo, now=later(days=CAME + 35))
    [undoing] = reversion(onboarding).proposals
    assert undoing.goes_back_to == first
    assert [each.clause for each in undoing.changes] == ["days"]


def test_an_open_contest_stays_on_the_watch(onboarding, nilo, document):
    made = contests(onboarding, nilo, document.in_force())
    assert reversion(onboarding).contests == (made,)


def test_a_corrected_book_is_on_the_watch(onboarding, nilo, people):
    from tests.agreements.books.records import FROZEN, one_of_each
    from trivet.agreements.audit.models import TRIVET
    from trivet.agreements.books.models import Book, Correction

    one_of_each(people)
    assert reversion(onboarding).corrections == ()
    correction = Correction(
        book=Book.objects.get(metric="win_rate"), replaces=2, why="as we counted before",
        opened_by=nilo, opened_at=later(days=CAME + 31), **FROZEN,
    )  # fmt: skip
    correction.tell(at=later(days=CAME + 31), by=TRIVET, verb="proposed", says="One.")
    assert reversion(onboarding).corrections == (correction,)


def test_who_is_watched_now(onboarding):
    assert being_watched(later(days=CAME + 29)) == []
    assert being_watched(later(days=CAME + 30)) == [onboarding]
    assert being_watched(later(days=CAME + 60)) == []
