"""Put a change to the CEO."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from trivet.agreements.documents.company import company
from trivet.agreements.documents.models import Proposal
from trivet.agreements.governance.actions.escalate import escalate
from trivet.agreements.governance.actions.onboard import reconcile
from trivet.agreements.governance.forms import Escalate
from trivet.agreements.governance.queries import decider, ground_of, open_escalation, rivals
from trivet.agreements.governance.rules.deadline import USUAL, deadline
from trivet.agreements.governance.rules.ground import DAYS_UNSIGNED
from trivet.agreements.governance.rules.side import Side
from trivet.agreements.governance.views.shown import found_proposal, me, this_instant
from trivet.agreements.governance.words import GROUNDS
from trivet.agreements.people.access import allowed
from trivet.agreements.people.rules.right import Thing, Verb
from trivet.errors import TrivetError
from trivet.numbers.workspace.company import Company


@allowed(Verb.PROPOSE, Thing.DEFINITIONS)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest, pk: int) -> HttpResponse:
    """Answer with the form, or why there is none; once it is sent, go to the question."""
    now = this_instant()
    reconcile(now)
    proposal, calendar = found_proposal(request, pk), company()
    waiting = open_escalation(proposal.document)
    if waiting is not None and request.method != "POST":
        return HttpResponseRedirect(reverse("escalation", args=[waiting.pk]))
    form = Escalate(
        request.POST if request.method == "POST" else None,
        rivals=rivals(proposal),
        currency=calendar.currency,
    )
    if request.method != "POST" or not form.is_valid():
        return _page(request, proposal, form, calendar, now)
    told = form.cleaned_data
    try:
        escalation = escalate(
            proposal=proposal,
            other=told.get("other"),
            question=told["question"],
            stakes=form.stakes(),
            side=Side(told["side"]),
            says=told["says"],
            business_days=told["business_days"],
            by=me(request),
            now=now,
            company=calendar,
        )
    except TrivetError as refused:
        return _page(request, proposal, form, calendar, now, refused=refused)
    return HttpResponseRedirect(reverse("escalation", args=[escalation.pk]))


def _page(
    request: HttpRequest,
    proposal: Proposal,
    form: Escalate,
    calendar: Company,
    now: datetime,
    *,
    refused: TrivetError | None = None,
) -> HttpResponse:
    ground = ground_of(proposal, now)
    shown = {
        "proposal": proposal,
        "document": proposal.document,
        "form": form,
        "ground": GROUNDS[ground] if ground else "",
        "days_unsigned": DAYS_UNSIGNED,
        "usual": deadline(now, USUAL, calendar),
        "decider": decider(now),
        "refused": refused,
        "here": "documents",
    }
    status = 422 if refused or form.errors else 200
    return render(request, "governance/escalate.html", shown, status=status)
