"""Deadlocks: all of them, and one with everything that lies before the CEO."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.forms import Form
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from trivet.agreements.documents.company import company
from trivet.agreements.documents.models import Version
from trivet.agreements.documents.queries import standing_of as standing_of_version
from trivet.agreements.governance.actions.escalate import speaking_seat
from trivet.agreements.governance.actions.onboard import reconcile
from trivet.agreements.governance.actions.state_case import state_case
from trivet.agreements.governance.forms import State
from trivet.agreements.governance.models import Case, Escalation, Exhibit
from trivet.agreements.governance.queries import (
    Stander,
    decider,
    decision,
    pairs,
    ruling_of,
    standers,
    wordings,
)
from trivet.agreements.governance.rules.ground import Ground
from trivet.agreements.governance.rules.side import Side, Verdict
from trivet.agreements.governance.rules.side_by_side import Pair
from trivet.agreements.governance.rules.stake import Stake
from trivet.agreements.governance.views.shown import (
    DueShown,
    due_shown,
    found_escalation,
    me,
    sees,
    this_instant,
    vacancies_shown,
)
from trivet.agreements.governance.words import ENDS, GROUNDS, SIDES, STANDS_BY, VERDICTS
from trivet.agreements.people.access import allowed, standing_of
from trivet.agreements.people.rules.right import Thing, Verb
from trivet.errors import NotAllowed, TrivetError
from trivet.numbers.shared_metrics.registry import metric_named

ID_DIGITS = 18
"""A longer number is no id of a row."""


@dataclass(frozen=True, slots=True)
class Line:
    """A question in the list."""

    escalation: Escalation
    due: DueShown
    end: object


@dataclass(frozen=True, slots=True)
class SideShown:
    """A side: its wording, who stands for it, what they say and what they bring.

    by_ruling   seats that never signed the wording, which holds by a ruling
    """

    title: object
    version: Version | None
    standers: list[tuple[Stander, object]]
    cases: list[Case]
    exhibits: list[Exhibit]
    by_ruling: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two wordings beside each other."""

    before_title: object
    after_title: object
    before: Version | None
    after: Version
    different: list[Pair]
    same: list[Pair]


@allowed(Verb.SEE, Thing.DEFINITIONS)
@never_cache
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Answer with every question, the open ones first, and the seats that nobody holds.

    version   go to the question whose ruling put this version in force
    """
    asked = request.GET.get("version", "")
    if asked.isascii() and asked.isdecimal() and len(asked) < ID_DIGITS:
        ruling = ruling_of(get_object_or_404(Version, pk=int(asked)))
        if ruling is not None:
            return HttpResponseRedirect(reverse("escalation", args=[ruling.escalation_id]))
    now = this_instant()
    reconcile(now)
    calendar = company()
    lines = [
        Line(each, due_shown(each, calendar, now), ENDS[each.outcome])
        for each in Escalation.objects.order_by("-raised_at").select_related(
            "document", "raised_by"
        )
        if sees(request, each.document)
    ]
    shown = {
        "waiting": [line for line in lines if line.escalation.is_open],
        "closed": [line for line in lines if not line.escalation.is_open],
        "vacancies": vacancies_shown(now),
        "here": "documents",
    }
    return render(request, "governance/escalations.html", shown)


@allowed(Verb.SEE, Thing.DEFINITIONS)
@never_cache
@require_safe
def page(request: HttpRequest, pk: int) -> HttpResponse:
    """Answer with one question."""
    reconcile(this_instant())
    return _page(request, found_escalation(request, pk))


@allowed(Verb.PROPOSE, Thing.DEFINITIONS)
@never_cache
@require_POST
def add_case(request: HttpRequest, pk: int) -> HttpResponse:
    """Add one's words for a side, and go back to the question."""
    escalation = found_escalation(request, pk)
    form = State(request.POST, sides=escalation.sides)
    if not form.is_valid():
        return _page(request, escalation, form=form)
    told = form.cleaned_data
    try:
        state_case(
            escalation=escalation,
            side=Side(told["side"]),
            says=told["says"],
            by=me(request),
            now=this_instant(),
        )
    except TrivetError as refused:
        return _page(request, escalation, form=form, refused=refused)
    return HttpResponseRedirect(f"{reverse('escalation', args=[pk])}#cases")


