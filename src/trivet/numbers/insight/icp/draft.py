"""A first profile for a company that has none: something to argue about, from what its data has.

It takes what is common among the accounts, never what won: a draft that looked at outcomes would
be taken for evidence.
"""

from __future__ import annotations

from decimal import Decimal

from trivet.numbers.insight.icp.attributes import Askable, Attribute
from trivet.numbers.insight.icp.criterion import Criterion
from trivet.numbers.insight.icp.leak import name_leaks
from trivet.numbers.insight.icp.predicates import (
    Band,
    Committee,
    Happened,
    HasProblem,
    OneOf,
    Persona,
    Uses,
)
from trivet.numbers.insight.icp.profile import Profile
from trivet.numbers.insight.icp.section import Section

LEAST_KNOWN = 0.2
"""An attribute known of fewer accounts is not worth starting with."""

FIRMOGRAPHIC = ("segment", "industry", "region", "country")
TECHNOLOGY = ("tech", "stack", "software", "tool", "platform")
PROBLEM = ("problem", "pain", "challenge", "need", "use_case")
INTEREST = ("demo_request", "content", "form", "event_attended", "reply")
LEADING = ("chief", "vp", "president", "head", "director")
PERSONAS = 3
NOTE = "Proposed from what the data has; nobody has agreed to it yet."


def draft(known: Askable) -> Profile:
    """A criterion for each section that the data has something for.

    Raises   nothing: without any data it is a profile without criteria, which its problems say
    """
    found: list[Criterion] = []
    size = known.attribute("employees")
    if size is not None and size.kind == "number" and size.known_share >= LEAST_KNOWN:
        found.append(_scores("size", Section.FIRMOGRAPHIC, Band("employees", Decimal(50)), 20))
    plain = [each for name in FIRMOGRAPHIC if (each := known.attribute(name)) is not None]
    for attribute in [each for each in plain if _is_usable(each)][:2]:
        values = tuple(value.value for value in attribute.values[:2])
        test = OneOf(attribute.name, values)
        found.append(_scores(attribute.name, Section.FIRMOGRAPHIC, test, 15))
    technology = _named(known, TECHNOLOGY)
    if technology is not None:
        names = tuple(value.value for value in technology.values[:2])
        test_uses = Uses(technology.name, names)
        found.append(_scores("technology", Section.TECHNOGRAPHIC, test_uses, 15))
    kinds = {event.kind for event in known.events if event.source == "touchpoint"}
    interest = tuple(kind for kind in INTEREST if kind in kinds)[:2]
    if interest:
        happened = Happened("touchpoint", interest, Decimal(1), 180)
        found.append(_scores("in_market", Section.BEHAVIOURAL, happened, 20))
    personas = _personas(known)
    if personas:
        committee = Committee(personas, min(2, len(personas)))
        found.append(_scores("committee", Section.BUYING_COMMITTEE, committee, 15))
    problem = _named(known, PROBLEM)
    if problem is not None:
        names = tuple(value.value for value in problem.values[:2])
        has = HasProblem(problem.name, names)
        found.append(_scores("problem", Section.BUSINESS_PROBLEM, has, 10))
    if size is not None and size.kind == "number":
        too_small = Band("employees", None, Decimal(10))
        found.append(Criterion("too_small", Section.DISQUALIFIER, too_small, 0, NOTE))
    return Profile(tuple(found))


def _scores(name: str, section: Section, test: object, points: int) -> Criterion:
    assert isinstance(test, Band | OneOf | Uses | Happened | Committee | HasProblem)
    return Criterion(name, section, test, points, NOTE)


def _is_usable(attribute: Attribute) -> bool:
    return (
        attribute.kind == "one"
        and attribute.known_share >= LEAST_KNOWN
        and not attribute.about_seller
        and not name_leaks(attribute.name)
        and len(attribute.values) > 1
    )


def _named(known: Askable, words: tuple[str, ...]) -> Attribute | None:
    """The attribute whose name has one of these words, the best known first."""
    fitting = [
        each
        for each in known.attributes
        if any(word in each.name for word in words) and each.kind != "number" and each.values
    ]
    return max(fitting, key=lambda each: each.known, default=None)


def _personas(known: Askable) -> tuple[Persona, ...]:
    """The commonest leading titles, each a persona."""
    leading = [
        title.value
        for title in known.titles
        if any(word in LEADING for word in title.value.lower().split())
    ]
    return tuple(Persona(title, (title.lower(),)) for title in leading[:PERSONAS])
