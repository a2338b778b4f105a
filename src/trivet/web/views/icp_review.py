"""The quarterly review: does the profile still hold, and who read that it does."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from trivet.agreements.documents.rules.body import body_text, text_hash
from trivet.agreements.documents.views import found as asking
from trivet.agreements.icp import queries
from trivet.agreements.icp.actions.review import record_review
from trivet.agreements.icp.kind import sentence
from trivet.agreements.icp.models import Review
from trivet.agreements.icp.rules.alarm import DRIFT
from trivet.agreements.people.access import allowed, standing_of
from trivet.agreements.people.rules.right import Thing, Verb
from trivet.errors import DocumentChanged, NotAllowed, TrivetError
from trivet.numbers.insight.icp.validation import Validation
from trivet.web import icp_shown, published, words

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
    report = answers.validation(queries.history())
    parts = _parts(report)
    sha256 = text_hash(
        body_text({"build": answers.build, "version": version.sha256, "parts": parts})
    )
    quarter = queries.quarter_of(asking.now(), answers.model.settings.calendar)
    may_record = standing_of(request).may(Verb.PROPOSE, Thing.ICP)
    refused: TrivetError | None = None
    if request.method == "POST":
        try:
            _record(request, sha256, version.pk, quarter.key)
            return HttpResponseRedirect(reverse("icp-review"), status=303)
        except TrivetError as wrong:
            refused = wrong
    shown = {
        "version": version,
        "quarter": words.period_words(report.quarter),
        "this_quarter": words.period_words(quarter),
        "report": parts,
        "reason": report.reason,
        "build": answers.build,
        "sha256": sha256,
        "reviews": Review.objects.filter(version=version).select_related("by").order_by("-made_at"),
        "may_record": may_record,
        "refused": refused,
        "here": "icp",
    }
    status = 200 if refused is None else 403 if isinstance(refused, NotAllowed) else 409
    return render(request, "web/icp_review.html", shown, status=status)


def _record(request: HttpRequest, sha256: str, version_id: int, quarter: str) -> None:
    """Raises   NotAllowed; DocumentChanged if the report is not the one that was read"""
    if not standing_of(request).may(Verb.PROPOSE, Thing.ICP):
        raise NotAllowed(
            "None of your seats records a review.",
            remedy="A leader, a function's operations or revenue operations does.",
        )
    if request.POST.get("sha256", "") != sha256:
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
        sha256=sha256,
        says=request.POST.get("says", "").strip()[:LONGEST],
        by=asking.me(request),
        now=asking.now(),
    )


def _parts(report: Validation) -> dict[str, list[dict[str, str | bool]]]:
    """The seven parts in words: what a person reads is what the hash of a review covers."""
    percent, none = icp_shown.percent, words.NO_NUMBER
    return {
        "coverage": [
            {"says": sentence(e.criterion.says), "known": percent(e.known_share)}
            for e in report.coverage
        ],
        "bands": [
            {
                "band": icp_shown.band_words(e.band),
                "won": f"{e.by_close.won} / {e.by_close.closed}",
                "win_rate": percent(e.by_close.win_rate),
                "created": percent(e.by_creation.win_rate),
                "nrr": percent(e.retained.nrr),
                "grr": percent(e.kept.nrr),
                "customers": str(e.retained.customers),
            }
            for e in report.bands
        ],
        "orders": [
            {
                "stratum": words.spoken(e.stratum),
                "auc": f"{float(e.auc.value):.2f}" if e.auc else none,
            }
            for e in report.orders
        ],
        "stability": [
            {
                "says": sentence(e.criterion.says),
                "psi": none if e.psi is None else f"{e.psi:.2f}",
                "drifted": e.psi is not None and e.psi > DRIFT,
            }
            for e in report.stability
        ],
        "disqualifiers": [
            {"says": sentence(e.criterion.says), "won": str(e.won), "lost": str(e.lost)}
            for e in report.disqualifiers
        ],
        "conflicts": [
            {"says": sentence(e.criterion.says), "word": gettext(str(e.word))}
            for e in report.conflicts
        ],
        "suggestions": [{"says": sentence(e.says)} for e in report.suggestions],
    }
