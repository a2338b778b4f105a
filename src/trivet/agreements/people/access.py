"""Every page carries its rule: who may open it. Nothing without a rule is opened.

    @allowed(Verb.SIGN, Thing.DEFINITIONS, recently=True)
    @require_POST
    def sign(request: HttpRequest, pk: int) -> HttpResponse: ...

The decorator only names the rule; `trivet.web.gate` holds every request to it. What an action
itself must check (who appointed whom, which seat signs) it checks again in its transaction.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import Enum
from ipaddress import ip_address
from typing import Any, TypeVar

from django.contrib.auth import logout
from django.http import HttpRequest
from django.http.request import split_domain_port

from trivet.agreements.people.models import Person
from trivet.agreements.people.proofs import has_second_factor, proved_at, showed_second_factor
from trivet.agreements.people.queries import is_founded, seats_of
from trivet.agreements.people.rules.right import Reach, Thing, Verb, may, reach
from trivet.agreements.people.rules.seat import SeatKey
from trivet.agreements.people.rules.signed_in import is_over, is_recent

View = TypeVar("View", bound=Callable[..., Any])

NEEDS_SECOND_FACTOR = frozenset({Verb.SIGN, Verb.DECIDE, Verb.APPROVE, Verb.ADMINISTER})
SEEN = "seen_at"
WANTED = "wanted"
"""In the session: where somebody was going who was sent to set up a second factor."""
SECONDS_BETWEEN_SIGHTINGS = 60
FORWARDED = ("HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_HOST", "HTTP_FORWARDED", "HTTP_X_REAL_IP")


class Whom(Enum):
    """To whom a page may be shown before its verb and thing are asked."""

    EVERYBODY = "everybody"
    FIRST_RUN = "whoever sets the workspace up"
    SIGNED_IN = "whoever is signed in"
    RIGHT = "whoever has the right"


@dataclass(frozen=True, slots=True)
class Rule:
    """Who may open a page.

    whole           the right must reach everything: a part of it is not enough
    recently        the person must have shown within five minutes who they are
    second_factor   the person must have shown more than a password in this session
    """

    whom: Whom
    verb: Verb | None = None
    thing: Thing | None = None
    whole: bool = False
    recently: bool = False
    second_factor: bool = False

    def __str__(self) -> str:
        return f"{self.verb} {self.thing}" if self.verb else self.whom.value


def allowed(
    verb: Verb, thing: Thing, *, whole: bool = False, recently: bool = False
) -> Callable[[View], View]:
    """A page for those whose seats give them this right."""
    return _given(
        Rule(Whom.RIGHT, verb, thing, whole, recently, second_factor=verb in NEEDS_SECOND_FACTOR)
    )


def for_whoever_is_signed_in(view: View) -> View:
    """A page about oneself: no seat is needed."""
    return _given(Rule(Whom.SIGNED_IN))(view)


def open_to_everybody(view: View) -> View:
    """A page that shows nothing of the company, such as the sign-in itself."""
    return _given(Rule(Whom.EVERYBODY))(view)


def for_the_first_run(view: View) -> View:
    """A page that is there until somebody administers the workspace."""
    return _given(Rule(Whom.FIRST_RUN))(view)


def recently_signed_in(view: View) -> View:
    """A page that needs a sign-in of the last five minutes, on top of its other rule."""
    found = rule_of(view)
    assert found is not None, "Name the right first, below this decorator."
    return _given(replace(found, recently=True))(view)


def with_second_factor(view: View) -> View:
    """A page that needs more than a password, on top of its other rule."""
    found = rule_of(view)
    assert found is not None, "Name the right first, below this decorator."
    return _given(replace(found, second_factor=True))(view)


def _given(rule: Rule) -> Callable[[View], View]:
    def decorate(view: View) -> View:
        view.rule = rule  # type: ignore[attr-defined]
        return view

    return decorate


def rule_of(view: Callable[..., Any]) -> Rule | None:
    """The rule a view carries."""
    found = getattr(view, "rule", None)
    return found if isinstance(found, Rule) else None


@dataclass(frozen=True, slots=True)
class Standing:
    """Who asks, and what they may.

    person   None for nobody: not signed in, or no longer
    """

    founded: bool
    person: Person | None
    seats: frozenset[SeatKey]

    def may(self, verb: Verb, thing: Thing) -> bool:
        """True if the person's seats allow it; before anybody is there, everything may be seen."""
        return verb is Verb.SEE if not self.founded else may(self.seats, verb, thing)

    def reach(self, verb: Verb, thing: Thing) -> Reach | None:
        """How far the right goes."""
        if not self.founded:
            return Reach.ALL if verb is Verb.SEE else None
        return reach(self.seats, verb, thing)


