"""The closed set of tests a criterion may make: each a frozen dataclass, one noun a file.

A test says what holds of an account at an instant. It is read from and written to the profile's
document, says itself in a sentence, and becomes rows that one query reads: never SQL text.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

from trivet.errors import ProfileRefused
from trivet.numbers.insight.icp.predicates.band import Band
from trivet.numbers.insight.icp.predicates.committee import Committee, Persona
from trivet.numbers.insight.icp.predicates.happened import Happened
from trivet.numbers.insight.icp.predicates.one_of import OneOf
from trivet.numbers.insight.icp.predicates.problem import HasProblem
from trivet.numbers.insight.icp.predicates.uses import Uses

Predicate: TypeAlias = Band | OneOf | Uses | Happened | Committee | HasProblem

PREDICATES: Mapping[str, type[Predicate]] = {
    Band.kind: Band,
    OneOf.kind: OneOf,
    Uses.kind: Uses,
    Happened.kind: Happened,
    Committee.kind: Committee,
    HasProblem.kind: HasProblem,
}
"""By the word that names it in a document."""


def read_predicate(told: object) -> Predicate:
    """A test from its document. Raises   ProfileRefused"""
    if not isinstance(told, Mapping) or told.get("kind") not in PREDICATES:
        kind = told.get("kind") if isinstance(told, Mapping) else told
        raise ProfileRefused(
            "there is no test %(kind)s",
            remedy="Choose one of %(predicates)s.",
            kind=repr(kind),
            predicates=", ".join(PREDICATES),
        )
    return PREDICATES[str(told["kind"])].read(told)


__all__ = [
    "PREDICATES",
    "Band",
    "Committee",
    "Happened",
    "HasProblem",
    "OneOf",
    "Persona",
    "Predicate",
    "Uses",
    "read_predicate",
]
