"""New leaders: all of them, and one with the briefing and an answer for each document."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from trivet.agreements.documents.company import company
from trivet.agreements.documents.models import Version
from trivet.agreements.governance.actions import answer
from trivet.agreements.governance.actions.onboard import reconcile
from trivet.agreements.governance.briefing import Series, TakenOver, briefing, taken_over
from trivet.agreements.governance.forms import Affirm, Contest
from trivet.agreements.governance.models import Onboarding
from trivet.agreements.governance.reversion import reversion
from trivet.agreements.governance.views.shown import me, sees, this_instant, vacancies_shown
from trivet.agreements.governance.words import ANSWERS, ENDS
from trivet.agreements.people.access import (
    allowed,
    recently_signed_in,
    standing_of,
    with_second_factor,
)
from trivet.agreements.people.models import Tenure
from trivet.agreements.people.rules.right import Thing, Verb
from trivet.errors import BookDamaged, DocumentChanged, TrivetError
from trivet.numbers.shared_metrics.figure import Figure
from trivet.numbers.shared_metrics.registry import metric_named


@dataclass(frozen=True, slots=True)
class Line:
    """A new leader in the list."""

    onboarding: Onboarding
    answered: int
    documents: int
    end: object
    is_overdue: bool
    undone: int


@dataclass(frozen=True, slots=True)
class Asked:
    """A document with its answer, or the forms that give one."""

    taken: TakenOver
    said: object
    contest_end: object
    affirm: Affirm | None
    contest: Contest | None


@dataclass(frozen=True, slots=True)
class Row:
    """A metric's closed quarters; None where one is not closed."""

    title: str
    figures: list[Figure | None]


@allowed(Verb.SEE, Thing.DEFINITIONS)
@never_cache
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Answer with every onboarding, the newest first, and the seats that nobody holds."""
    now = this_instant()
    reconcile(now)
    found = Onboarding.objects.order_by("-started_at", "-pk")
    lines = []
    for each in found.select_related("tenure__seat", "tenure__person"):
        documents = [one for one in taken_over(each) if sees(request, one.document)]
        watch = reversion(each)
        lines.append(
            Line(
                each,
                sum(bool(one.answer) for one in documents),
                len(documents),
                ENDS[each.outcome],
                each.is_open and each.due_at <= now,
                len(watch.proposals) + len(watch.contests) + len(watch.corrections),
            )
        )
    shown = {"lines": lines, "vacancies": vacancies_shown(now), "here": "documents"}
    return render(request, "governance/onboardings.html", shown)


@allowed(Verb.SEE, Thing.DEFINITIONS)
@never_cache
@require_safe
def page(request: HttpRequest, pk: int) -> HttpResponse:
    """Answer with the briefing, and for the new leader with the forms."""
    reconcile(this_instant())
    return _page(request, _found(pk))


@recently_signed_in
@with_second_factor
@allowed(Verb.SEE, Thing.DEFINITIONS)
@never_cache
@require_POST
def affirm(request: HttpRequest, pk: int) -> HttpResponse:
    """Stand by a version. The action knows who may: the one who took the seat."""
    onboarding, form = _found(pk), Affirm(request.POST)
    if not form.is_valid():
        raise Http404
    told = form.cleaned_data
    return _done(
        request,
        onboarding,
        lambda version: answer.affirm(
            onboarding=onboarding,
            version=version,
            shown_hash=told["shown_hash"],
            by=me(request),
            key=told["key"],
            now=this_instant(),
        ),
        told["version"],
    )


@allowed(Verb.SEE, Thing.DEFINITIONS)
@never_cache
@require_POST
def contest(request: HttpRequest, pk: int) -> HttpResponse:
    """Contest a version. The action knows who may: the one who took the seat."""
    onboarding, form = _found(pk), Contest(request.POST)
    if not form.is_valid():
        if set(form.errors) != {"why"}:
            raise Http404
        return _page(request, onboarding, sent=form, status=422)
    told = form.cleaned_data
    return _done(
        request,
        onboarding,
        lambda version: answer.contest(
            onboarding=onboarding,
            version=version,
            shown_hash=told["shown_hash"],
            why=told["why"],
            by=me(request),
            key=told["key"],
            now=this_instant(),
        ),
        told["version"],
        sent=form,
    )


def _done(
    request: HttpRequest,
    onboarding: Onboarding,
    act: Callable[[Version], object],
    version_pk: int,
    *,
    sent: Contest | None = None,
) -> HttpResponse:
    version = get_object_or_404(Version, pk=version_pk)
    try:
        act(version)
    except DocumentChanged as changed:
        return _page(request, onboarding, refused=changed, status=409)
    except TrivetError as refused:
        return _page(request, onboarding, refused=refused, sent=sent, status=422)
    return HttpResponseRedirect(reverse("onboarding", args=[onboarding.pk]))


def _found(pk: int) -> Onboarding:
    known = Onboarding.objects.select_related("tenure__seat", "tenure__person")
    return get_object_or_404(known, pk=pk)


def _page(
    request: HttpRequest,
    onboarding: Onboarding,
    *,
    refused: TrivetError | None = None,
    sent: Contest | None = None,
    status: int = 200,
) -> HttpResponse:
    now = this_instant()
    onboarding = _found(onboarding.pk)
    person = standing_of(request).person
    told = briefing(onboarding)
    mine = Tenure.objects.at(now).filter(pk=onboarding.tenure_id, person=person).exists()
    documents = [
        _asked(each, mine=mine, sent=sent)
        for each in told.taken_over
        if sees(request, each.document)
    ]
    shown = {
        "onboarding": onboarding,
        "tenure": onboarding.tenure,
        "end": ENDS[onboarding.outcome],
        "is_overdue": onboarding.is_open and onboarding.due_at <= now,
        "days_left": max(0, (onboarding.due_at - now).days),
        "reminders": onboarding.reminders.all(),
        "documents": documents,
        "answered": sum(bool(each.taken.answer) for each in documents),
        "briefing": told,
        "waiting": [each for each in told.waiting if sees(request, each.proposal.document)],
        "rulings": [r for r in told.rulings if sees(request, r.escalation.document)],
        "figures": [_row(series, told.quarters) for series in told.series],
        "currency": company().currency,
        "watch": reversion(onboarding),
        "is_watched": now >= reversion(onboarding).window.from_at,
        "is_mine": mine,
        "refused": refused,
        "here": "documents",
    }
    return render(request, "governance/onboarding.html", shown, status=status)


def _asked(taken: TakenOver, *, mine: bool, sent: Contest | None) -> Asked:
    first = {**Affirm.first(taken.version.sha256), "version": taken.version.pk}
    stands = mine and taken.answer in ("", "contested", "replaced")
    contests = mine and not taken.answer
    again = sent if sent and sent.data.get("version") == str(taken.version.pk) else None
    prefix = f"v{taken.version.pk}-%s"
    return Asked(
        taken,
        ANSWERS[taken.answer],
        ENDS[taken.contest.outcome] if taken.contest else "",
        Affirm(initial=first, auto_id=f"a-{prefix}") if stands else None,
        (again or Contest(initial=first, auto_id=f"c-{prefix}")) if contests else None,
    )


def _row(series: Series, quarters: tuple[str, ...]) -> Row:
    by_quarter = {edition.book.period_key: edition.figure for edition in series.editions}
    return Row(_title(series), [by_quarter.get(key) for key in quarters])


def _title(series: Series) -> str:
    """What the newest of the figures was counted as."""
    try:
        return series.editions[-1].definition().title
    except BookDamaged:
        return metric_named(series.metric).subject.title