def standing_of(request: HttpRequest) -> Standing:
    """Who asks, looked up once a request. A sign-in that is over ends here."""
    found = getattr(request, "_standing", None)
    if found is None:
        found = _standing(request)
        request._standing = found  # type: ignore[attr-defined]
    return found


def _standing(request: HttpRequest) -> Standing:
    nobody = Standing(is_founded(), None, frozenset())
    if not nobody.founded or not hasattr(request, "session"):
        return nobody
    user = request.user
    if not isinstance(user, Person) or not user.is_authenticated:
        return nobody
    now = datetime.now(UTC)
    seats = seats_of(user, now)
    began_at, _ = proved_at(request)
    seen = request.session.get(SEEN)
    over = is_over(
        began_at=began_at,
        seen_at=datetime.fromtimestamp(seen, UTC) if isinstance(seen, int) else None,
        administers=SeatKey.REVOPS_ADMIN in seats,
        now=now,
    )
    if over:
        logout(request)
        return nobody
    second = int(now.timestamp())
    if not isinstance(seen, int) or second - seen >= SECONDS_BETWEEN_SIGHTINGS:
        request.session[SEEN] = second
    return Standing(True, user, seats)


class Verdict(Enum):
    """What becomes of a request."""

    GO = "go"
    FIRST_RUN = "set the workspace up first"
    SIGN_IN = "sign in first"
    SIGN_IN_AGAIN = "show again who you are"
    SECOND_FACTOR = "set up a second factor first"
    SHOW_SECOND_FACTOR = "show your second factor first"
    REFUSED = "refused"


ALWAYS_GUARDED = frozenset({Thing.PEOPLE, Thing.AUDIT})
"""Nothing can be shown of these before somebody is there."""


def verdict(request: HttpRequest, rule: Rule) -> Verdict:
    """Hold a request to a rule."""
    if rule.whom is Whom.EVERYBODY:
        return Verdict.GO
    standing = standing_of(request)
    if not standing.founded:
        if rule.whom is Whom.FIRST_RUN:
            return Verdict.GO
        open_ = rule.verb is Verb.SEE and rule.thing not in ALWAYS_GUARDED
        return Verdict.GO if open_ and is_from_here(request) else Verdict.FIRST_RUN
    if standing.person is None:
        return Verdict.SIGN_IN
    if rule.whom is Whom.FIRST_RUN:
        return Verdict.REFUSED
    if rule.verb and rule.thing:
        far = standing.reach(rule.verb, rule.thing)
        if far is None or (rule.whole and far is not Reach.ALL):
            return Verdict.REFUSED
    if rule.second_factor and not showed_second_factor(request):
        there = has_second_factor(standing.person)
        return Verdict.SHOW_SECOND_FACTOR if there else Verdict.SECOND_FACTOR
    if rule.recently and not is_recent(proved_at(request)[1], datetime.now(UTC)):
        return Verdict.SIGN_IN_AGAIN
    return Verdict.GO


def is_from_here(request: HttpRequest) -> bool:
    """True for a browser on the machine that serves: by address, by name, and by no proxy."""
    if any(header in request.META for header in FORWARDED):
        return False
    host, _ = split_domain_port(request.get_host())
    return _is_loopback(request.META.get("REMOTE_ADDR", "")) and (
        host in ("localhost", "testserver") or _is_loopback(host.strip("[]"))
    )


def _is_loopback(address: str) -> bool:
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return False
