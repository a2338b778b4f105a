"""Who lost every proof is let back in from the server, and everybody can see that."""

from __future__ import annotations

import pytest
from allauth.mfa.models import Authenticator

from tests.agreements.leaders import NOW, later
from trivet.agreements.audit.models import AuditRow
from trivet.agreements.audit.queries import differences
from trivet.agreements.people.actions.invite import accept, leave
from trivet.agreements.people.actions.recover import recover
from trivet.agreements.people.models import Person
from trivet.agreements.people.queries import seats_of
from trivet.agreements.people.rules.seat import SeatKey
from trivet.errors import InvitationOver, PersonUnknown

PASSWORD = "correct horse battery staple"


@pytest.fixture
def lost(people):
    """The CMO, whose telephone is at the bottom of a lake."""
    people.cmo.set_password("forgotten, and not to be remembered")
    people.cmo.save()
    Authenticator.objects.create(
        user=people.cmo, type=Authenticator.Type.TOTP, data={"secret": "A" * 32}
    )
    return people


def test_the_proofs_end_and_the_seat_stays(lost):
    session_before = lost.cmo.get_session_auth_hash()
    person, token = recover(email="MIRA@norvik.example", now=later(hours=1))
    assert person == lost.cmo
    assert not Authenticator.objects.filter(user=person).exists()
    assert not Person.objects.get(pk=person.pk).has_usable_password()
    # Who sits at an open session of theirs is out.
    assert person.get_session_auth_hash() != session_before
    assert seats_of(person, later(hours=2)) == {SeatKey.CMO}
    back = accept(person_id=person.pk, token=token, password=PASSWORD, now=later(hours=2))
    assert back.check_password(PASSWORD)
    with pytest.raises(InvitationOver):
        accept(person_id=person.pk, token=token, password=PASSWORD, now=later(hours=3))


def test_the_chain_says_who_was_let_in_and_that_it_was_done_on_the_server(lost):
    recover(email="mira@norvik.example", now=later(hours=1))
    row = AuditRow.objects.order_by("-number").first()
    assert (row.verb, row.person_name) == ("recovered", "Whoever runs the server")
    assert "Mira Okafor was let back in from the server" in row.says
    assert differences() == []


def test_nobody_is_let_in_who_has_left_or_never_was(lost):
    leave(person=lost.cmo, by=lost.admin, now=NOW)
    for address in ("mira@norvik.example", "eve@norvik.example"):
        with pytest.raises(PersonUnknown, match=address):
            recover(email=address, now=later(hours=1))
