"""Every document there is, and what waits for whoever asks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from trivet.agreements.documents.actions import begin_drafts as drafts
from trivet.agreements.documents.definitions import clock
from trivet.agreements.documents.forms.registry import is_worded
from trivet.agreements.documents.kinds.metric_definition import ID as METRIC_DEFINITION
from trivet.agreements.documents.models import Document, Enactment, Proposal, Version
from trivet.agreements.documents.queries import Ballot, ballots, in_force, to_sign
from trivet.agreements.documents.rules.clock import FROM_DAYS, TO_DAYS
from trivet.agreements.documents.rules.kind import ONLY, Kind, kinds
from trivet.agreements.documents.views import found
from trivet.agreements.people.access import allowed, standing_of
from trivet.agreements.people.rules.right import Thing, Verb
from trivet.numbers.shared_metrics.in_force import SUBJECTS


@dataclass(frozen=True, slots=True)
class OpenShown:
    """An open proposal with who has still to sign it."""

    proposal: Proposal
    version: Version
    missing: list[Ballot]
    signed: int


@dataclass(frozen=True, slots=True)
class DocumentShown:
    """One document in the list.

    title     of the version in force, else of the one that is proposed
    held      the version in force with how it came to be; None before the first
    ruling    a ruling of the CEO put it in force
    """

    document: Document
    title: str
    held: Version | None
    since_at: datetime | None
    ruling: bool
    signers: list[str]
    open: list[OpenShown]


@dataclass(frozen=True, slots=True)
class KindShown:
    """A kind with its documents.

    may_begin   one can be begun from a page of its own
    """

    kind: Kind
    documents: list[DocumentShown]
    may_begin: bool


@allowed(Verb.SEE, Thing.DEFINITIONS)
@never_cache
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """Answer with what waits for whoever asks, the clock, and every document by kind."""
    now = found.now()
    standing = standing_of(request)
    shown = [_kind(kind, request, now) for kind in kinds().values()]
    ticking = clock()
    begun = Document.objects.filter(kind=METRIC_DEFINITION, key__in=SUBJECTS).count()
    return render(
        request,
        "documents/documents.html",
        {
            "kinds": shown,
            "unbegun": [each for each in shown if each.may_begin and not each.documents],
            "to_sign": to_sign(standing.person, now) if standing.person else [],
            "clock": ticking,
            "day": ticking.day(now) if ticking else 0,
            "late": ticking.is_late(now) if ticking else False,
            "from_days": FROM_DAYS,
            "to_days": TO_DAYS,
            "missing": [SUBJECTS[name] for name in ticking.missing] if ticking else [],
            "may_begin_drafts": standing.may(Verb.PROPOSE, Thing.DEFINITIONS)
            and begun < len(SUBJECTS),
            "undrafted": len(SUBJECTS) - begun,
            "empty": not Document.objects.exists(),
            "here": "documents",
        },
    )


@allowed(Verb.PROPOSE, Thing.DEFINITIONS)
@require_POST
def begin_drafts(request: HttpRequest) -> HttpResponse:
    """Make a document and a first proposal of every definition that has none."""
    drafts.begin_drafts(by=found.me(request), now=found.now())
    return HttpResponseRedirect(reverse("documents"), status=303)


def _kind(kind: Kind, request: HttpRequest, now: datetime) -> KindShown:
    standing = standing_of(request)
    if not standing.may(Verb.SEE, kind.thing):
        return KindShown(kind, [], may_begin=False)
    documents = list(Document.objects.filter(kind=kind.id).select_related("owner"))
    held = in_force(kind.id)
    enacted = {each.version_id: each for each in Enactment.objects.filter(document__kind=kind.id)}
    may_begin = (
        standing.may(Verb.PROPOSE, kind.thing)
        and is_worded(kind.id)
        and kind.id != METRIC_DEFINITION
        and not (kind.only_one and any(each.key == ONLY for each in documents))
    )
    return KindShown(
        kind, [_document(each, held.get(each.key), enacted, now) for each in documents], may_begin
    )


def _document(
    document: Document, held: Version | None, enacted: dict[int, Enactment], now: datetime
) -> DocumentShown:
    enactment = enacted.get(held.pk) if held else None
    signatures = held.signatures.select_related("person") if held else []
    open_ = []
    for proposal in document.proposals.filter(outcome=""):
        version = proposal.version
        votes = ballots(version, now)
        missing = [vote for vote in votes if vote.signature is None]
        open_.append(OpenShown(proposal, version, missing, len(votes) - len(missing)))
    newest = held or (open_[-1].version if open_ else None)
    return DocumentShown(
        document,
        newest.title if newest else document.called,
        held,
        enactment.from_at if enactment else None,
        enactment.ruling if enactment else False,
        [each.person.name for each in signatures],
        open_,
    )
