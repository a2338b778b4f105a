"""The first run: who administers this workspace."""

from __future__ import annotations

import hmac
import os
from datetime import UTC, datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from trivet.agreements.people.access import for_the_first_run, is_from_here
from trivet.agreements.people.actions.found import found
from trivet.agreements.people.forms import FirstPerson
from trivet.agreements.people.sign_in.begin import begin_session

CODE_VARIABLE = "TRIVET_FIRST_RUN_CODE"


@for_the_first_run
@never_cache
@sensitive_post_parameters("password", "again", "code")
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest) -> HttpResponse:
    """Answer with the form; once filled in, with the way on to a second factor."""
    here = is_from_here(request)
    form = FirstPerson(request.POST or None)
    if here:
        del form.fields["code"]
    if request.method != "POST":
        return render(request, "people/first_run.html", {"form": form})
    if form.is_valid() and not here and not _is_the_code(form.cleaned_data["code"]):
        form.add_error("code", gettext("This is not the code that was printed."))
    if not form.is_valid():
        return render(request, "people/first_run.html", {"form": form}, status=422)
    told = form.cleaned_data
    person = found(
        name=told["name"], email=told["email"], password=told["password"], now=datetime.now(UTC)
    )
    return begin_session(request, person, shown="password", after="/people")


def _is_the_code(given: str) -> bool:
    wanted = os.environ.get(CODE_VARIABLE, "")
    plain = given.strip().upper().replace("-", "").encode()
    return bool(wanted) and hmac.compare_digest(plain, wanted.replace("-", "").encode())
