"""Begin a session for somebody who has just shown who they are."""

from __future__ import annotations

from allauth.account.internal.flows.login import record_authentication
from allauth.account.utils import perform_login
from django.http import HttpRequest, HttpResponse

from trivet.agreements.people.models import Person


def begin_session(request: HttpRequest, person: Person, *, shown: str, after: str) -> HttpResponse:
    """Sign the person in, by way of their second factor if they have one.

    shown   what was shown: `password` or `invitation`
    """
    record_authentication(request, person, method=shown)
    return perform_login(request, person, email_verification="none", redirect_url=after)
