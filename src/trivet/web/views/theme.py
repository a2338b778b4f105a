"""Light, dark, or as the system says: remembered in a cookie, so the first paint is right."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from trivet.agreements.people.access import open_to_everybody
from trivet.web.shell import THEMES

ONE_YEAR = 365 * 24 * 3600


@open_to_everybody
@require_POST
def remember(request: HttpRequest) -> HttpResponseRedirect:
    """Keep the choice and go back to the page it was made on."""
    back = request.POST.get("back", "/")
    if not back.startswith("/") or not url_has_allowed_host_and_scheme(back, allowed_hosts=None):
        back = "/"
    answer = HttpResponseRedirect(back)
    chosen = request.POST.get("theme", "")
    if chosen in THEMES:
        answer.set_cookie("theme", chosen, max_age=ONE_YEAR, samesite="Lax", httponly=True)
    return answer
