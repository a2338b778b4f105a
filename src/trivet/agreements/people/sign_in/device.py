"""A device from which somebody has signed in before: a signed cookie, and nothing in the store.

It lets nobody in. It says only that wrong tries from here are counted apart from everybody else's.
"""

from __future__ import annotations

import secrets
from typing import Any

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse

from trivet.agreements.people.models import Person

SALT = "trivet.agreements.people.device"
DAYS = 180
MOST_PEOPLE = 10
"""That are remembered on one device, the last that signed in first."""


def known_device(request: HttpRequest, account: str) -> str:
    """The device's own name if this account was signed in to from it; '' otherwise."""
    told = _told(request)
    people = told.get("people", [])
    if not people:
        return ""
    found = Person.objects.filter(email=account.strip().lower(), pk__in=people).exists()
    return str(told["device"]) if found else ""


def remember_device(request: HttpRequest, answer: HttpResponse, person: Person) -> None:
    """Let this device be one that is known to the person who has just signed in."""
    told = _told(request)
    others = [pk for pk in told.get("people", []) if pk != person.pk]
    kept = {
        "device": told.get("device") or secrets.token_urlsafe(16),
        "people": [person.pk, *others][:MOST_PEOPLE],
    }
    answer.set_cookie(
        settings.DEVICE_COOKIE_NAME,
        signing.dumps(kept, salt=SALT),
        max_age=DAYS * 24 * 3600,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def _told(request: HttpRequest) -> dict[str, Any]:
    try:
        found = signing.loads(
            request.COOKIES.get(settings.DEVICE_COOKIE_NAME, ""),
            salt=SALT,
            max_age=DAYS * 24 * 3600,
        )
    except signing.BadSignature:
        return {}
    return found if isinstance(found, dict) else {}
