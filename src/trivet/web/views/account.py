"""An account: what is known of the customer, and where it came from."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from trivet.agreements.people.access import allowed, standing_of
from trivet.agreements.people.rules.right import Thing, Verb
from trivet.web import shell
from trivet.web.records import record_shown
from trivet.web.scope import asked
from trivet.web.views.icp_accounts import line_for
from trivet.web.visible_accounts import check_account, visible_accounts


@allowed(Verb.SEE, Thing.ACCOUNTS)
@require_safe
def page(request: HttpRequest, account_id: str) -> HttpResponse:
    """Answer with the record; 404 when this build has none of that id."""
    scope = asked(request)
    check_account(visible_accounts(request, scope.answers), account_id)
    record = scope.answers.account(account_id)
    shown = {
        "record": record_shown(record, scope.answers.currency),
        "noun": gettext("Account"),
        "icon": "building-2",
        # Nothing is agreed before anybody is there to agree.
        "icp_fit": line_for(scope.answers, account_id) if standing_of(request).founded else None,
    }
    return shell.page(request, "web/record.html", scope, shown, here="")
