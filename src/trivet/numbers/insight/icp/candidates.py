"""Tests that could be made of what the company's data has: what is looked for in it.

None of them is a suggestion. They are judged together, so that whoever looks at a hundred of them
is not told what chance brings to five.
"""

from __future__ import annotations

from collections.abc import Iterator
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
from trivet.numbers.insight.icp.section import Section

POINTS = 15
"""Of every criterion that the data brings up. How much one is worth beside another is decided."""

VALUES_TRIED = 8
LIMITS_TRIED = 12
TITLES_TRIED = 8
WINDOW_DAYS = 180
LONGEST = 48
"""Of a name, in an id: the place of the value stands behind it."""

STEPS = ((1, 2, 5), (1, 3), (1,))
"""Round numbers of each power of ten, fewer of them where the range is wide."""

TECHNOLOGY = ("tech", "stack", "software", "tool", "platform")
PROBLEM = ("problem", "pain", "challenge", "need", "use_case")


def candidates(known: Askable) -> list[Criterion]:
    """Everything that is tried: values, limits, what people do, and who is known there."""
    found: list[Criterion] = []
    for attribute in known.attributes:
        found += [*value_tests(attribute), *_limits(attribute)]
    kinds = [event.kind for event in known.events if event.source == "touchpoint"]
    found += [
        Criterion(
            f"did_{kind}",
            Section.BEHAVIOURAL,
            Happened("touchpoint", (kind,), Decimal(1), WINDOW_DAYS),
            POINTS,
        )
        for kind in kinds
    ]
    found += [
        Criterion(
            f"title_{place}",
            Section.BUYING_COMMITTEE,
            Committee((Persona(title.value, (title.value.lower(),)),), 1),
            POINTS,
        )
        for place, title in enumerate(known.titles[:TITLES_TRIED], start=1)
    ]
    return found


def value_tests(attribute: Attribute) -> Iterator[Criterion]:
    """One for each of its commonest values; none of a field that says nothing about fit.

    Of an opportunity's own field nobody knows when it was filled in.
    """
    if not _may_tell(attribute):
        return
    spelled: set[str] = set()
    for place, value in enumerate(attribute.values[:VALUES_TRIED], start=1):
        # A test asks in any case: another spelling would be the same test under another name.
        if value.value.casefold() in spelled:
            continue
        spelled.add(value.value.casefold())
        names, name = (value.value,), attribute.name
        test: OneOf | Uses | HasProblem = OneOf(name, names)
        section = Section.FIRMOGRAPHIC
        if any(word in name for word in PROBLEM):
            test, section = HasProblem(name, names), Section.BUSINESS_PROBLEM
        elif attribute.kind == "several":
            test, section = Uses(name, names), Section.TECHNOGRAPHIC
        elif any(word in name for word in TECHNOLOGY):
            section = Section.TECHNOGRAPHIC
        yield Criterion(f"{name[:LONGEST]}_{place}", section, test, POINTS)


def _limits(attribute: Attribute) -> Iterator[Criterion]:
    """A number from each round limit on, and below it."""
    if not _may_tell(attribute) or attribute.low is None or attribute.high is None:
        return
    for place, limit in enumerate(_round_numbers(attribute.low, attribute.high), start=1):
        for side, band in (
            ("from", Band(attribute.name, limit)),
            ("below", Band(attribute.name, None, limit)),
        ):
            name = f"{attribute.name[:LONGEST]}_{side}_{place}"
            yield Criterion(name, Section.FIRMOGRAPHIC, band, POINTS)


def _round_numbers(low: Decimal, high: Decimal) -> list[Decimal]:
    """1, 2, 5, 10, 20 ... between two numbers, at most LIMITS_TRIED of them."""
    found: list[Decimal] = []
    if high <= 0:
        return found
    for steps in STEPS:
        found = [
            step * power
            for exponent in range(-6, high.adjusted() + 1)
            for power in (Decimal(10) ** exponent,)
            for step in steps
            if low < step * power <= high
        ]
        if len(found) <= LIMITS_TRIED:
            break
    return found[-LIMITS_TRIED:]


def _may_tell(attribute: Attribute) -> bool:
    return (
        not attribute.about_seller
        and attribute.record_kind != "opportunity"
        and not name_leaks(attribute.name)
    )
