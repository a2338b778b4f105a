"""A business problem that somebody wrote down."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from trivet.numbers.insight.icp.predicates import reading
from trivet.numbers.insight.icp.predicates.condition import Condition, Member
from trivet.numbers.insight.icp.sentence import Sentence, listed, named


@dataclass(frozen=True, slots=True)
class HasProblem:
    """Any of these problems is in a picklist or tag, which may list several with `;` between."""

    attribute: str
    problems_named: tuple[str, ...]
    kind: ClassVar[str] = "has_problem"

    @classmethod
    def read(cls, told: Mapping[str, object]) -> HasProblem:
        """Raises   ProfileRefused"""
        reading.only(told, "attribute", "problems")
        return cls(reading.text(told, "attribute"), reading.texts(told, "problems"))

    def document(self) -> dict[str, object]:
        return {
            "kind": self.kind,
            "attribute": self.attribute,
            "problems": list(self.problems_named),
        }

    @property
    def problems(self) -> list[str]:
        return [] if self.problems_named else [f"the set of problems of {self.attribute} is empty"]

    @property
    def attributes(self) -> tuple[str, ...]:
        return (self.attribute,)

    @property
    def excludes_others(self) -> str:
        return ""

    @property
    def says(self) -> Sentence:
        values = listed(self.problems_named)
        return Sentence.of("problem", attribute=named(self.attribute), values=values)

    @property
    def condition(self) -> Condition:
        members = tuple(Member(name.lower()) for name in self.problems_named)
        return Condition("contains", self.attribute, members=members)
