"""The gate: every request is held to the rule its page carries, and a page without one is shut."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode, urlsplit

from allauth.account.adapter import get_adapter
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.deprecation import MiddlewareMixin
from django.utils.translation import gettext

from trivet.agreements.people.access import (
    WANTED,
    Rule,
    Verdict,
    Whom,
    rule_of,
    standing_of,
    verdict,
)
from trivet.agreements.people.models import Person
from trivet.web.trouble import said_of, say
from trivet.web.workspace_check import what_is_gone

log = logging.getLogger("django.request")


class WorkspaceThere(MiddlewareMixin):
    """Before any page: without the workspace there is none to show."""

    def process_request(self, request: HttpRequest) -> HttpResponse | None:
        # The health endpoint says it in its own form.
        if request.path == reverse("health"):
            return None
        found = what_is_gone()
        return None if found is None else said_of(request, found)


class Gate(MiddlewareMixin):
    """Let through, send to sign in, or refuse."""

    def process_view(
        self,
        request: HttpRequest,
        view: Callable[..., Any],
        arguments: tuple[Any, ...],
        named: dict[str, Any],
    ) -> HttpResponse | None:
        rule = rule_of(view)
        if rule is None:
            log.error("%s has no rule that says who may open it", request.path)
            return say(
                request,
                403,
                gettext("Nobody may open this"),
                gettext("The page at %(address)s has no rule that says who may open it.")
                % {"address": request.path},
                gettext("Tell whoever runs this Trivet; every other page is as it was."),
            )
        found = verdict(request, rule)
        if found is Verdict.GO:
            _arrived(request, rule)
            return None
        if found is Verdict.REFUSED:
            return _refused(request)
        return _elsewhere(request, found)


def _refused(request: HttpRequest) -> HttpResponse:
    standing = standing_of(request)
    if not standing.seats:
        happened = gettext("You hold no seat yet, so there is nothing you may open here.")
        remedy = gettext("Ask whoever invited you to give you one; your own page says what waits.")
    else:
        happened = gettext("None of your seats may open %(address)s.") % {"address": request.path}
        remedy = gettext("Ask somebody in the seat of revenue operations if it should.")
    return say(request, 403, gettext("Not yours to open"), happened, remedy)


def _elsewhere(request: HttpRequest, found: Verdict) -> HttpResponse:
    after = urlencode({"next": _back(request)})
    if found is Verdict.FIRST_RUN:
        address = reverse("first-run")
    elif found is Verdict.SIGN_IN:
        address = f"{reverse('account_login')}?{after}"
    elif found is Verdict.SECOND_FACTOR:
        request.session[WANTED] = _back(request)
        address = f"{reverse('mfa_index')}?needed"
    elif found is Verdict.SHOW_SECOND_FACTOR:
        address = f"{_second_factor(standing_of(request).person)}?{after}"
    else:
        address = f"{_again(standing_of(request).person)}{after}"
    if request.headers.get("HX-Request"):
        return HttpResponse(status=204, headers={"HX-Redirect": address})
    return HttpResponseRedirect(address)


def _arrived(request: HttpRequest, rule: Rule) -> None:
    """Who was sent to set up a second factor is back where they were going."""
    if rule.whom is Whom.EVERYBODY or not hasattr(request, "session"):
        return
    if request.session.get(WANTED) == request.get_full_path():
        del request.session[WANTED]


def _second_factor(person: Person | None) -> str:
    """Where this person shows the code or the passkey that is set up."""
    ways = get_adapter().get_reauthentication_methods(person)
    return next(str(way["url"]) for way in ways if way["id"] != "reauthenticate")


def _again(person: Person | None) -> str:
    """Where this person can show again who they are."""
    ways = get_adapter().get_reauthentication_methods(person)
    if ways:
        return f"{ways[0]['url']}?"
    return f"{reverse('company_sign_in')}?again&"


def _back(request: HttpRequest) -> str:
    """Where to go afterwards: to this page, or to the one whose form was sent.

    A form is not sent by itself after the sign-in: whoever sends it sees it again first.
    """
    if request.method in ("GET", "HEAD"):
        return request.get_full_path()
    try:
        came_from = urlsplit(request.META.get("HTTP_REFERER", ""))
    except ValueError:
        return "/"
    if came_from.netloc != request.get_host():
        return "/"
    return came_from.path + (f"?{came_from.query}" if came_from.query else "")
