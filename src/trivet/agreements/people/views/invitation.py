"""Taking an invitation: a one-time link, a password, and one is in."""

from __future__ import annotations

from datetime import UTC, datetime

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from trivet.agreements.people.access import open_to_everybody
from trivet.agreements.people.actions import invite
from trivet.agreements.people.forms import NewPassword
from trivet.agreements.people.sign_in.begin import begin_session


@open_to_everybody
@never_cache
@sensitive_post_parameters("password", "again")
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest, person_id: int, token: str) -> HttpResponse:
    """Answer with the form; 410 for a link that is over."""
    person = invite.invited(person_id, token)
    form = NewPassword(request.POST or None)
    shown = {"form": form, "invited": person}
    if request.method == "POST" and form.is_valid():
        try:
            person = invite.accept(
                person_id=person_id,
                token=token,
                password=form.cleaned_data["password"],
                now=datetime.now(UTC),
            )
        except ValidationError as easy:
            form.add_error("password", easy)
        else:
            return begin_session(request, person, shown="invitation", after="/me")
    status = 422 if request.method == "POST" else 200
    return render(request, "people/invitation.html", shown, status=status)
