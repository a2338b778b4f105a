"""One's own page: seats, what waits for one's yes, and how one signs in."""

from __future__ import annotations

from datetime import UTC, datetime

from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from trivet.agreements.people.access import for_whoever_is_signed_in, standing_of
from trivet.agreements.people.models import Delegation, Tenure
from trivet.agreements.people.proofs import SECOND_FACTORS
from trivet.agreements.people.queries import sittings


@for_whoever_is_signed_in
@never_cache
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """Answer with what concerns the person who asks."""
    person = standing_of(request).person
    assert person is not None
    now = datetime.now(UTC)
    waiting = Tenure.objects.filter(person=person, until_at=None, confirmed_at=None)
    shown = {
        "sittings": sittings(person, now),
        "waiting": waiting.select_related("seat", "appointed_by"),
        "lent": Delegation.objects.filter(tenure__person=person, until_at__gt=now).select_related(
            "tenure__seat", "to"
        ),
        "factors": Authenticator.objects.filter(user_id=person.pk, type__in=SECOND_FACTORS),
        "has_password": person.has_usable_password(),
        "linked": SocialAccount.objects.filter(user=person).exists(),
        "here": "me",
    }
    return render(request, "people/me.html", shown)
