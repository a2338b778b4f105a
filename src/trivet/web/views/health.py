"""Whether the process answers, and which build it shows."""

from __future__ import annotations

from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe

from trivet.agreements.people.access import open_to_everybody
from trivet.errors import TrivetError, WorkspaceGone
from trivet.web import published
from trivet.web.workspace_check import what_is_gone


@open_to_everybody
@require_safe
def check(request: HttpRequest) -> JsonResponse:
    """200 while the process answers; `build` is null when nothing is published.

    503 if the workspace it was started for is gone: whoever watches has to be told.
    """
    if (found := what_is_gone()) is not None:
        return _gone(found)
    try:
        build = published.builds().answers().build
    except WorkspaceGone as trouble:
        return _gone(trouble)
    except TrivetError as trouble:
        return JsonResponse({"ok": True, "build": None, "reason": trouble.happened})
    return JsonResponse({"ok": True, "build": build})


def _gone(found: WorkspaceGone) -> JsonResponse:
    return JsonResponse({"ok": False, "build": None, "reason": found.happened}, status=503)
