"""What an address may hold before any page reads it.

A page looks up what it is asked for and says when there is no such thing. What no page could look
up, because a database, a file system or a parser stops at it, is refused here with a sentence.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils.deprecation import MiddlewareMixin
from django.utils.translation import gettext

from trivet.web.trouble import say

LONGEST = 8_000
"""Characters of an address, after which proxies cut or refuse it too (RFC 9110, 4.1)."""


class AddressCheck(MiddlewareMixin):
    """Refuse what cannot be read, before the gate asks who is there."""

    def process_request(self, request: HttpRequest) -> HttpResponse | None:
        length = len(request.path) + len(request.META.get("QUERY_STRING", ""))
        if length > LONGEST:
            return say(
                request,
                414,
                gettext("The address is too long"),
                gettext("The address has %(length)s characters, more than %(longest)s.")
                % {"length": f"{length:,}", "longest": f"{LONGEST:,}"},
                gettext("Take filters away, or start from the dashboard."),
            )
        for name, value in [("", request.path), *_pairs(request.GET)]:
            if (sign := _unprintable(name + value)) is not None:
                return _refused(request, sign)
        return None

    def process_view(
        self, request: HttpRequest, view: object, arguments: Iterable[Any], named: Mapping[str, Any]
    ) -> HttpResponse | None:
        """The form, once the token has been looked for in it."""
        if request.method == "POST":
            for name, value in _pairs(request.POST):
                if "\x00" in name + value:
                    return _refused(request, "\x00")
        return None


def _pairs(given: QueryDict) -> list[tuple[str, str]]:
    return [(name, str(value)) for name, values in given.lists() for value in values]


def _unprintable(text: str) -> str | None:
    """A control character, which nobody types and no name of ours has."""
    return next((sign for sign in text if sign < " " and sign not in "\t\n\r"), None)


def _refused(request: HttpRequest, sign: str) -> HttpResponse:
    return say(
        request,
        400,
        gettext("Not understood"),
        gettext("What was sent holds the control character %(sign)s, which nothing here has.")
        % {"sign": f"U+{ord(sign):04X}"},
        gettext("Start from the dashboard, or type it again without pasting."),
    )
