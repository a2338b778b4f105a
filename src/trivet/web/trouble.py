"""What a reader is told when a page cannot be shown: what happened, and what to do next."""

from __future__ import annotations

import logging
import sys

import duckdb
from django.core.exceptions import DisallowedHost
from django.db import IntegrityError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.deprecation import MiddlewareMixin
from django.utils.translation import gettext, gettext_noop

from trivet.agreements.store import is_busy, is_full, is_taken, is_unreachable
from trivet.errors import (
    AddressUnclear,
    BookDamaged,
    BookOpen,
    BuildDamaged,
    BuildOfAnotherVersion,
    CountingUnknown,
    DimensionUnknown,
    DimensionValueUnknown,
    DocumentRefused,
    FoundedAlready,
    InvitationOver,
    KeyringUnreadable,
    MetricUnknown,
    NotAllowed,
    NothingPublished,
    OptionUnknown,
    PeriodUnknown,
    RecordUnknown,
    SecretSealed,
    TrivetError,
    WorkspaceGone,
    WorkspaceNotFound,
)
from trivet.web.workspace_check import about, what_is_gone

log = logging.getLogger("django.request")

STATUS: dict[type[TrivetError], int] = {
    NothingPublished: 503,
    BuildOfAnotherVersion: 503,
    BuildDamaged: 503,
    BookDamaged: 503,
    BookOpen: 404,
    CountingUnknown: 400,
    WorkspaceNotFound: 503,
    WorkspaceGone: 503,
    MetricUnknown: 404,
    RecordUnknown: 404,
    DimensionUnknown: 404,
    DimensionValueUnknown: 404,
    AddressUnclear: 400,
    PeriodUnknown: 400,
    OptionUnknown: 400,
    NotAllowed: 403,
    FoundedAlready: 409,
    InvitationOver: 410,
    DocumentRefused: 422,
    SecretSealed: 503,
    KeyringUnreadable: 503,
}

HEADINGS: dict[type[TrivetError], str] = {
    NothingPublished: gettext_noop("Nothing published yet"),
    BuildOfAnotherVersion: gettext_noop("Made by another version"),
    BuildDamaged: gettext_noop("The build cannot be read"),
    BookDamaged: gettext_noop("A closed book is damaged"),
    BookOpen: gettext_noop("Not closed"),
    CountingUnknown: gettext_noop("No such way to count"),
    WorkspaceNotFound: gettext_noop("No workspace"),
    WorkspaceGone: gettext_noop("The workspace is gone"),
    MetricUnknown: gettext_noop("No such metric"),
    RecordUnknown: gettext_noop("Not in this build"),
    DimensionUnknown: gettext_noop("No such dimension"),
    DimensionValueUnknown: gettext_noop("No record has this value"),
    AddressUnclear: gettext_noop("Not understood"),
    PeriodUnknown: gettext_noop("Not a period"),
    NotAllowed: gettext_noop("Not yours to do"),
    FoundedAlready: gettext_noop("Somebody is here already"),
    InvitationOver: gettext_noop("This link is over"),
    DocumentRefused: gettext_noop("Not a document of this kind"),
    SecretSealed: gettext_noop("Your code cannot be checked"),
    KeyringUnreadable: gettext_noop("Your code cannot be checked"),
}

WAITING = (NothingPublished, BuildOfAnotherVersion, BuildDamaged)
"""A run mends these, and the page shows what it published without a restart."""


class SayWhatHappened(MiddlewareMixin):
    """Turn a TrivetError into a page with its two sentences."""

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, TrivetError) and (found := what_is_gone() or about(exception)):
            log.error("%s", found, exc_info=exception)
            return said_of(request, found)
        if isinstance(exception, duckdb.IOException):
            log.error("The build could not be read", exc_info=exception)
            return say(
                request,
                503,
                gettext("The build cannot be read"),
                gettext("The published build could not be read from the disk just now."),
                gettext(
                    "Whoever runs this Trivet has to look at that disk. A build can always be made"
                    " again, by `trivet run --force`."
                ),
            )
        if isinstance(exception, duckdb.Error):
            log.error("The build could not be asked", exc_info=exception)
            return say(
                request,
                500,
                gettext("This build cannot be asked"),
                gettext("The published build does not fit what this page asks of it."),
                gettext(
                    "Build it afresh with `trivet run --force`; if that does not help, the"
                    " terminal where `trivet serve` runs has the details."
                ),
            )
        if not isinstance(exception, TrivetError):
            return _store_said(request, exception)
        return said_of(request, exception)


