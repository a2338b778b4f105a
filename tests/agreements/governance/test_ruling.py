"""A deadlock goes to the CEO as a question of revenue; the ruling holds, once, and says why."""

from __future__ import annotations

import pytest
from django.db import connection, transaction

from tests.agreements.governance.deadlock import (
    NORVIK,
    agree,
    agreed,
    put,
    rejected,
    ruled,
)
from tests.agreements.leaders import join, later, sit
from trivet.agreements.audit.queries import chain_breaks, differences, story_of
from trivet.agreements.documents.actions.propose import amend, propose, withdraw
from trivet.agreements.documents.actions.sign import sign
from trivet.agreements.documents.models import Enactment, Proposal
from trivet.agreements.documents.queries import standing_of
from trivet.agreements.governance.actions.settle import settle
from trivet.agreements.governance.actions.state_case import state_case
from trivet.agreements.governance.models import Case, Escalation, Exhibit, Ruling
from trivet.agreements.governance.queries import (
    decider,
    decision,
    docket_of,
    ground_of,
    ruling_of,
    standers,
    wordings,
)
from trivet.agreements.governance.rules.side import Side, Verdict
from trivet.agreements.governance.rules.stake import Stake
from trivet.agreements.people.actions.appoint import end
from trivet.agreements.people.actions.delegate import delegate
from trivet.agreements.people.models import Tenure
from trivet.errors import (
    DocumentChanged,
    EscalationClosed,
    EscalationRefused,
    NotAllowed,
    RulingRefused,
)


@pytest.fixture
def document(people):
    return agreed(people)


@pytest.fixture
def change(document, people):
    return rejected(document, people)


@pytest.fixture
def question(change, people):
    return put(change, people.cmo)


# What may be put


def test_a_rejected_change_may_be_put_at_once_and_an_open_one_after_two_weeks(document, people):
    change = propose(document=document, body={"days": 9}, why="x", by=people.cmo, now=later(days=1))
    assert ground_of(change, later(days=14, hours=23)) is None
    with pytest.raises(EscalationRefused, match="not deadlocked"):
        put(change, people.cmo, now=later(days=14))
    assert ground_of(change, later(days=15)) == "unsigned"
    assert put(change, people.cmo, now=later(days=15)).ground == "unsigned"


def test_who_signs_or_proposed_puts_it_and_nobody_else(change, people):
    for person in (people.ceo, people.admin):
        with pytest.raises(NotAllowed, match="neither signs"):
            put(change, person)
    assert put(change, people.vp_cs).seat == "vp_cs"


def test_the_proposer_puts_it_without_a_signing_seat(document, people):
    ops = join("Omar Stein")
    sit(ops, "marketing_ops", people.admin)
    change = propose(document=document, body={"days": 9}, why="x", by=ops, now=later(days=1))
    assert put(change, ops, now=later(days=20)).seat == "marketing_ops"


@pytest.mark.parametrize(
    ("how", "says"),
    [
        ({"stakes": []}, "at stake"),
        ({"stakes": [Stake("win_rate", None, None, "EUR")]}, "neither in accounts nor in money"),
        ({"stakes": [Stake("headcount", 4, None, "EUR")]}, "none of the five"),
        ({"stakes": [Stake("win_rate", -4, None, "EUR")]}, "below nothing"),
        ({"question": "  "}, "asks nothing"),
        ({"says": ""}, "says nothing"),
        ({"side": Side.OTHER}, "no other proposal"),
        ({"business_days": 21}, "between 1 and 20"),
    ],
)
def test_what_is_no_question_of_revenue_is_not_put(change, people, how, says):
    with pytest.raises(EscalationRefused, match=says):
        put(change, people.cmo, **how)
    assert not Escalation.objects.exists()


def test_one_question_a_document_at_a_time_and_a_double_click_puts_one(
    document, change, question, people
):
    assert put(change, people.cmo) == question
    another = propose(
        document=document, body={"days": 5}, why="y", by=people.cro, now=later(days=3)
    )
    with pytest.raises(EscalationRefused, match="waits for the CEO since"):
        put(another, people.cro, now=later(days=30))
    assert Escalation.objects.count() == 1


def test_the_database_refuses_a_second_open_question(question):
    question.pk = None
    with pytest.raises(Exception, match=r"(?i)unique"), transaction.atomic():
        question.save(force_insert=True)


def test_what_was_ruled_against_is_not_put_again_and_nothing_that_was_overtaken(
    document, change, question, people
):
    ruled(question, people.ceo, Verdict.STANDING)
    change.refresh_from_db()
    with pytest.raises(EscalationRefused):
        put(change, people.cmo, now=later(days=9))
    other = rejected(document, people, days=4)
    agree(
        propose(document=document, body={"days": 3}, why="z", by=people.cro, now=later(days=5)),
        people,
        later(days=6),
    )
    assert ground_of(other, later(days=7)) is None


