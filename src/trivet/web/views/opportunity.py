"""An opportunity: every fact the metrics used, and where it came from."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from trivet.agreements.people.access import allowed
from trivet.agreements.people.rules.right import Thing, Verb
from trivet.web import shell
from trivet.web.records import record_shown
from trivet.web.scope import asked
from trivet.web.visible_accounts import check_opportunity, visible_accounts


@allowed(Verb.SEE, Thing.ACCOUNTS)
@require_safe
def page(request: HttpRequest, opportunity_id: str) -> HttpResponse:
    """Answer with the record; 404 when this build has none of that id."""
    scope = asked(request)
    team = visible_accounts(request, scope.answers)
    check_opportunity(team, scope.answers, opportunity_id)
    record = scope.answers.opportunity(opportunity_id)
    shown = {
        "record": record_shown(record, scope.answers.currency),
        "noun": gettext("Opportunity"),
        "icon": "briefcase",
    }
    return shell.page(request, "web/record.html", scope, shown, here="")
