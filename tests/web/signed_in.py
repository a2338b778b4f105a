"""Sign somebody in for a test, as a sign-in some minutes ago would have left their session."""

from __future__ import annotations

import time

from allauth.account.internal.flows.login import (
    _AUTHENTICATION_METHODS_USER_SESSION_KEY,
    AUTHENTICATION_METHODS_SESSION_KEY,
)
from allauth.account.internal.userkit import user_id_to_str
from allauth.mfa.models import Authenticator
from django.test import Client

from trivet.agreements.people.models import Person

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def sign_in(
    client: Client, person: Person, *, minutes_ago: float = 0, second_factor: bool = True
) -> Client:
    """The client, signed in."""
    client.force_login(person, backend=BACKEND)
    at = time.time() - minutes_ago * 60
    session = client.session
    shown = [{"method": "password", "at": at}]
    if second_factor:
        shown.append({"method": "mfa", "type": "totp", "at": at})
    session[AUTHENTICATION_METHODS_SESSION_KEY] = shown
    session[_AUTHENTICATION_METHODS_USER_SESSION_KEY] = user_id_to_str(person)
    session["seen_at"] = int(at)
    session.save()
    if second_factor:
        Authenticator.objects.get_or_create(
            user=person, type=Authenticator.Type.TOTP, defaults={"data": {"secret": "A" * 32}}
        )
    return client


def as_(person: Person, **how: float) -> Client:
    """A browser of its own for somebody."""
    return sign_in(Client(), person, **how)  # type: ignore[arg-type]
