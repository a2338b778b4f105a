"""Wording a document: a new one, a change, an edit of a proposal; checked while it is typed."""

from __future__ import annotations

from collections.abc import Callable

from django.forms import Form
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.request import QueryDict
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from trivet.agreements.audit.turn import in_turn
from trivet.agreements.documents.actions import propose as proposing
from trivet.agreements.documents.definitions import newest
from trivet.agreements.documents.forms.answer import Named, Why
from trivet.agreements.documents.forms.registry import Wording, form_for
from trivet.agreements.documents.kinds.metric_definition import HASH
from trivet.agreements.documents.models import Document, Proposal, Version
from trivet.agreements.documents.rules.body import Body
from trivet.agreements.documents.rules.kind import ONLY, Clause, Kind, kind_named, kinds
from trivet.agreements.documents.rules.reading import reworded
from trivet.agreements.documents.views import found
from trivet.agreements.people.access import allowed
from trivet.agreements.people.models import Seat
from trivet.agreements.people.rules.right import Thing, Verb
from trivet.errors import DocumentChanged, DocumentRefused, TrivetError


@allowed(Verb.PROPOSE, Thing.DEFINITIONS)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest, kind: str) -> HttpResponse:
    """Begin a document with its first proposal."""
    if kind not in kinds():
        get_object_or_404(Document, kind=kind, key="")
    made = kind_named(kind)
    found.hold(request, made, Verb.PROPOSE)
    wording = form_for(kind)
    sent = request.POST if request.method == "POST" else None
    form = wording(wording.first(), sent)
    initial = {"owner": Seat.objects.filter(key=made.owner).first()}
    names = Named(sent, initial=initial)
    if made.only_one:
        names.fields.pop("title")

    def act() -> Proposal:
        title = names.cleaned_data.get("title") or _(made.title)
        return _begun(made, title, names, form.body(), request)

    return _answer(request, form, names, act, title=_(made.title), kind=made, before=[])


@allowed(Verb.PROPOSE, Thing.DEFINITIONS)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def propose(request: HttpRequest, kind: str, key: str) -> HttpResponse:
    """Put a change beside the version in force."""
    document = found.document_of(request, kind, key, Verb.PROPOSE)
    held = document.in_force()
    sent = request.POST if request.method == "POST" else None
    form = _form(document, held, sent)
    why = Why(sent)

    def act() -> Proposal:
        return proposing.propose(
            document=document,
            body=form.body(),
            why=why.cleaned_data["why"],
            by=found.me(request),
            now=found.now(),
        )

    return _answer(
        request, form, why, act, title=document.called, kind=document.kind_of,
        document=document, before=held.clauses if held else [],
    )  # fmt: skip


@allowed(Verb.PROPOSE, Thing.DEFINITIONS)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def amend(request: HttpRequest, pk: int) -> HttpResponse:
    """Edit a proposal: another version of it, which nobody has signed.

    409 with the difference where somebody else edited it meanwhile.
    """
    proposal = found.proposal_of(request, pk, Verb.PROPOSE)
    version = proposal.version
    sent = request.POST if request.method == "POST" else None
    form = form_for(proposal.document.kind)(version.body, sent)
    shown = {
        "title": proposal.document.called,
        "kind": proposal.document.kind_of,
        "document": proposal.document,
        "proposal": proposal,
        "version": version,
        "before": proposal.base.clauses if proposal.base else [],
    }

    def act() -> Proposal:
        proposing.amend(
            proposal=proposal,
            body=form.body(),
            shown_hash=request.POST.get("shown_hash", ""),
            by=found.me(request),
            now=found.now(),
        )
        return proposal

    try:
        return _answer(request, form, None, act, **shown)  # type: ignore[arg-type]
    except DocumentChanged as changed:
        return _overtaken(request, proposal, form, changed, shown)


@allowed(Verb.PROPOSE, Thing.DEFINITIONS)
@require_POST
def lint(request: HttpRequest, kind: str, key: str) -> HttpResponse:
    """Answer with what is wrong with what is typed so far, and how it would read."""
    document = found.document_of(request, kind, key, Verb.PROPOSE)
    held = document.in_force()
    form = _form(document, held, request.POST)
    is_fine = form.is_valid()
    shown = _preview(document.kind_of, form, held.clauses if held else [], is_fine)
    return render(request, "documents/_lint.html", shown)


