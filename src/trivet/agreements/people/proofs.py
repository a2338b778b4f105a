"""What somebody has shown in this session, and when."""

from __future__ import annotations

from datetime import UTC, datetime

from allauth.account.authentication import get_authentication_records
from allauth.mfa.models import Authenticator
from django.http import HttpRequest

from trivet.agreements.people.models import Person

SECOND_FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


def proved_at(request: HttpRequest) -> tuple[datetime | None, datetime | None]:
    """The first and the latest time something was shown in this session."""
    user = request.user
    if not isinstance(user, Person):
        return None, None
    found = [
        datetime.fromtimestamp(record["at"], UTC)
        for record in get_authentication_records(request, user)
    ]
    return (found[0], found[-1]) if found else (None, None)


def has_second_factor(request: HttpRequest, person: Person) -> bool:
    """True with an authenticator app or a passkey, or if the identity provider vouched for them.

    What the identity provider asks for beside a password is decided and enforced there.
    """
    user = request.user
    records = get_authentication_records(request, user if isinstance(user, Person) else None)
    if any(record.get("method") == "socialaccount" for record in records):
        return True
    return Authenticator.objects.filter(user_id=person.pk, type__in=SECOND_FACTORS).exists()