# What lies before the CEO


def test_evidence_is_frozen_with_its_hash(question):
    assert [(e.side, e.body) for e in question.exhibits.all()] == [
        ("proposed", {"accounts": 2}),
        ("standing", {"accounts": 1}),
    ]
    assert [len(e.sha256) for e in question.exhibits.all()] == [64, 64]


def test_evidence_that_cannot_be_had_is_said_and_holds_nothing_up(change, people, monkeypatch):
    from trivet.agreements.governance import exhibits
    from trivet.errors import NothingPublished

    def give(*_):
        raise NothingPublished("Nothing is published.", remedy="Run first.")

    monkeypatch.setitem(exhibits._givers, "promise", give)
    question = put(change, people.cmo, evidence=exhibits.gather)
    assert question.exhibits.get().body["happened"] == "Nothing is published."


def test_each_side_has_those_who_stand_for_it(question, people):
    """The CMO signed what holds, and proposes something else now."""
    state_case(
        escalation=question, side=Side.STANDING, says="Speed.", by=people.vp_cs, now=later(days=3)
    )
    found = {
        side: {(each.person, each.by) for each in all_} for side, all_ in standers(question).items()
    }
    assert found[Side.PROPOSED] == {(people.cmo, "proposed")}
    assert found[Side.STANDING] == {
        (people.cro, "signed"),
        (people.vp_cs, "signed"),
    }


def test_words_are_added_until_the_deadline_and_twice_the_same_once(question, people):
    told = {"escalation": question, "side": Side.STANDING, "says": "Speed wins.", "by": people.cro}
    first = state_case(**told, now=question.due_at)
    assert state_case(**told, now=question.due_at) == first
    with pytest.raises(EscalationClosed, match="deadline"):
        state_case(**{**told, "says": "More."}, now=later(days=40))
    with pytest.raises(NotAllowed):
        state_case(**{**told, "by": people.ceo}, now=later(days=3))
    with pytest.raises(EscalationRefused):
        state_case(**{**told, "says": " "}, now=later(days=3))
    assert Case.objects.count() == 2


# The ruling


def test_a_ruling_for_the_change_puts_it_in_force_without_the_signatures_it_lacks(
    document, change, question, people
):
    ruling = ruled(question, people.ceo)
    change.refresh_from_db()
    version = document.in_force()
    assert version == ruling.version == change.version
    assert Enactment.objects.get(version=version).ruling
    assert (change.outcome, change.closed_by) == ("in_force", people.ceo)
    assert standing_of(version).missing == ("cmo", "cro", "vp_cs")
    assert ruling_of(version) == ruling
    question.refresh_from_db()
    assert question.outcome == "ruled"
    assert chain_breaks() == []
    assert differences() == []


def test_a_ruling_for_what_holds_closes_the_open_change(document, people):
    before = document.in_force()
    change = propose(document=document, body={"days": 9}, why="x", by=people.cmo, now=later(days=1))
    question = put(change, people.cmo, now=later(days=20))
    ruling = ruled(question, people.ceo, Verdict.STANDING, now=later(days=21))
    change.refresh_from_db()
    assert (change.outcome, change.closed_by) == ("rejected", people.ceo)
    assert document.in_force() == before == ruling.version
    assert ruling_of(before) is None


def test_of_two_open_changes_one_is_ruled_for_and_the_other_closed(document, people):
    a = propose(document=document, body={"days": 9}, why="x", by=people.cmo, now=later(days=1))
    b = propose(document=document, body={"days": 1}, why="y", by=people.cro, now=later(days=1))
    question = put(a, people.cmo, other=b, now=later(days=20))
    assert set(wordings(question)) == {Side.PROPOSED, Side.OTHER, Side.STANDING}
    ruled(question, people.ceo, Verdict.OTHER, now=later(days=21))
    assert document.in_force() == b.version
    assert [Proposal.objects.get(pk=p.pk).outcome for p in (a, b)] == ["rejected", "in_force"]


def test_a_first_version_can_be_ruled_for_where_nothing_is_agreed(people):
    from tests.agreements.documents.small_kind import register_promise
    from tests.agreements.leaders import NOW
    from trivet.agreements.documents.actions.propose import begin
    from trivet.agreements.people.models import Seat

    register_promise()
    document = begin(
        kind="promise", key="new", title="New", owner=Seat.objects.get(key="cro"),
        by=people.admin, now=NOW,
    )  # fmt: skip
    first = propose(document=document, body={"days": 2}, why="start", by=people.admin, now=NOW)
    question = put(first, people.cro, now=later(days=15))
    assert wordings(question)[Side.STANDING] is None
    ruled(question, people.ceo, now=later(days=16))
    assert document.in_force() == first.version