def _form(document: Document, held: Version | None, sent: QueryDict | None) -> Wording:
    """The form over the version in force; over the newest proposal before there is one."""
    wording = form_for(document.kind)
    begins = held or newest(document) or document.versions.last()
    return wording(begins.body if begins is not None else wording.first(), sent)


def _answer(
    request: HttpRequest,
    form: Wording,
    beside: Form | None,
    act: Callable[[], Proposal],
    *,
    kind: Kind,
    before: list[Clause],
    **shown: object,
) -> HttpResponse:
    """Show the form, correct it (422), rearrange it, or act and go to the proposal (303)."""
    refused, status, is_fine = None, 200, True
    checks_only = form.rearranges or "check" in request.POST
    if request.method == "POST" and not form.rearranges:
        is_fine = form.is_valid()
        asked_why = beside is None or "check" in request.POST or beside.is_valid()
        if is_fine and asked_why and not checks_only:
            try:
                proposal = act()
                return HttpResponseRedirect(reverse("proposal", args=[proposal.pk]), status=303)
            except DocumentChanged:
                raise
            except TrivetError as wrong:
                refused = wrong
        status = 422 if refused or not is_fine or not asked_why else 200
    looks = request.method == "POST" and not form.rearranges
    around = {
        "form": form,
        "beside": _uncomplaining(beside) if form.rearranges else beside,
        "kind": kind,
        "refused": refused,
        "preview": _preview(kind, form, before, is_fine) if looks else None,
        "here": "documents",
    }
    return render(request, "documents/wording.html", around | shown, status=status)


def _uncomplaining(beside: Form | None) -> Form | None:
    """What was typed beside, kept without complaint while rows are moved about."""
    if beside is None:
        return None
    kept = type(beside)(initial={name: beside.data.get(name, "") for name in beside.fields})
    for name in set(kept.fields) - set(beside.fields):
        kept.fields.pop(name)
    return kept


def _preview(kind: Kind, form: Wording, before: list[Clause], is_fine: bool) -> dict[str, object]:
    body: Body = form.body() if is_fine else {}
    return {
        "is_fine": is_fine,
        "wrong": form.wrong,
        "warnings": kind.warns(body) if is_fine else [],
        "changes": reworded(before, kind.reads(body)) if is_fine else [],
        "is_first": not before,
    }


def _overtaken(
    request: HttpRequest,
    proposal: Proposal,
    form: Wording,
    changed: DocumentChanged,
    shown: dict[str, object],
) -> HttpResponse:
    """The newest version to make the change on again, and what was not kept of it."""
    latest = proposal.version
    kind = proposal.document.kind_of
    told = request.POST.get("shown_hash", "")
    read = proposal.versions.filter(sha256=told).first() if HASH.fullmatch(told) else None
    around = shown | {
        "version": latest,
        "form": form_for(proposal.document.kind)(latest.body),
        "refused": changed,
        "since_read": reworded(read.clauses, latest.clauses) if read else [],
        "not_kept": reworded(latest.clauses, kind.reads(form.body())),
        "here": "documents",
    }
    return render(request, "documents/wording.html", around, status=409)


@in_turn()
def _begun(kind: Kind, title: str, names: Form, body: Body, request: HttpRequest) -> Proposal:
    """The document and its first proposal, both or neither."""
    key = ONLY if kind.only_one else slugify(title)[:80]
    if not key or Document.objects.filter(kind=kind.id, key=key).exists():
        raise DocumentRefused(
            "There is a document called %(title)s already, or no letter is in that name.",
            remedy="Open that one and propose a change, or choose another name.",
            title=repr(title),
        )
    me, now = found.me(request), found.now()
    owner = names.cleaned_data["owner"]
    document = proposing.begin(kind=kind.id, key=key, title=title, owner=owner, by=me, now=now)
    why = names.cleaned_data["why"]
    return proposing.propose(document=document, body=body, why=why, by=me, now=now)
