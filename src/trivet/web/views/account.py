"""An account: what is known of the customer, and where it came from."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from trivet.web import shell
from trivet.web.records import record_shown
from trivet.web.scope import asked


@require_safe
def page(request: HttpRequest, account_id: str) -> HttpResponse:
    """Answer with the record; 404 when this build has none of that id."""
    scope = asked(request)
    record = scope.answers.account(account_id)
    shown = {
        "record": record_shown(record, scope.answers.currency),
        "noun": gettext("Account"),
        "icon": "building-2",
    }
    return shell.page(request, "web/record.html", scope, shown, here="")
