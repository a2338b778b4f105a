"""The quarterly review: does the profile still hold, and who read that it does."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from trivet.agreements.documents.rules.body import text_hash
from trivet.agreements.documents.views import found as asking
from trivet.agreements.icp import queries
from trivet.agreements.icp.actions.review import record_review
from trivet.agreements.icp.models import Review
from trivet.agreements.people.access import allowed, standing_of
from trivet.agreements.people.rules.right import Reach, Thing, Verb
from trivet.agreements.people.rules.seat import SEATS, SeatKey
from trivet.errors import DocumentChanged, NotAllowed, TrivetError
from trivet.web import icp_report_shown, icp_shown, published, words
from trivet.web.icp_version import version_shown

LONGEST = 2_000


@allowed(Verb.SEE, Thing.ICP)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest) -> HttpResponse:
    """Answer with the report of the version in force; POST records that it was read."""
    version = queries.in_force()
    if version is None:
        return render(request, "web/icp_review.html", {"version": None, "here": "icp"})
    answers = published.builds().answers()
    report = answers.icp_report(queries.history())
    quarter = queries.quarter_of(asking.now(), answers.model.settings.calendar)
    refused: TrivetError | None = None
    if request.method == "POST":
        try:
            _record(request, report, version.pk, quarter.key)
            return HttpResponseRedirect(reverse("icp-review"), status=303)
        except TrivetError as wrong:
            refused = wrong
    shown = {
        "version": version,
        "held_by": version_shown(version),
        "this_quarter": words.period_words(quarter),
        "report": icp_report_shown.shown(report),
        "worth": icp_shown.sees_worth(request, answers),
        "sha256": text_hash(report),
        "reviews": Review.objects.filter(version__document=version.document)
        .select_related("by", "version")
        .order_by("-made_at", "-pk"),
        "may_record": standing_of(request).may(Verb.PROPOSE, Thing.ICP),
        "refused": refused,
        "here": "icp",
    }
    status = 200 if refused is None else 403 if isinstance(refused, NotAllowed) else 409
    return render(request, "web/icp_review.html", shown, status=status)


@allowed(Verb.SEE, Thing.ICP)
@never_cache
@require_safe
def past(request: HttpRequest, pk: int) -> HttpResponse:
    """Answer with a report as it was read, from what the record kept of it and nothing else."""
    review = get_object_or_404(Review.objects.select_related("by", "version"), pk=pk)
    shown = {
        "review": review,
        "held_by": version_shown(review.version),
        "seat": SEATS[SeatKey(review.seat)].title,
        "report": icp_report_shown.shown(review.text) if review.text else None,
        # From the seats alone: the build whose accounts they are may be gone.
        "worth": standing_of(request).reach(Verb.SEE, Thing.ACCOUNTS) is Reach.ALL,
        "here": "icp",
    }
    return render(request, "web/icp_past_review.html", shown)


def _record(request: HttpRequest, report: str, version_id: int, quarter: str) -> None:
    """Raises   NotAllowed; DocumentChanged if the report is not the one that was read"""
    if not standing_of(request).may(Verb.PROPOSE, Thing.ICP):
        raise NotAllowed(
            "None of your seats records a review.",
            remedy="A leader, a function's operations or revenue operations does.",
        )
    if request.POST.get("sha256", "") != text_hash(report):
        raise DocumentChanged(
            "The report is another one than the one you read: a build was published meanwhile.",
            remedy="Read it as it is now, then record it.",
        )
    version = queries.in_force()
    assert version is not None
    assert version.pk == version_id
    record_review(
        version=version,
        quarter=quarter,
        report=report,
        says=request.POST.get("says", "").strip()[:LONGEST],
        by=asking.me(request),
        now=asking.now(),
    )
