"""What an address names, if whoever asks may do this to it."""

from __future__ import annotations

from datetime import UTC, datetime

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404

from trivet.agreements.documents.models import Document, Proposal, Version
from trivet.agreements.documents.rules.kind import Kind, kinds
from trivet.agreements.people.access import standing_of
from trivet.agreements.people.models import Person
from trivet.agreements.people.rules.right import Verb
from trivet.errors import NotAllowed
from trivet.sentence import Sentence


def document_of(request: HttpRequest, kind: str, key: str, verb: Verb = Verb.SEE) -> Document:
    """The document, held to its own thing: a route's rule names one, and kinds have several.

    Raises   Http404, NotAllowed
    """
    document = get_object_or_404(Document, kind=kind, key=key)
    if kind not in kinds():
        raise Http404
    hold(request, document.kind_of, verb)
    return document


def proposal_of(request: HttpRequest, pk: int, verb: Verb = Verb.SEE) -> Proposal:
    """The proposal, held to its document's thing.

    Raises   Http404, NotAllowed
    """
    proposal = get_object_or_404(
        Proposal.objects.select_related("document__owner", "opened_by", "closed_by", "base"), pk=pk
    )
    if proposal.document.kind not in kinds():
        raise Http404
    hold(request, proposal.document.kind_of, verb)
    return proposal


def version_of(document: Document, number: int) -> Version:
    """Raises   Http404"""
    found = document.versions.select_related("proposal", "made_by", "document__owner")
    return get_object_or_404(found, number=number)


def hold(request: HttpRequest, kind: Kind, verb: Verb) -> None:
    """Raises   NotAllowed"""
    if not standing_of(request).may(verb, kind.thing):
        raise NotAllowed(
            "None of your seats may %(verb)s %(thing)s.",
            remedy="Ask somebody in the seat of revenue operations if it should.",
            verb=Sentence(verb),
            thing=Sentence(kind.thing),
        )


def me(request: HttpRequest) -> Person:
    """Who asks, on a page that lets nobody else in."""
    person = standing_of(request).person
    assert person is not None, "The gate lets nobody in who is not signed in."
    return person


def now() -> datetime:
    """The instant of this request."""
    return datetime.now(UTC)