def said_of(request: HttpRequest, wrong: TrivetError) -> HttpResponse:
    """The page of an error that says itself what happened and what to do."""
    kind = type(wrong)
    status = STATUS.get(kind, 500)
    if status == 500:
        log.error("%s: %s", kind.__name__, wrong, exc_info=wrong)
    answer = say(
        request,
        status,
        gettext(HEADINGS.get(kind, gettext_noop("This page cannot be shown"))),
        wrong.happened,
        wrong.remedy,
        waiting=kind in WAITING,
    )
    if kind is WorkspaceGone:
        answer["Retry-After"] = "10"
    return answer


def _store_said(request: HttpRequest, wrong: BaseException | None) -> HttpResponse | None:
    """What the store could not do, and that nothing is half done; None for our own mistakes."""
    if isinstance(wrong, IntegrityError) and is_taken(wrong):
        log.warning("Refused by the store: %s", wrong)
        return say(
            request,
            409,
            gettext("Somebody was faster"),
            gettext("The same was done at the same moment, so yours was not done a second time."),
            gettext("Load the page afresh: it shows what holds now."),
        )
    if not isinstance(wrong, OperationalError):
        return None
    if is_unreachable(wrong):
        log.error("The store cannot be reached", exc_info=wrong)
        answer = say(
            request,
            503,
            gettext("The store cannot be reached"),
            gettext("Seats, agreements and sign-ins are in the store, which cannot be opened now."),
            gettext(
                "Nothing of what you sent was kept. Whoever runs this Trivet has to look at its"
                " disk or its database server; the pages then go on by themselves."
            ),
        )
        answer["Retry-After"] = "10"
        return answer
    if is_busy(wrong):
        answer = say(
            request,
            503,
            gettext("Many are writing just now"),
            gettext("What you sent waited for its turn too long. Nothing of it was kept."),
            gettext("Send it again in a moment."),
        )
        answer["Retry-After"] = "5"
        return answer
    if is_full(wrong):
        log.error("No room to write the store", exc_info=wrong)
        return say(
            request,
            503,
            gettext("No room left"),
            gettext("There is no room left where the store lies. Nothing of this was kept."),
            gettext("Whoever runs this Trivet has to make room; what is kept can be read."),
        )
    return None


def say(
    request: HttpRequest,
    status: int,
    heading: str,
    happened: str,
    remedy: str,
    *,
    waiting: bool = False,
) -> HttpResponse:
    """A page with the two sentences."""
    shown = {
        "heading": heading,
        "happened": happened,
        "remedy": remedy,
        "waiting": waiting,
        "theme": request.COOKIES.get("theme", "system"),
    }
    answer = render(request, "web/trouble.html", shown, status=status)
    if waiting:
        answer["Retry-After"] = "10"
    return answer


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404 for an address that names no page."""
    return say(
        request,
        404,
        gettext("No such page"),
        gettext("There is nothing at %(address)s.") % {"address": request.path},
        gettext("Start from the dashboard, or check the address."),
    )


def bad_address(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400 for a host name that is not ours, or for more than any form of ours sends."""
    if not isinstance(exception, DisallowedHost):
        return say(
            request,
            400,
            gettext("Not understood"),
            gettext("The address or the form holds more than a page of Trivet sends."),
            gettext("Start from the dashboard, and send less at once."),
        )
    return say(
        request,
        400,
        gettext("Not understood"),
        gettext("The address or the host name it was asked under is not one of ours."),
        gettext("Open the address that `trivet serve` printed."),
    )


def broken(request: HttpRequest) -> HttpResponse:
    """500: our own mistake, which must not read as a wrong number.

    What the store could not do outside of a page, such as keep a session, is said as what it is.
    """
    wrong = sys.exc_info()[1]
    if (found := what_is_gone() or (about(wrong) if wrong else None)) is not None:
        log.error("%s", found)
        return said_of(request, found)
    if (told := _store_said(request, wrong)) is not None:
        return told
    return say(
        request,
        500,
        gettext("Something broke here"),
        gettext("The page met an error of its own; the published numbers are not touched by it."),
        gettext(
            "The terminal where `trivet serve` runs has the details. Try again, or go to another"
            " page."
        ),
    )


def form_refused(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 for a form sent from elsewhere."""
    return say(
        request,
        403,
        gettext("Form refused"),
        gettext("The form came without the token this page gave it."),
        gettext(
            "Go back, load the page afresh and send it again; cookies have to be allowed for it."
        ),
    )
