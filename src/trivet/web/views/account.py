"""An account: what is known of the customer, and where it came from."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from trivet.agreements.people.access import allowed
from trivet.agreements.people.rules.right import Thing, Verb
from trivet.web import shell
from trivet.web.records import record_shown
from trivet.web.scope import asked
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
    }
    return shell.page(request, "web/record.html", scope, shown, here="")
