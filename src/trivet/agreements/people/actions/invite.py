"""Bring somebody in: a one-time link, handed over by whoever administers people."""

from __future__ import annotations

from datetime import datetime

from django.contrib.auth.password_validation import validate_password
from django.contrib.auth.tokens import PasswordResetTokenGenerator

from trivet.agreements.audit.turn import in_turn
from trivet.agreements.people.actions.appoint import check_administers, end, still_here
from trivet.agreements.people.models import Person, Tenure
from trivet.agreements.people.rules.seat import SeatKey
from trivet.errors import InvitationOver, PersonKnown


class Links(PasswordResetTokenGenerator):
    """A link that ends when it is used, when its person signs in, or after three days.

    Nothing of it is stored: it is signed over the person's password and last sign-in, with the
    workspace's key.
    """

    key_salt = "trivet.agreements.people.invitation"


links = Links()


@in_turn()
def invite(*, name: str, email: str, by: Person, now: datetime) -> tuple[Person, str]:
    """A new person, and the secret part of the link that lets them in once.

    Raises   NotAllowed    `by` does not administer people
             PersonKnown   somebody has this address
    """
    check_administers(by, now)
    if Person.objects.filter(email=email.lower()).exists():
        raise PersonKnown(
            "Somebody with the address %(email)s is here already.",
            remedy="Give that person a seat, or make a new link for them.",
            email=email.lower(),
        )
    person = Person(name=name, email=email.lower(), joined_at=now)
    person.set_unusable_password()
    says = f"{name} was invited."
    person.tell(at=now, by=by.by(SeatKey.REVOPS_ADMIN), verb="invited", says=says)
    return person, links.make_token(person)


@in_turn()
def invite_again(*, person: Person, by: Person, now: datetime) -> str:
    """A new link for somebody who lost the old one or the password. The second factor stays.

    Raises   NotAllowed   `by` does not administer people, or the person has left
    """
    check_administers(by, now)
    person = still_here(person)
    says = f"{person} was given a new link to sign in."
    person.tell(at=now, by=by.by(SeatKey.REVOPS_ADMIN), verb="invited again", says=says)
    return links.make_token(person)


@in_turn()
def accept(*, person_id: int, token: str, password: str, now: datetime) -> Person:
    """Take an invitation: the password is set, and the link is of no use any more.

    Raises   InvitationOver    the link was used, is too old, or is not one of ours
             ValidationError   the password is too easy
    """
    person = invited(person_id, token, lock=True)
    validate_password(password, person)
    person.set_password(password)
    person.tell(at=now, by=person.by(), verb="accepted", says=f"{person} took the invitation.")
    return person


def invited(person_id: int, token: str, *, lock: bool = False) -> Person:
    """Whose link it is. Raises   InvitationOver"""
    people = Person.objects.select_for_update() if lock else Person.objects
    person = people.filter(pk=person_id, is_active=True).first()
    if person is None or not links.check_token(person, token):
        raise InvitationOver(
            "This link was used, is older than three days, or was never ours.",
            remedy="Ask whoever invited you for a new one.",
        )
    return person


@in_turn()
def leave(*, person: Person, by: Person, now: datetime) -> None:
    """Somebody leaves: no sign-in any more, and every seat of theirs ends. What they signed stays.

    Raises   NotAllowed   `by` does not administer people, nobody would administer them, or the
                          person has left already
    """
    check_administers(by, now)
    person = still_here(person)
    for tenure in Tenure.objects.filter(person=person, until_at=None):
        end(tenure=tenure, by=by, now=now)
    person.is_active = False
    person.tell(
        at=now, by=by.by(SeatKey.REVOPS_ADMIN), verb="left", says=f"{person} left the company."
    )
