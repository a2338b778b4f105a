"""Seats, who holds them, and every change to that; each change is a resource of its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from django.forms import Form
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from trivet.agreements.people.access import (
    allowed,
    for_whoever_is_signed_in,
    recently_signed_in,
    standing_of,
    with_second_factor,
)
from trivet.agreements.people.actions import appoint, delegate, invite
from trivet.agreements.people.forms import Appoint, Delegate, Named
from trivet.agreements.people.models import Delegation, Person, Seat, Tenure
from trivet.agreements.people.queries import Vacancy, vacancies
from trivet.agreements.people.rules.right import Thing, Verb
from trivet.agreements.people.rules.seat import TAKES_TWO
from trivet.errors import TrivetError


@dataclass(frozen=True, slots=True)
class SeatShown:
    """One seat, with everybody in it and before it.

    vacancy   set for a seat of a leader or the CEO that nobody holds
    """

    seat: Seat
    holding: list[Tenure]
    waiting: list[Tenure]
    lent: list[Delegation]
    vacancy: Vacancy | None


@allowed(Verb.SEE, Thing.PEOPLE)
@never_cache
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """Answer with every seat, and for whoever administers people with the forms."""
    return _page(request)


@recently_signed_in
@allowed(Verb.ADMINISTER, Thing.PEOPLE)
@never_cache
@require_POST
def invite_person(request: HttpRequest) -> HttpResponse:
    """Answer with the one-time link, shown this once."""
    form = Named(request.POST)
    if not form.is_valid():
        return _page(request, invite=form)
    try:
        person, token = invite.invite(**form.cleaned_data, by=_me(request), now=_now())
    except TrivetError as refused:
        return _page(request, invite=form, refused=refused)
    return _link(request, person, token)


@recently_signed_in
@allowed(Verb.ADMINISTER, Thing.PEOPLE)
@never_cache
@require_POST
def invite_again(request: HttpRequest, pk: int) -> HttpResponse:
    """Answer with a new link for somebody who is here."""
    person = get_object_or_404(Person, pk=pk)
    try:
        token = invite.invite_again(person=person, by=_me(request), now=_now())
    except TrivetError as refused:
        return _page(request, refused=refused)
    return _link(request, person, token)


@recently_signed_in
@allowed(Verb.ADMINISTER, Thing.PEOPLE)
@require_POST
def leave(request: HttpRequest, pk: int) -> HttpResponse:
    """End somebody's sign-in and seats."""
    person = get_object_or_404(Person, pk=pk)
    return _done(request, lambda: invite.leave(person=person, by=_me(request), now=_now()))


@recently_signed_in
@allowed(Verb.ADMINISTER, Thing.PEOPLE)
@require_POST
def appoint_person(request: HttpRequest) -> HttpResponse:
    """Give somebody a seat."""
    form = Appoint(request.POST)
    if not form.is_valid():
        return _page(request, appoint=form)
    return _done(
        request,
        lambda: appoint.appoint(**form.cleaned_data, by=_me(request), now=_now()),
        appoint=form,
    )


@recently_signed_in
@with_second_factor
@for_whoever_is_signed_in
@require_POST
def confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """Be the second person. The action knows who may: for the first leaders it is themselves."""
    tenure = get_object_or_404(Tenure, pk=pk)
    return _done(
        request, lambda: appoint.confirm(tenure=tenure, by=_me(request), now=_now()), after="/me"
    )


@recently_signed_in
@allowed(Verb.ADMINISTER, Thing.PEOPLE)
@require_POST
def end(request: HttpRequest, pk: int) -> HttpResponse:
    """End a tenure, or withdraw an appointment."""
    tenure = get_object_or_404(Tenure, pk=pk)
    return _done(request, lambda: appoint.end(tenure=tenure, by=_me(request), now=_now()))


