"""What a proposed profile would change: accounts, revenue, and the evidence per changed clause."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from trivet.agreements.documents.models import Proposal
from trivet.agreements.icp import queries
from trivet.agreements.icp.kind import ID, sentence
from trivet.agreements.people.access import allowed
from trivet.agreements.people.rules.right import Thing, Verb
from trivet.numbers.insight.icp import Profile
from trivet.web import icp_shown, published
from trivet.web.visible_accounts import visible_accounts

ACCOUNTS_SHOWN = 25


@dataclass(frozen=True, slots=True)
class ChangeShown:
    """One changed clause, what it moves by itself, and what the data says to it afterwards."""

    change: str
    before: str
    after: str
    moves: str
    evidence: icp_shown.EvidenceShown | None


@allowed(Verb.SEE, Thing.ICP)
@never_cache
@require_safe
def page(request: HttpRequest, pk: int) -> HttpResponse:
    """Answer with what moves; to the proposal's page that asks for it, with the part alone."""
    found = Proposal.objects.select_related("document", "base")
    proposal = get_object_or_404(found, pk=pk, document__kind=ID)
    answers = published.builds().answers()
    after = queries.profile_of(proposal.version)
    before = queries.profile_of(proposal.base) if proposal.base else None
    fit = answers.fit(after)
    evidence = {each.criterion.id: each for each in answers.evidence(after).criteria}
    between = answers.profile_difference(before or Profile(()), after)
    team = visible_accounts(request, answers)
    worth = icp_shown.sees_worth(request, answers)
    rows = [
        row
        for row in between.rows.to_pylist()
        if team is None or row["account_id"] in team.accounts
    ]
    said = {
        "added": gettext("added"), "removed": gettext("removed"), "changed": gettext("changed")
    }  # fmt: skip
    shown = {
        "proposal": proposal,
        "document": proposal.document,
        "is_first": before is None,
        "worth": worth,
        "moved": icp_shown.moved_words(between.moved, answers.currency, worth=worth),
        "bands": icp_shown.bands(fit.bands, fit.currency),
        "before": icp_shown.bands(between.before.bands, fit.currency) if before else [],
        "changes": [
            ChangeShown(
                said[each.change],
                sentence(each.before.says) if each.before else "",
                sentence(each.after.says) if each.after else "",
                icp_shown.moved_words(each.moved, answers.currency, worth=worth) if before else "",
                icp_shown.evidence_shown(evidence[each.id]) if each.id in evidence else None,
            )
            for each in between.criteria
        ],
        "accounts": [
            row
            | {
                "band_before": icp_shown.band_words(row["band_before"]),
                "band_after": icp_shown.band_words(row["band_after"]),
            }
            for row in (rows[:ACCOUNTS_SHOWN] if before else [])
        ],
        "more": max(len(rows) - ACCOUNTS_SHOWN, 0) if before else 0,
        "currency": answers.currency,
        "build": answers.build,
        "here": "documents",
    }
    part = request.headers.get("HX-Request-Type") == "partial"
    return render(request, "web/_icp_fit.html" if part else "web/icp_fit.html", shown)
