"""Signing: exactly what is signed on one page, and the signature as one POST."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.request import QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from trivet.agreements.documents.actions.sign import sign
from trivet.agreements.documents.definitions import Base, bases_of
from trivet.agreements.documents.kinds.metric_definition import HASH
from trivet.agreements.documents.kinds.metric_definition import ID as METRIC_DEFINITION
from trivet.agreements.documents.models import Proposal, Version
from trivet.agreements.documents.objections import Objection, objections
from trivet.agreements.documents.queries import Ballot, ballots, to_sign
from trivet.agreements.documents.rules.kind import Clause
from trivet.agreements.documents.rules.reading import Reworded, reworded
from trivet.agreements.documents.views import found
from trivet.agreements.people.access import allowed
from trivet.agreements.people.queries import Sitting, sittings
from trivet.agreements.people.rules.right import Thing, Verb
from trivet.errors import DocumentChanged, TrivetError

A_KEY = re.compile("[A-Za-z0-9_-]{16,64}")


@dataclass(frozen=True, slots=True)
class Sheet:
    """All that is on a signer's page about one version.

    changes   against the version in force when it was proposed; for a first draft empty
    seats     in which whoever asks may sign it now
    key       makes a double click one signature
    """

    proposal: Proposal
    version: Version
    clauses: list[Clause]
    changes: list[Reworded]
    ballots: list[Ballot]
    bases: list[Base]
    warnings: list[str]
    objections: list[Objection]
    seats: list[Sitting]
    key: str

    @property
    def is_refused(self) -> bool:
        """The data, or what else is agreed, speaks against signing it."""
        return any(each.refuses for each in self.objections)

    @property
    def changed_places(self) -> set[str]:
        return {change.place for change in self.changes}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one tick: signed, or why not."""

    title: str
    proposal: Proposal
    refused: TrivetError | None


@allowed(Verb.SIGN, Thing.DEFINITIONS, recently=True)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest, pk: int) -> HttpResponse:
    """Answer with the whole of what would be signed; to a signature with the proposal (303).

    409 with the difference where it changed under the signer's eyes; 422 where it is refused.
    """
    proposal = found.proposal_of(request, pk, Verb.SIGN)
    if request.method != "POST":
        return _page(request, proposal)
    try:
        _sign(request, proposal, request.POST, "")
    except DocumentChanged as changed:
        return _page(request, proposal, changed=changed, shown=request.POST.get("shown_hash", ""))
    except TrivetError as refused:
        return _page(request, found.proposal_of(request, pk), refused=refused)
    return HttpResponseRedirect(reverse("proposal", args=[pk]), status=303)


@allowed(Verb.SIGN, Thing.DEFINITIONS, recently=True)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def every(request: HttpRequest) -> HttpResponse:
    """Answer with everything that waits for whoever asks, each whole; sign those that are ticked.

    Each tick is a transaction of its own: one that is refused takes none of the others with it.
    """
    outcomes: list[Outcome] = []
    if request.method == "POST":
        ticked = [int(told) for told in request.POST.getlist("tick") if _is_id(told)]
        # All are looked up before any is signed: an id that names nothing signs nothing.
        for proposal in [found.proposal_of(request, pk, Verb.SIGN) for pk in dict.fromkeys(ticked)]:
            try:
                _sign(request, proposal, request.POST, f"-{proposal.pk}")
                outcomes.append(Outcome(proposal.version.title, proposal, None))
            except TrivetError as refused:
                outcomes.append(Outcome(proposal.version.title, proposal, refused))
    waits = to_sign(found.me(request), found.now())
    shown = {
        "sheets": [_sheet(request, each.proposal) for each in waits],
        "outcomes": outcomes,
        "signed": [each for each in outcomes if each.refused is None],
        "none_ticked": request.method == "POST" and not outcomes,
        "here": "documents",
    }
    refused_any = any(each.refused for each in outcomes)
    status = 422 if refused_any or shown["none_ticked"] else 200
    return render(request, "documents/sign_all.html", shown, status=status)


def _sign(request: HttpRequest, proposal: Proposal, sent: QueryDict, suffix: str) -> None:
    key = sent.get(f"key{suffix}", "")
    sign(
        proposal=proposal,
        shown_hash=sent.get(f"shown_hash{suffix}", ""),
        seat=sent.get(f"seat{suffix}", ""),
        by=found.me(request),
        key=key if A_KEY.fullmatch(key) else secrets.token_urlsafe(24),
        now=found.now(),
    )


def _page(
    request: HttpRequest,
    proposal: Proposal,
    *,
    refused: TrivetError | None = None,
    changed: DocumentChanged | None = None,
    shown: str = "",
) -> HttpResponse:
    sheet = _sheet(request, proposal)
    known = changed is not None and HASH.fullmatch(shown)
    before = proposal.versions.filter(sha256=shown).first() if known else None
    shown_now = {
        "sheet": sheet,
        "proposal": proposal,
        "document": proposal.document,
        "refused": changed or refused,
        "changed": changed,
        "read_before": before,
        "since_read": reworded(before.clauses, sheet.clauses) if before else [],
        "here": "documents",
    }
    status = 409 if changed else 422 if refused else 200
    return render(request, "documents/signature.html", shown_now, status=status)


def _sheet(request: HttpRequest, proposal: Proposal) -> Sheet:
    version, now = proposal.version, found.now()
    kind = proposal.document.kind_of
    votes = ballots(version, now)
    open_seats = {vote.seat.key for vote in votes if vote.signature is None}
    seats = [one for one in sittings(found.me(request), now) if one.seat.key in open_seats]
    clauses = version.clauses
    return Sheet(
        proposal,
        version,
        clauses,
        reworded(proposal.base.clauses, clauses) if proposal.base else [],
        votes,
        bases_of(version.body) if proposal.document.kind == METRIC_DEFINITION else [],
        kind.warns(version.body),
        objections(version) if proposal.is_open else [],
        seats if proposal.is_open else [],
        secrets.token_urlsafe(24),
    )


def _is_id(told: str) -> bool:
    return told.isascii() and told.isdecimal() and len(told) < 18
