"""What happened, in order: the audit chain as people read it."""

from __future__ import annotations

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from trivet.agreements.audit.models import AuditRow
from trivet.agreements.audit.queries import chain_head
from trivet.agreements.people.access import allowed, standing_of
from trivet.agreements.people.rules.right import Reach, Thing, Verb

AT_ONCE = 100


@allowed(Verb.SEE, Thing.AUDIT)
@never_cache
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """Answer with the newest rows, or those of one record.

    Who may see only their own sees what they did, and what was done to them.

    Whose right reaches a function sees their own rows too: a row does not say whose function it is.
    """
    standing = standing_of(request)
    rows = AuditRow.objects.order_by("-number")
    if standing.reach(Verb.SEE, Thing.AUDIT) is not Reach.ALL:
        assert standing.person is not None
        me = standing.person.pk
        rows = rows.filter(Q(person_id=me) | Q(noun="person", noun_id=str(me)))
    noun, noun_id = request.GET.get("noun", ""), request.GET.get("id", "")
    if noun:
        rows = rows.filter(noun=noun, noun_id=noun_id)
    before = request.GET.get("before", "")
    if before.isdecimal() and len(before) < 18:
        rows = rows.filter(number__lt=int(before))
    found = list(rows[: AT_ONCE + 1])
    number, head = chain_head()
    shown = {
        "rows": found[:AT_ONCE],
        "earlier": found[AT_ONCE - 1].number if len(found) > AT_ONCE else None,
        "noun": noun,
        "noun_id": noun_id,
        "head_number": number,
        "head": head,
        "here": "story",
    }
    return render(request, "people/story.html", shown)
