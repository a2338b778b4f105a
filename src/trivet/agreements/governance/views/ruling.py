"""The CEO's page: everything that lies before them, and the ruling."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from trivet.agreements.documents.company import company
from trivet.agreements.governance.actions.rule import rule
from trivet.agreements.governance.forms import Rule
from trivet.agreements.governance.models import Escalation
from trivet.agreements.governance.queries import docket_of
from trivet.agreements.governance.rules.side import Verdict
from trivet.agreements.governance.views.escalation import before_the_ceo
from trivet.agreements.governance.views.shown import found_escalation, me, this_instant
from trivet.agreements.people.access import allowed
from trivet.agreements.people.rules.right import Thing, Verb
from trivet.errors import DocumentChanged, EscalationClosed, TrivetError


@allowed(Verb.DECIDE, Thing.DEFINITIONS, recently=True)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest, pk: int) -> HttpResponse:
    """Answer with the form; 409 with what lies there now if it changed under the CEO's eyes."""
    escalation = found_escalation(request, pk)
    if request.method != "POST":
        if not escalation.is_open:
            return HttpResponseRedirect(reverse("escalation", args=[pk]))
        return _page(request, escalation, _fresh(escalation))
    form = Rule(request.POST, sides=escalation.sides)
    if not form.is_valid():
        return _page(request, escalation, form, status=422)
    told = form.cleaned_data
    try:
        rule(
            escalation=escalation,
            verdict=Verdict(told["verdict"]),
            reason=told["reason"],
            shown_hash=told["shown_hash"],
            business_days=told["business_days"],
            by=me(request),
            key=told["key"],
            now=this_instant(),
            company=company(),
        )
    except (DocumentChanged, EscalationClosed) as changed:
        escalation.refresh_from_db()
        # What was written is kept; it is bound to what is shown now.
        again = _fresh(escalation, verdict=told["verdict"], reason=told["reason"])
        return _page(request, escalation, again, refused=changed, status=409)
    except TrivetError as refused:
        return _page(request, escalation, form, refused=refused, status=422)
    return HttpResponseRedirect(reverse("escalation", args=[pk]))


def _fresh(escalation: Escalation, **written: object) -> Rule:
    initial = {**Rule.first(docket_of(escalation).sha256), **written}
    return Rule(sides=escalation.sides, initial=initial)


def _page(
    request: HttpRequest,
    escalation: Escalation,
    form: Rule,
    *,
    refused: TrivetError | None = None,
    status: int = 200,
) -> HttpResponse:
    shown = {
        **before_the_ceo(escalation, this_instant()),
        "form": form if escalation.is_open else None,
        "docket": docket_of(escalation).sha256,
        "refused": refused,
        "here": "documents",
    }
    return render(request, "governance/ruling.html", shown, status=status)
