"""A function's own draft: nobody else reads it until all three are handed in."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from trivet.agreements.documents.objections import Objection
from trivet.agreements.documents.rules.body import Body
from trivet.agreements.documents.rules.reading import reworded
from trivet.agreements.documents.views import found as asking
from trivet.agreements.icp import queries
from trivet.agreements.icp.actions import draft as drafting
from trivet.agreements.icp.form import ProfileForm
from trivet.agreements.icp.kind import body_of, reads
from trivet.agreements.icp.models import FunctionDraft, Workshop
from trivet.agreements.icp.rules.whose import functions_of
from trivet.agreements.people.access import allowed, standing_of
from trivet.agreements.people.rules.right import Thing, Verb
from trivet.errors import DocumentChanged, NotAllowed, TrivetError
from trivet.numbers.insight.icp import problems, read_profile
from trivet.vocabulary.function import OWNERS, Function
from trivet.web import icp_shown
from trivet.web.answers import Answers
from trivet.web.icp_against import against_profile
from trivet.web.icp_suggested import suggested_shown


@allowed(Verb.SEE, Thing.ICP)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest, pk: int, function: str) -> HttpResponse:
    """The draft; its editor for its own function. To everybody else there is none until all are in.

    409 with the difference where a colleague saved it meanwhile.
    """
    workshop, whose, draft = _draft(request, pk, function)
    is_own = whose in functions_of(standing_of(request).seats)
    is_edited = is_own and workshop.is_drafting and not (draft and draft.handed_in_at)
    if request.method != "POST":
        if not is_edited:
            return _read(request, workshop, whose, draft)
        form = ProfileForm(draft.body if draft else _beginning(request))
        return _edit(request, workshop, whose, draft, form)
    if not is_own:
        raise Http404
    form = ProfileForm({}, request.POST)
    if form.rearranges:
        return _edit(request, workshop, whose, draft, form)
    is_fine = form.is_valid()
    # A draft may be kept before it is a profile; what cannot be read as typed may not.
    if "check" in request.POST or not form.is_readable:
        return _edit(request, workshop, whose, draft, form, is_checked=True)
    try:
        drafting.save_draft(
            workshop=workshop,
            function=whose,
            body=form.body(),
            shown_hash=request.POST.get("shown_hash", ""),
            by=asking.me(request),
            now=asking.now(),
        )
    except DocumentChanged as changed:
        return _overtaken(request, workshop, whose, form, changed)
    except TrivetError as refused:
        return _edit(request, workshop, whose, draft, form, refused=refused)
    address = reverse("icp-draft", args=[pk, function])
    return HttpResponseRedirect(address if is_fine else f"{address}?unfinished", status=303)


@allowed(Verb.PROPOSE, Thing.ICP)
@require_POST
def hand_in(request: HttpRequest, pk: int, function: str) -> HttpResponse:
    """Say that the draft is done."""
    workshop, whose, _draft_read = _draft(request, pk, function)
    if whose not in functions_of(standing_of(request).seats):
        raise Http404
    try:
        drafting.hand_in(
            workshop=workshop,
            function=whose,
            shown_hash=request.POST.get("shown_hash", ""),
            by=asking.me(request),
            now=asking.now(),
        )
    except TrivetError as refused:
        newest = workshop.drafts.filter(function=whose).first()
        form = ProfileForm(newest.body if newest else _beginning(request))
        form.is_valid()
        return _edit(request, workshop, whose, newest, form, refused=refused)
    return HttpResponseRedirect(reverse("icp-workshop", args=[pk]), status=303)


def _draft(
    request: HttpRequest, pk: int, function: str
) -> tuple[Workshop, Function, FunctionDraft | None]:
    """What the address names, if whoever asks may read it.

    Raises   Http404 for another function's until all are in: as if it were not there
    """
    workshop = get_object_or_404(Workshop, pk=pk)
    whose = next((each for each in OWNERS if str(each) == function), None)
    seats = standing_of(request).seats
    readable = {each.function: each for each in queries.readable_drafts(workshop, seats)}
    if whose is None or (whose not in functions_of(seats) and function not in readable):
        raise Http404
    return workshop, whose, readable.get(function)


def _beginning(request: HttpRequest) -> Body:
    """What the draft starts from: the profile in force, what the data suggests, or nothing."""
    held, asked = queries.in_force(), request.GET.get("begin", "")
    if asked == "empty":
        return ProfileForm.first()
    if held is not None and asked != "data":
        return held.body
    answers = icp_shown.answers()
    return body_of(answers.suggested().profile) if answers else ProfileForm.first()


def _read(
    request: HttpRequest, workshop: Workshop, whose: Function, draft: FunctionDraft | None
) -> HttpResponse:
    if draft is None:
        raise Http404
    shown = {
        "workshop": workshop,
        "function": whose,
        "draft": draft,
        "clauses": reads(draft.body),
        "here": "icp",
    }
    return render(request, "web/icp_draft_read.html", shown)


def _edit(
    request: HttpRequest,
    workshop: Workshop,
    whose: Function,
    draft: FunctionDraft | None,
    form: ProfileForm,
    *,
    refused: TrivetError | None = None,
    is_checked: bool = False,
    around: dict[str, object] | None = None,
) -> HttpResponse:
    answers = icp_shown.answers()
    told = form.body() if not form.wrong and form.rows else {}
    shown = {
        "workshop": workshop,
        "function": whose,
        "draft": draft,
        # The hash comes back as it was sent, or a colleague's draft would be overwritten unseen.
        "shown_hash": request.POST.get("shown_hash", draft.sha256 if draft else "")
        if around is None
        else (draft.sha256 if draft else ""),
        "form": form,
        "preview": reads(told) if told else [],
        "objections": _against(told, answers) if told and (draft or is_checked) else [],
        "suggested": suggested_shown(answers.suggested()) if answers else None,
        "held": queries.in_force(),
        "refused": refused,
        "here": "icp",
    } | (around or {})
    if isinstance(refused, DocumentChanged):
        status = 409
    elif isinstance(refused, NotAllowed):
        status = 403
    else:
        status = 422 if refused or (form.wrong and is_checked) else 200
    return render(request, "web/icp_draft.html", shown, status=status)


def _against(body: Body, answers: Answers | None) -> list[Objection]:
    """What the data says against a draft; nothing of one that is no profile yet."""
    if answers is None or problems(body):
        return []
    return against_profile(answers, read_profile(body))


def _overtaken(
    request: HttpRequest,
    workshop: Workshop,
    whose: Function,
    form: ProfileForm,
    changed: DocumentChanged,
) -> HttpResponse:
    """The newest draft to make the change on again, and what was not kept."""
    newest = workshop.drafts.get(function=whose)
    around: dict[str, object] = {"not_kept": reworded(reads(newest.body), reads(form.body()))}
    fresh = ProfileForm(newest.body)
    return _edit(request, workshop, whose, newest, fresh, refused=changed, around=around)
