"""A document: what is in force, how it came to be, and what differs between two versions."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from trivet.agreements.documents.actions.repin import repin as repin_metrics
from trivet.agreements.documents.definitions import bases_of, newest, resting_on
from trivet.agreements.documents.forms.registry import is_worded
from trivet.agreements.documents.kinds.metric_definition import ID as METRIC_DEFINITION
from trivet.agreements.documents.models import Document, Enactment, Signature, Version
from trivet.agreements.documents.paper.paper import paper
from trivet.agreements.documents.queries import standing_of as standing_of_version
from trivet.agreements.documents.rules.reading import Reworded, reworded
from trivet.agreements.documents.views import found
from trivet.agreements.people.access import allowed, standing_of
from trivet.agreements.people.models import Seat
from trivet.agreements.people.rules.right import Thing, Verb
from trivet.numbers.shared_metrics.in_force import SUBJECTS


@dataclass(frozen=True, slots=True)
class Between:
    """Two versions and what is worded otherwise in the later one."""

    before: Version
    after: Version
    changes: list[Reworded]


@allowed(Verb.SEE, Thing.DEFINITIONS)
@never_cache
@require_safe
def page(request: HttpRequest, kind: str, key: str) -> HttpResponse:
    """Answer with the version in force, or with that there is none yet."""
    document = found.document_of(request, kind, key)
    return _page(request, document, document.in_force())


@allowed(Verb.SEE, Thing.DEFINITIONS)
@never_cache
@require_safe
def version(request: HttpRequest, kind: str, key: str, number: int) -> HttpResponse:
    """Answer with one version, whatever became of it."""
    document = found.document_of(request, kind, key)
    return _page(request, document, found.version_of(document, number))


@allowed(Verb.SEE, Thing.DEFINITIONS)
@require_safe
def version_pdf(request: HttpRequest, kind: str, key: str, number: int) -> HttpResponse:
    """Answer with a version on paper, with its signatures and its hash on every page."""
    document = found.document_of(request, kind, key)
    answer = HttpResponse(paper(found.version_of(document, number)), content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="{document.key}-v{number}.pdf"'
    # Another signature makes it another paper.
    answer["Cache-Control"] = "private, no-cache"
    return answer


@allowed(Verb.PROPOSE, Thing.DEFINITIONS)
@require_POST
def repin(request: HttpRequest, kind: str, key: str) -> HttpResponse:
    """Propose, for each metric that rests on an older version, the same with the newest."""
    document = found.document_of(request, kind, key, Verb.PROPOSE)
    base = newest(document)
    if base is not None and kind == METRIC_DEFINITION:
        repin_metrics(base=base, by=found.me(request), now=found.now())
    return HttpResponseRedirect(reverse("document", args=[kind, key]), status=303)


def _page(request: HttpRequest, document: Document, shown: Version | None) -> HttpResponse:
    versions = list(
        document.versions.select_related("proposal", "proposal__closed_by", "made_by").order_by(
            "-number"
        )
    )
    is_definition = document.kind == METRIC_DEFINITION
    is_base = is_definition and SUBJECTS[document.key].shared
    base = newest(document) if is_base else None
    standing = standing_of(request)
    return render(
        request,
        "documents/document.html",
        {
            "document": document,
            "shown": shown,
            "held": document.in_force(),
            "enacted": {
                each.version_id: each for each in Enactment.objects.filter(document=document)
            },
            "enactment": Enactment.objects.filter(version=shown).first() if shown else None,
            "signatures": _signatures(shown) if shown else [],
            "unsigned": _unsigned(shown) if shown else [],
            "versions": versions,
            "open": document.proposals.filter(outcome="").select_related("opened_by"),
            "bases": bases_of(shown.body) if shown and is_definition else [],
            "between": _between(document, request.GET.get("from"), request.GET.get("to")),
            "base": base,
            "behind": resting_on(base) if base is not None else [],
            "may_propose": standing.may(Verb.PROPOSE, document.kind_of.thing)
            and is_worded(document.kind),
            "here": "documents",
        },
    )


def _unsigned(version: Version) -> list[str]:
    """The seats whose signature a version lacks, by what they are called."""
    missing = standing_of_version(version).missing
    return [str(seat) for seat in Seat.objects.filter(key__in=missing)]


def _signatures(version: Version) -> list[Signature]:
    return list(version.signatures.select_related("seat", "person", "instead_of"))


def _between(document: Document, told_from: str | None, told_to: str | None) -> Between | None:
    """The difference that was asked for; None where the address names no two versions."""
    ends = []
    for told in (told_from, told_to):
        if not (told and told.isascii() and told.isdecimal() and len(told) < 7):
            return None
        version = document.versions.filter(number=int(told)).first()
        if version is None:
            return None
        ends.append(version)
    before, after = ends
    return Between(before, after, reworded(before.clauses, after.clauses))
