"""What every page has around it: the menu, the filters, the theme."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext_lazy

from trivet.agreements.documents.queries import number_to_sign
from trivet.agreements.governance.models import Escalation
from trivet.agreements.people.access import Standing, standing_of
from trivet.agreements.people.rules.right import Thing, Verb
from trivet.agreements.people.rules.seat import SEATS, SeatKey
from trivet.agreements.people.sign_in.company import company_app
from trivet.errors import TrivetError
from trivet.vocabulary.period import Grain
from trivet.web import published, words
from trivet.web.metrics_shown import COMPANIONS, SHARED
from trivet.web.scope import GRAINS, Scope

ALWAYS_SHOWN = 2
THEMES = ("system", "light", "dark")
GRAIN_NAMES = {
    Grain.MONTH: gettext_lazy("Month"),
    Grain.QUARTER: gettext_lazy("Quarter"),
    Grain.YEAR: gettext_lazy("Year"),
}


@dataclass(frozen=True, slots=True)
class GrainLink:
    """The same question asked of a month, a quarter or a year."""

    title: str
    address: str
    is_current: bool


def theme_of(request: HttpRequest) -> str:
    """The theme the cookie remembers."""
    found = request.COOKIES.get("theme", "system")
    return found if found in THEMES else "system"


def around(request: HttpRequest) -> dict[str, object]:
    """What a template of any chapter may need of the shell; looked up only if it is used.

    standing         who asks, and what they may
    company_sign_in  what the identity provider is called, '' without one
    """
    return {
        "theme": theme_of(request),
        "address": request.get_full_path(),
        "path": request.path,
        "query": "",
        "here": "",
        "shared": SHARED,
        "companions": COMPANIONS,
        "company": _lazily(lambda: _published("company")),
        "build": _lazily(lambda: _published("build")),
        "standing": SimpleLazyObject(lambda: standing_of(request)),
        "sees_documents": _lazily(lambda: standing_of(request).may(Verb.SEE, Thing.DEFINITIONS)),
        "sees_icp": _lazily(lambda: standing_of(request).may(Verb.SEE, Thing.ICP)),
        "waits_for_me": _lazily(lambda: _waits(standing_of(request))),
        "sees_people": _lazily(lambda: standing_of(request).may(Verb.SEE, Thing.PEOPLE)),
        "sees_story": _lazily(lambda: standing_of(request).may(Verb.SEE, Thing.AUDIT)),
        "company_sign_in": _lazily(lambda: getattr(company_app(request), "name", "")),
    }


def _waits(standing: Standing) -> int:
    """How much waits for whoever asks: signatures of a leader, questions to the CEO."""
    signing = [seat for seat in standing.seats if SEATS[seat].signs]
    found = number_to_sign(signing) if signing else 0
    if SeatKey.CEO in standing.seats:
        found += Escalation.objects.filter(outcome="").count()
    return found


def _lazily(ask: Callable[[], object]) -> object:
    # Templates call what can be called, once for each place it stands at.
    return ask


def _published(what: str) -> str:
    try:
        return str(getattr(published.builds().answers(), what))
    except TrivetError:
        return ""


def page(
    request: HttpRequest,
    template: str,
    scope: Scope,
    shown: Mapping[str, object],
    *,
    here: str,
    keep: Mapping[str, str] | None = None,
) -> HttpResponse:
    """Render a page inside its shell.

    here   which menu entry it is: `dashboard`, a metric's id, `data`, or ''
    keep   parameters of the page itself that its filters must not drop
    """
    kept = {name: value for name, value in (keep or {}).items() if value}
    choices = scope.choices()
    dimensions = {choice.parameter for choice in choices}
    data = scope.answers.data()
    grains = [
        GrainLink(
            str(GRAIN_NAMES[grain]),
            request.path + scope.query(period=scope.at_grain(grain).key, **kept),
            scope.period.grain is grain,
        )
        for grain in GRAINS
    ]
    around = {
        "scope": scope,
        "query": scope.elsewhere,
        "here": here,
        "path": request.path,
        "shared": SHARED,
        "companions": COMPANIONS,
        "company": scope.answers.company,
        "build": scope.answers.build,
        "currency": scope.answers.currency,
        "stale_reason": data.get("stale_reason"),
        "quarantined": _quarantined(data),
        "theme": theme_of(request),
        "address": request.get_full_path(),
        "grains": grains,
        "choices": choices,
        # What is picked stands in sight, whichever dimension it is of.
        "main_choices": [c for at, c in enumerate(choices) if at < ALWAYS_SHOWN or c.picked],
        "more_choices": [c for c in choices[ALWAYS_SHOWN:] if not c.picked],
        "kept": kept.items(),
        # What the filters and the forms must not drop.
        "carried": [
            (name, value) for name, value in scope.parameters().items() if name not in dimensions
        ],
        "narrowed": [
            (name, value) for name, value in scope.parameters().items() if name in dimensions
        ],
        "newest_day": scope.answers.model.as_of_on.isoformat(),
        "officially": request.path + scope.query(counted=None, **kept),
        "period_words": words.period_words(scope.period),
        "period_days": words.days_words(scope.period),
        "period_before": request.path + scope.query(period=scope.before.key, **kept),
        "period_after": request.path + scope.query(period=scope.after.key, **kept)
        if scope.has_after
        else "",
        "permalink": request.path
        + scope.query(
            period=scope.period.key,
            build=scope.answers.build,
            agreed=scope.answers.agreed,
            books=str(scope.answers.books.newest),
            **kept,
        ),
        "unfiltered": request.path
        + scope.query(**{choice.parameter: None for choice in choices}, **kept),
    }
    return render(request, template, {**around, **shown})


def _quarantined(data: Mapping[str, object]) -> int:
    found = data.get("quarantine")
    return int(found.get("rows", 0)) if isinstance(found, Mapping) else 0
