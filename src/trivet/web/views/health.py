"""Whether the process answers, and which build it shows."""

from __future__ import annotations

from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe

from trivet.agreements.people.access import open_to_everybody
from trivet.errors import TrivetError
from trivet.web import published


@open_to_everybody
@require_safe
def check(request: HttpRequest) -> JsonResponse:
    """200 while the process answers; `build` is null when nothing is published."""
    try:
        build = published.builds().answers().build
    except TrivetError as trouble:
        return JsonResponse({"ok": True, "build": None, "reason": trouble.happened})
    return JsonResponse({"ok": True, "build": build})
