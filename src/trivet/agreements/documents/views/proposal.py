"""A proposal: what it changes, why, what is said to it, and who has still to sign it."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from trivet.agreements.documents.actions import comment as comments
from trivet.agreements.documents.actions import propose as proposing
from trivet.agreements.documents.actions import sign as signing
from trivet.agreements.documents.definitions import bases_of
from trivet.agreements.documents.forms.answer import Reject, Say
from trivet.agreements.documents.forms.registry import is_worded
from trivet.agreements.documents.kinds.metric_definition import ID as METRIC_DEFINITION
from trivet.agreements.documents.models import Comment, Proposal, Version
from trivet.agreements.documents.objections import objections
from trivet.agreements.documents.queries import ballots, standing_of
from trivet.agreements.documents.rules.kind import Clause
from trivet.agreements.documents.rules.reading import Reworded, reworded
from trivet.agreements.documents.views import found
from trivet.agreements.people import access
from trivet.agreements.people.access import allowed
from trivet.agreements.people.models import Person
from trivet.agreements.people.queries import Sitting, sittings
from trivet.agreements.people.rules.right import Thing, Verb
from trivet.errors import NotAllowed, TrivetError


@dataclass(frozen=True, slots=True)
class ClauseShown:
    """A clause as it is proposed, with what it was, and what is said to it.

    gone   it is no longer in what is proposed
    """

    clause: Clause
    change: Reworded | None
    comments: list[Comment]
    say: Say
    gone: bool = False


@allowed(Verb.SEE, Thing.DEFINITIONS)
@never_cache
@require_safe
def page(request: HttpRequest, pk: int) -> HttpResponse:
    """Answer with the proposal as it stands now."""
    return show(request, found.proposal_of(request, pk))


@allowed(Verb.SIGN, Thing.DEFINITIONS, recently=True)
@require_POST
def reject(request: HttpRequest, pk: int) -> HttpResponse:
    """Decline it, with a reason. The version in force was never touched."""
    proposal = found.proposal_of(request, pk, Verb.SIGN)
    me, now = found.me(request), found.now()
    form = Reject(request.POST, seats=_seats(proposal, request))
    if not form.is_valid():
        return show(request, proposal, reject=form)
    try:
        signing.reject(proposal=proposal, **form.cleaned_data, by=me, now=now)
    except TrivetError as refused:
        return show(request, found.proposal_of(request, pk), refused=refused, reject=form)
    return _back(proposal)


@allowed(Verb.PROPOSE, Thing.DEFINITIONS)
@require_POST
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take one's own proposal back."""
    proposal = found.proposal_of(request, pk, Verb.PROPOSE)
    try:
        proposing.withdraw(proposal=proposal, by=found.me(request), now=found.now())
    except TrivetError as refused:
        return show(request, found.proposal_of(request, pk), refused=refused)
    return _back(proposal)


@allowed(Verb.SEE, Thing.DEFINITIONS)
@require_POST
def comment(request: HttpRequest, pk: int) -> HttpResponse:
    """Say something to a clause, or to the whole."""
    proposal = found.proposal_of(request, pk)
    form = Say(request.POST)
    if not form.is_valid():
        return show(request, proposal, say=form)
    try:
        said = comments.comment(
            proposal=proposal, **form.cleaned_data, by=found.me(request), now=found.now()
        )
    except TrivetError as refused:
        return show(request, found.proposal_of(request, pk), refused=refused, say=form)
    return _back(proposal, f"#said-{said.pk}")


@allowed(Verb.SEE, Thing.DEFINITIONS)
@require_POST
def resolve(request: HttpRequest, pk: int) -> HttpResponse:
    """Settle a comment."""
    said = get_object_or_404(Comment.objects.select_related("proposal"), pk=pk)
    proposal = found.proposal_of(request, said.proposal_id)
    try:
        comments.resolve(comment=said, by=found.me(request), now=found.now())
    except TrivetError as refused:
        return show(request, proposal, refused=refused)
    return _back(proposal, f"#said-{said.pk}")