def _page(
    request: HttpRequest,
    escalation: Escalation,
    *,
    form: Form | None = None,
    refused: TrivetError | None = None,
) -> HttpResponse:
    now = this_instant()
    may_speak = _may_speak(request, escalation, now)
    may_rule = standing_of(request).may(Verb.DECIDE, escalation.document.kind_of.thing)
    shown = {
        **before_the_ceo(escalation, now),
        "form": (form or State(sides=escalation.sides)) if may_speak else None,
        "may_rule": may_rule and escalation.is_open,
        "refused": refused,
        "here": "documents",
    }
    status = 422 if refused or (form and form.errors) else 200
    return render(request, "governance/escalation.html", shown, status=status)


def before_the_ceo(escalation: Escalation, now: datetime) -> dict[str, object]:
    """Everything there is to one question, for its own page and for the CEO's."""
    versions = wordings(escalation)
    ruling = decision(escalation)
    calendar = company()
    return {
        "escalation": escalation,
        "document": escalation.document,
        "ground": GROUNDS[Ground(escalation.ground)],
        "end": ENDS[escalation.outcome],
        "stakes": [(_title(each), each) for each in escalation.at_stake],
        "due": due_shown(escalation, calendar, now),
        "reminders": escalation.reminders.all(),
        "decider": decider(now),
        "sides": _sides(escalation, versions),
        "comparisons": _comparisons(versions),
        "ruling": ruling,
        "verdict": VERDICTS[Verdict(ruling.verdict)] if ruling else "",
        "asked": escalation.rulings.filter(verdict=Verdict.SENT_BACK).select_related("person"),
        "contests": escalation.contests.select_related("onboarding__tenure__person", "version"),
    }


def _title(stake: Stake) -> str:
    return metric_named(stake.metric).subject.title


def _sides(escalation: Escalation, versions: dict[Side, Version | None]) -> list[SideShown]:
    who = standers(escalation)
    cases = list(escalation.cases.select_related("by"))
    exhibits = list(escalation.exhibits.all())
    return [
        SideShown(
            SIDES[side],
            versions[side],
            [(each, STANDS_BY[each.by]) for each in who[side]],
            [case for case in cases if case.side == side],
            [each for each in exhibits if each.side == side],
            _unsigned(versions[side]) if side is Side.STANDING else (),
        )
        for side in escalation.sides
    ]


def _unsigned(version: Version | None) -> tuple[str, ...]:
    """The seats that never signed what holds; empty where all of them have."""
    return standing_of_version(version).missing if version else ()


def _comparisons(versions: dict[Side, Version | None]) -> list[Comparison]:
    before = versions[Side.STANDING]
    found = []
    for side in (Side.PROPOSED, Side.OTHER):
        after = versions.get(side)
        if after is None:
            continue
        both = pairs(before, after)
        found.append(
            Comparison(
                SIDES[Side.STANDING],
                SIDES[side],
                before,
                after,
                [pair for pair in both if pair.differs],
                [pair for pair in both if not pair.differs],
            )
        )
    return found


def _may_speak(request: HttpRequest, escalation: Escalation, now: datetime) -> bool:
    person = standing_of(request).person
    if person is None or not escalation.is_open or now > escalation.due_at:
        return False
    proposals = [escalation.proposal, *([escalation.other] if escalation.other else [])]
    try:
        speaking_seat(person, escalation.document, proposals, now)
    except NotAllowed:
        return False
    return standing_of(request).may(Verb.PROPOSE, Thing.DEFINITIONS)