@recently_signed_in
@with_second_factor
@allowed(Verb.SEE, Thing.PEOPLE)
@require_POST
def lend(request: HttpRequest, pk: int) -> HttpResponse:
    """Let somebody act in one's own seat for a while."""
    tenure = get_object_or_404(Tenure, pk=pk)
    form = Delegate(request.POST, tenure=tenure, today=_now())
    if not form.is_valid():
        return _page(request, lend={tenure.pk: form})

    def give() -> object:
        return delegate.delegate(
            tenure=tenure,
            to=form.cleaned_data["to"],
            until_at=form.until_at,
            why=form.cleaned_data["why"],
            by=_me(request),
            now=_now(),
        )

    return _done(request, give, lend={tenure.pk: form})


@recently_signed_in
@with_second_factor
@allowed(Verb.SEE, Thing.PEOPLE)
@require_POST
def take_back(request: HttpRequest, pk: int) -> HttpResponse:
    """End a delegation before its time."""
    found = get_object_or_404(Delegation, pk=pk)
    return _done(request, lambda: delegate.take_back(delegation=found, by=_me(request), now=_now()))


def _done(
    request: HttpRequest,
    act: Callable[[], object],
    *,
    after: str = "/people",
    lend: Mapping[int, Form] | None = None,
    **forms: Form,
) -> HttpResponse:
    """Act and go back to the page, or show it with the two sentences of what was refused."""
    try:
        act()
    except TrivetError as refused:
        return _page(request, refused=refused, lend=lend, **forms)
    return HttpResponseRedirect(after)


def _link(request: HttpRequest, person: Person, token: str) -> HttpResponse:
    path = reverse("invitation", args=[person.pk, token])
    shown = {"invited": person, "link": request.build_absolute_uri(path), "here": "people"}
    return render(request, "people/link.html", shown)


def _page(
    request: HttpRequest,
    *,
    refused: TrivetError | None = None,
    lend: Mapping[int, Form] | None = None,
    **forms: Form,
) -> HttpResponse:
    now = _now()
    me = _me(request)
    standing = standing_of(request)
    administers = standing.may(Verb.ADMINISTER, Thing.PEOPLE)
    shown = {
        "seats": _seats(now),
        "people": Person.objects.order_by("-is_active", "name"),
        "administers": administers,
        "may_confirm": bool(standing.seats & TAKES_TWO),
        "own": [
            (tenure, (lend or {}).get(tenure.pk) or Delegate(tenure=tenure, today=now))
            for tenure in Tenure.objects.at(now).filter(person=me).select_related("seat")
        ],
        "invite": forms.get("invite") or Named(),
        "appoint": forms.get("appoint") or Appoint(),
        "refused": refused,
        "here": "people",
        "now": now,
    }
    sent = [*forms.values(), *(lend or {}).values()]
    status = 422 if refused or any(form.errors for form in sent) else 200
    return render(request, "people/people.html", shown, status=status)


def _seats(now: datetime) -> list[SeatShown]:
    vacant = {vacancy.seat.pk: vacancy for vacancy in vacancies(now)}
    holding = list(Tenure.objects.at(now).select_related("person", "confirmed_by"))
    waiting = list(
        Tenure.objects.filter(until_at=None, confirmed_at=None).select_related(
            "person", "appointed_by"
        )
    )
    lent = list(Delegation.objects.at(now).select_related("to", "tenure__person"))
    return [
        SeatShown(
            seat,
            [tenure for tenure in holding if tenure.seat_id == seat.pk],
            [tenure for tenure in waiting if tenure.seat_id == seat.pk],
            [one for one in lent if one.tenure.seat_id == seat.pk],
            vacant.get(seat.pk),
        )
        for seat in Seat.objects.all()
    ]


def _me(request: HttpRequest) -> Person:
    person = standing_of(request).person
    assert person is not None, "The gate lets nobody in who is not signed in."
    return person


def _now() -> datetime:
    return datetime.now(UTC)
