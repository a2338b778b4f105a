"""A version is agreed when three people in three seats have signed the same bytes."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, connection, transaction

from tests.agreements.documents.small_kind import register_promise
from tests.agreements.leaders import NOW, later, sit
from trivet.agreements.documents.actions.propose import amend, begin, propose, withdraw
from trivet.agreements.documents.actions.sign import reject, sign
from trivet.agreements.documents.models import Signature
from trivet.agreements.documents.queries import standing_of, waiting
from trivet.agreements.people.actions.appoint import end
from trivet.agreements.people.actions.delegate import delegate
from trivet.agreements.people.models import Seat, Tenure
from trivet.errors import (
    DocumentChanged,
    DocumentRefused,
    NotAllowed,
    ProposalClosed,
    SignatureRefused,
)


@pytest.fixture
def proposal(people):
    register_promise()
    document = begin(
        kind="promise", key="follow-up", title="Follow-up", owner=Seat.objects.get(key="cro"),
        by=people.admin, now=NOW,
    )  # fmt: skip
    return propose(document=document, body={"days": 2}, why="start", by=people.admin, now=NOW)


def signed(proposal, person, seat, *, shown=None, key=None, at=None):
    return sign(
        proposal=proposal,
        shown_hash=shown or proposal.version.sha256,
        seat=seat,
        by=person,
        key=key or f"{seat}-{person.pk}-{proposal.version.pk}",
        now=at or later(hours=1),
    )


def agree(proposal, people):
    for seat in ("cmo", "cro", "vp_cs"):
        signed(proposal, getattr(people, seat), seat)
    proposal.refresh_from_db()


def test_two_signatures_are_not_an_agreement_and_three_are(proposal, people):
    signed(proposal, people.cmo, "cmo")
    signed(proposal, people.cro, "cro")
    assert proposal.document.in_force() is None
    assert standing_of(proposal.version).missing == ("vp_cs",)
    signed(proposal, people.vp_cs, "vp_cs")
    assert proposal.document.in_force() == proposal.version
    proposal.refresh_from_db()
    assert proposal.outcome == "in_force"


def test_an_edit_voids_what_was_signed_and_the_signer_is_told(proposal, people):
    shown = proposal.version.sha256
    signed(proposal, people.cmo, "cmo")
    amend(
        proposal=proposal, body={"days": 3}, shown_hash=shown, by=people.admin, now=later(hours=2)
    )
    assert standing_of(proposal.version).missing == ("cmo", "cro", "vp_cs")
    with pytest.raises(DocumentChanged, match=r"Ada Hale at 2026-06-01 11:00 UTC"):
        signed(proposal, people.cro, "cro", shown=shown)
    assert Signature.objects.count() == 1


def test_two_editors_do_not_overwrite_each_other(proposal, people):
    shown = proposal.version.sha256
    amend(proposal=proposal, body={"days": 3}, shown_hash=shown, by=people.admin, now=NOW)
    with pytest.raises(DocumentChanged):
        amend(proposal=proposal, body={"days": 4}, shown_hash=shown, by=people.cmo, now=NOW)


def test_a_double_click_signs_once(proposal, people):
    first = signed(proposal, people.cmo, "cmo", key="form-1")
    assert signed(proposal, people.cmo, "cmo", key="form-1") == first
    with pytest.raises(SignatureRefused, match="Mira Okafor signed"):
        signed(proposal, people.cmo, "cmo", key="form-2")


def test_a_lost_answer_can_be_asked_for_again_after_the_last_signature(proposal, people):
    agree(proposal, people)
    key = f"vp_cs-{people.vp_cs.pk}-{proposal.version.pk}"
    assert signed(proposal, people.vp_cs, "vp_cs", key=key).seat.key == "vp_cs"


def test_who_lost_the_seat_between_reading_and_signing_signs_nothing(proposal, people):
    shown = proposal.version.sha256
    end(tenure=Tenure.objects.get(person=people.cro), by=people.admin, now=later(minutes=30))
    with pytest.raises(SignatureRefused, match="does not hold the seat 'cro' any more"):
        signed(proposal, people.cro, "cro", shown=shown)


def test_revenue_operations_cannot_sign(proposal, people):
    with pytest.raises(SignatureRefused, match="does not sign"):
        signed(proposal, people.admin, "revops_admin")
    with pytest.raises(SignatureRefused, match="does not hold"):
        signed(proposal, people.admin, "cmo")


def test_one_person_in_two_signing_seats_is_refused(proposal, people):
    delegate(
        tenure=Tenure.objects.get(person=people.cro), to=people.cmo, until_at=later(days=5),
        why="leave", by=people.cro, now=NOW,
    )  # fmt: skip
    signed(proposal, people.cmo, "cmo")
    with pytest.raises(SignatureRefused, match="in two seats"):
        signed(proposal, people.cmo, "cro")


def test_a_stand_in_signs_and_the_signature_says_for_whom(proposal, people):
    delegate(
        tenure=Tenure.objects.get(person=people.cro), to=people.ceo, until_at=later(days=5),
        why="leave", by=people.cro, now=NOW,
    )  # fmt: skip
    signature = signed(proposal, people.ceo, "cro")
    assert (signature.person, signature.instead_of) == (people.ceo, people.cro)


def test_a_rejected_change_leaves_what_is_in_force_untouched(proposal, people):
    agree(proposal, people)
    document = proposal.document
    before = document.in_force()
    change = propose(
        document=document, body={"days": 9}, why="slower", by=people.cmo, now=later(days=1)
    )
    with pytest.raises(SignatureRefused, match="without a reason"):
        reject(proposal=change, seat="cro", why=" ", by=people.cro, now=later(days=2))
    reject(proposal=change, seat="cro", why="too slow", by=people.cro, now=later(days=2))
    assert document.in_force() == before
    with pytest.raises(ProposalClosed):
        signed(change, people.cmo, "cmo", at=later(days=3))


def test_only_the_proposer_withdraws(proposal, people):
    with pytest.raises(NotAllowed):
        withdraw(proposal=proposal, by=people.cmo, now=NOW)
    withdraw(proposal=proposal, by=people.admin, now=NOW)
    with pytest.raises(ProposalClosed):
        signed(proposal, people.cmo, "cmo")


def test_what_is_in_force_is_not_proposed_again_and_nonsense_never(proposal, people):
    agree(proposal, people)
    with pytest.raises(DocumentRefused, match="word for word"):
        propose(document=proposal.document, body={"days": 2}, why="", by=people.cmo, now=NOW)
    with pytest.raises(DocumentRefused, match="whole number"):
        propose(document=proposal.document, body={"days": "2"}, why="", by=people.cmo, now=NOW)


def test_somebody_without_a_proposing_seat_proposes_nothing(proposal, people):
    from tests.agreements.leaders import join

    rep = join("Rita Boll")
    sit(rep, "rep", people.admin)
    with pytest.raises(NotAllowed):
        propose(document=proposal.document, body={"days": 5}, why="", by=rep, now=NOW)


def test_who_has_still_to_sign_and_since_when(proposal, people):
    signed(proposal, people.cmo, "cmo")
    assert [(each.seat, each.lasts(later(days=3)).days) for each in waiting()] == [
        ("cro", 3),
        ("vp_cs", 3),
    ]


@pytest.mark.parametrize("table", ["documents_signature", "documents_version", "audit_auditrow"])
def test_the_database_refuses_to_change_or_remove_what_was_signed(proposal, people, table):
    agree(proposal, people)
    key = "number" if table == "audit_auditrow" else "id"
    for statement in (f"update {table} set {key} = 99", f"delete from {table}"):
        with (
            pytest.raises(Exception, match="only ever added"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)


def test_a_seat_signs_a_version_once_says_the_database_too(proposal, people):
    first = signed(proposal, people.cmo, "cmo")
    with pytest.raises(IntegrityError), transaction.atomic():
        Signature.objects.create(
            version=first.version, seat=first.seat, person=people.ceo, sha256=first.sha256,
            signed_at=NOW, key="other",
        )  # fmt: skip
