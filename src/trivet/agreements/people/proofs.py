"""What somebody has shown in this session, and when."""

from __future__ import annotations

from datetime import UTC, datetime

from allauth.account.authentication import get_authentication_records
from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.models import Authenticator
from django.http import HttpRequest

from trivet.agreements.people.models import Person

SECOND_FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
AT_COMPANY = "second_factor_at_company"


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


def has_second_factor(person: Person) -> bool:
    """True if an authenticator app or a passkey is set up here."""
    return Authenticator.objects.filter(user_id=person.pk, type__in=SECOND_FACTORS).exists()


def showed_second_factor(request: HttpRequest) -> bool:
    """True if in this session a code or a passkey was shown, or the company said that it asked for
    more than a password.

    That one is set up is not enough: a session begun with a stolen password would gain by what its
    owner sets up elsewhere.
    """
    shown = any(record.get("method") == "mfa" for record in _records(request))
    return shown or company_vouched(request)


def company_vouched(request: HttpRequest) -> bool:
    """True if this session came from the company's identity provider, which said so."""
    return came_from_company(request) and request.session.get(AT_COMPANY) is True


def came_from_company(request: HttpRequest) -> bool:
    """True if this session came from the company's identity provider, whatever that said."""
    return any(record.get("method") == "socialaccount" for record in _records(request))


def note_company(request: HttpRequest, *, second_factor: bool) -> None:
    """Keep for this session what the identity provider said of its own second factor."""
    request.session[AT_COMPANY] = second_factor


def note_set_up(
    request: HttpRequest, user: Person, authenticator: Authenticator, **_: object
) -> None:
    """Who sets up an app or a passkey has shown it with that."""
    if authenticator.type in SECOND_FACTORS:
        record_authentication(
            request, user, "mfa", id=authenticator.pk, type=str(authenticator.type)
        )


def _records(request: HttpRequest) -> list[dict[str, object]]:
    user = request.user
    found: list[dict[str, object]] = get_authentication_records(
        request, user if isinstance(user, Person) else None
    )
    return found