def test_a_question_sent_back_stays_open_with_a_new_deadline(question, people):
    before = question.due_at
    back = ruled(question, people.ceo, Verdict.SENT_BACK, reason="And the small accounts?")
    question.refresh_from_db()
    assert question.is_open
    assert question.due_at > before
    assert back.version is None
    assert decision(question) is None
    ruled(question, people.ceo, key="form-2", now=later(days=5))
    assert decision(question).verdict == "proposed"


@pytest.mark.parametrize("reason", ["", "   "])
def test_a_ruling_has_a_reason(question, people, reason):
    with pytest.raises(RulingRefused, match="without a reason"):
        ruled(question, people.ceo, reason=reason)


def test_there_is_no_ruling_for_a_side_that_is_not_there(question, people):
    with pytest.raises(RulingRefused, match="no side"):
        ruled(question, people.ceo, Verdict.OTHER)


@pytest.mark.parametrize("who", ["cmo", "cro", "vp_cs", "admin"])
def test_nobody_but_the_ceo_rules(question, people, who):
    with pytest.raises(NotAllowed, match="does not hold the seat of the CEO"):
        ruled(question, getattr(people, who))
    assert not Ruling.objects.exists()


def test_who_lost_the_ceos_seat_between_reading_and_ruling_decides_nothing(question, people):
    shown = docket_of(question).sha256
    end(tenure=Tenure.objects.get(person=people.ceo), by=people.admin, now=later(days=3))
    with pytest.raises(NotAllowed, match="any more"):
        ruled(question, people.ceo, shown_hash=shown)
    found = decider(later(days=10))
    assert found.holder is None
    assert found.vacancy.lasts(later(days=10)).days == 7


def lent_to(people, person):
    return delegate(
        tenure=Tenure.objects.get(person=people.ceo), to=person, until_at=later(days=9),
        why="leave", by=people.ceo, now=later(days=3),
    )  # fmt: skip


def test_a_stand_in_rules_and_the_ruling_says_for_whom(question, people):
    lent_to(people, people.admin)
    ruling = ruled(question, people.admin)
    assert (ruling.person, ruling.instead_of) == (people.admin, people.ceo)
    assert decider(later(days=4)).stands_in == (people.admin,)


@pytest.mark.parametrize("who", ["cmo", "vp_cs"])
def test_nobody_rules_in_their_own_case_also_not_as_a_stand_in(question, people, who):
    lent_to(people, getattr(people, who))
    with pytest.raises(RulingRefused, match="own case"):
        ruled(question, getattr(people, who))


def test_who_proposed_it_does_not_rule_on_it_as_a_stand_in(document, people):
    change = propose(
        document=document, body={"days": 9}, why="x", by=people.admin, now=later(days=1)
    )
    question = put(change, people.admin, now=later(days=20))
    delegate(
        tenure=Tenure.objects.get(person=people.ceo), to=people.admin, until_at=later(days=29),
        why="leave", by=people.ceo, now=later(days=20),
    )  # fmt: skip
    with pytest.raises(RulingRefused, match="took part"):
        ruled(question, people.admin, now=later(days=21))


def test_what_changed_under_the_ceos_eyes_is_not_ruled_on(document, people):
    change = propose(document=document, body={"days": 9}, why="x", by=people.cmo, now=later(days=1))
    question = put(change, people.cmo, now=later(days=20))
    shown = docket_of(question).sha256
    amend(
        proposal=change, body={"days": 8}, shown_hash=change.version.sha256, by=people.cmo,
        now=later(days=20),
    )  # fmt: skip
    with pytest.raises(DocumentChanged, match="Nothing was decided"):
        ruled(question, people.ceo, shown_hash=shown, now=later(days=21))
    ruled(question, people.ceo, now=later(days=21))
    assert document.in_force().body == {"days": 8}


def test_words_said_after_the_ceo_read_are_read_before_the_ruling(question, people):
    shown = docket_of(question).sha256
    state_case(
        escalation=question, side=Side.STANDING, says="Wait.", by=people.cro, now=later(days=4)
    )
    with pytest.raises(DocumentChanged):
        ruled(question, people.ceo, shown_hash=shown)


def test_bytes_changed_by_hand_are_not_ruled_on(change, question, people):
    from tests.agreements.audit.test_audit import by_hand

    shown = docket_of(question).sha256
    by_hand(
        "update documents_version set text = %s where id = %s",
        ('{"days":99}', change.version.pk),
    )
    with pytest.raises(DocumentChanged):
        ruled(question, people.ceo, shown_hash=shown)