def show(
    request: HttpRequest,
    proposal: Proposal,
    *,
    refused: TrivetError | None = None,
    reject: Reject | None = None,
    say: Say | None = None,
) -> HttpResponse:
    """The page, with what was refused or is to be corrected (422)."""
    now = found.now()
    version, standing = proposal.version, access.standing_of(request)
    thing = proposal.document.kind_of.thing
    seats = _seats(proposal, request)
    missing = standing_of(version).missing
    said = list(proposal.comments.select_related("by", "resolved_by"))
    changes = reworded(proposal.base.clauses if proposal.base else [], version.clauses)
    known = {clause.place for clause in version.clauses} | {each.place for each in changes}
    shown = {
        "proposal": proposal,
        "document": proposal.document,
        "version": version,
        "base": proposal.base,
        "clauses": _clauses(version, changes, said, say),
        "changes": changes,
        "whole": [one for one in said if not one.clause],
        "homeless": [one for one in said if one.clause and one.clause not in known],
        "say_whole": say if say is not None and not say.data.get("clause") else Say(),
        "versions": proposal.versions.select_related("made_by").order_by("-number"),
        "ballots": ballots(version, now),
        "warnings": proposal.document.kind_of.warns(version.body) if proposal.is_open else [],
        "objections": objections(version) if proposal.is_open else [],
        "bases": bases_of(version.body) if proposal.document.kind == METRIC_DEFINITION else [],
        "may_sign": proposal.is_open and any(one.seat.key in missing for one in seats),
        "may_reject": proposal.is_open and bool(seats),
        "may_amend": proposal.is_open
        and standing.may(Verb.PROPOSE, thing)
        and is_worded(proposal.document.kind),
        "may_escalate": proposal.outcome in ("", "rejected")
        and (bool(seats) or _is(standing.person, proposal.opened_by_id)),
        "may_withdraw": proposal.is_open and _is(standing.person, proposal.opened_by_id),
        "may_speak": proposal.is_open
        and standing.founded
        and any(standing.may(verb, thing) for verb in comments.SPEAK),
        "reject": reject or Reject(seats=seats),
        "refused": refused,
        "is_metric": proposal.document.kind == METRIC_DEFINITION,
        "now": now,
        "here": "documents",
    }
    wrong = refused or (reject and reject.errors) or (say and say.errors)
    return render(request, "documents/proposal.html", shown, status=_status(refused, bool(wrong)))


def _is(person: Person | None, pk: int) -> bool:
    return person is not None and person.pk == pk


def _status(refused: TrivetError | None, wrong: bool) -> int:
    if isinstance(refused, NotAllowed):
        return 403
    return 422 if wrong else 200


def _clauses(
    version: Version, changes: list[Reworded], said: list[Comment], say: Say | None
) -> list[ClauseShown]:
    """Every clause, changed or not, then those that are dropped."""
    changed = {change.place: change for change in changes}

    def shown(clause: Clause, *, gone: bool = False) -> ClauseShown:
        here = [one for one in said if one.clause == clause.place and clause.place]
        mine = say is not None and say.data.get("clause") == clause.place
        form = say if mine and say is not None else Say(initial={"clause": clause.place})
        return ClauseShown(clause, changed.get(clause.place), here, form, gone)

    kept = [shown(clause) for clause in version.clauses]
    dropped = [change for change in changes if not change.after]
    return kept + [shown(Clause(change.place, change.heading, ""), gone=True) for change in dropped]


def _seats(proposal: Proposal, request: HttpRequest) -> list[Sitting]:
    """The seats whoever asks may sign this in, signed already or not."""
    person = access.standing_of(request).person
    if person is None:
        return []
    required = proposal.document.kind_of.required
    return [one for one in sittings(person, found.now()) if one.seat.key in required]


def _back(proposal: Proposal, after: str = "") -> HttpResponse:
    return HttpResponseRedirect(reverse("proposal", args=[proposal.pk]) + after, status=303)
