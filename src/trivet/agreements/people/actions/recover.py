"""Let somebody back in who lost the password and every second factor."""

from __future__ import annotations

from datetime import datetime

from allauth.mfa.models import Authenticator

from trivet.agreements.audit.models import By
from trivet.agreements.audit.turn import in_turn
from trivet.agreements.people.actions.invite import links
from trivet.agreements.people.models import Person
from trivet.errors import PersonUnknown

SERVER = By(None, "Whoever runs the server")


@in_turn()
def recover(*, email: str, now: datetime) -> tuple[Person, str]:
    """Take every proof from somebody, and give the secret part of a link that lets them in once.

    No page does this: a second factor that one other person can take away is none. Who may type on
    the server can do everything to its files anyway; here the chain says so. Sessions that are
    open end, and seats stay.

    Raises   PersonUnknown   nobody who is here signs in with this address
    """
    people = Person.objects.select_for_update()
    person = people.filter(email=email.strip().lower(), is_active=True).first()
    if person is None:
        raise PersonUnknown(
            "Nobody here signs in with %(email)s.",
            remedy="Look at the page People and seats for the address.",
            email=repr(email),
        )
    taken, _ = Authenticator.objects.filter(user_id=person.pk).delete()
    person.set_unusable_password()
    says = f"{person} was let back in from the server: the password and {taken} proofs ended."
    person.tell(at=now, by=SERVER, verb="recovered", says=says)
    return person, links.make_token(person)