def test_a_repeated_answer_gives_the_same_ruling_and_enacts_once(document, question, people):
    shown = docket_of(question).sha256
    first = ruled(question, people.ceo, shown_hash=shown)
    assert ruled(question, people.ceo, shown_hash=shown) == first
    with pytest.raises(EscalationClosed):
        ruled(question, people.ceo, shown_hash=shown, key="form-2")
    assert Enactment.objects.filter(document=document).count() == 2
    verbs = [row.verb for row in story_of("escalation", question.pk)]
    assert verbs == ["escalated", "closed"]


def test_signed_by_all_after_all_there_is_nothing_to_rule_on(document, people):
    change = propose(document=document, body={"days": 9}, why="x", by=people.cmo, now=later(days=1))
    question = put(change, people.cmo, now=later(days=20))
    agree(change, people, later(days=20))
    with pytest.raises(EscalationClosed, match="in force"):
        ruled(question, people.ceo, now=later(days=21))
    assert settle(later(days=21)) == [question]
    assert settle(later(days=22)) == []
    question.refresh_from_db()
    assert question.outcome == "settled"
    assert not Enactment.objects.filter(ruling=True).exists()


def test_withdrawn_it_is_settled(document, people):
    change = propose(document=document, body={"days": 9}, why="x", by=people.cmo, now=later(days=1))
    put(change, people.cmo, now=later(days=20))
    withdraw(proposal=change, by=people.cmo, now=later(days=20))
    assert len(settle(later(days=21))) == 1


def test_the_ruled_version_is_changed_by_the_next_agreement_as_any_other(
    document, question, people
):
    ruled(question, people.ceo)
    last = propose(document=document, body={"days": 1}, why="z", by=people.cro, now=later(days=5))
    agree(last, people, later(days=6))
    assert document.in_force() == last.version
    assert ruling_of(last.version) is None


def test_what_the_ceo_saw_stays_although_the_document_moved_on(document, change, question, people):
    ruled(question, people.ceo)
    question.refresh_from_db()
    agree(
        propose(document=document, body={"days": 1}, why="z", by=people.cro, now=later(days=5)),
        people,
        later(days=6),
    )
    assert {side: version.body for side, version in wordings(question).items()} == {
        Side.PROPOSED: {"days": 9},
        Side.STANDING: {"days": 2},
    }


@pytest.mark.parametrize(
    "table",
    ["governance_ruling", "governance_case", "governance_exhibit"],
)
def test_the_database_refuses_to_change_or_remove_what_was_said(question, people, table):
    ruled(question, people.ceo)
    for statement in (f"update {table} set id = 99", f"delete from {table}"):
        with (
            pytest.raises(Exception, match="only ever added"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)
    assert Exhibit.objects.count() == 2


def test_a_definition_ruled_for_is_handed_to_the_numbers(people, tmp_path):
    from tests.agreements.leaders import NOW
    from trivet.agreements.documents.actions.propose import begin
    from trivet.agreements.documents.kinds.metric_definition import hand_over
    from trivet.agreements.people.models import Seat
    from trivet.numbers.shared_metrics.in_force import in_force_now
    from trivet.numbers.shared_metrics.registry import drafts

    draft = drafts()["time_to_close"]
    needed = [draft]
    for each in needed:
        needed += [base for base in each.bases.values() if base not in needed]
    for definition in reversed(needed):
        document = begin(
            kind="metric_definition", key=definition.id, title=definition.title,
            owner=Seat.objects.get(key="cro"), by=people.admin, now=NOW,
        )  # fmt: skip
        first = propose(
            document=document, body=definition.document(), why="start", by=people.admin, now=NOW
        )
        ruled(
            put(first, people.cro, now=later(days=15)), people.ceo,
            key=definition.id, now=later(days=16),
        )  # fmt: skip
    hand_over(tmp_path)
    found = in_force_now(tmp_path)["time_to_close"]
    assert found.agreed
    assert found.hash == draft.hash


def test_a_signature_that_comes_after_the_ruling_is_refused(document, people):
    change = propose(document=document, body={"days": 9}, why="x", by=people.cmo, now=later(days=1))
    question = put(change, people.cmo, now=later(days=20))
    ruled(question, people.ceo, now=later(days=21))
    from trivet.errors import ProposalClosed

    with pytest.raises(ProposalClosed):
        sign(
            proposal=change, shown_hash=change.version.sha256, seat="cro", by=people.cro,
            key="late", now=later(days=22),
        )  # fmt: skip


def test_the_deadline_is_in_the_companys_working_days(question):
    # Put on Thursday, 4 June 2026 (Corpus Christi is no holiday in all of Germany).
    assert question.due_on.isoformat() == "2026-06-11"
    assert question.due_at.isoformat() == "2026-06-11T15:00:00+00:00"
    assert NORVIK.closes.hour == 17
