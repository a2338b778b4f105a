"""A technology that is in use, or is not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from trivet.numbers.insight.icp.predicates import reading
from trivet.numbers.insight.icp.predicates.condition import Condition, Member
from trivet.numbers.insight.icp.sentence import Sentence, listed, named


@dataclass(frozen=True, slots=True)
class Uses:
    """Any of these technologies is in the attribute, which may list several with `;` between.

    is_not   none of them, where something is known
    """

    attribute: str
    technologies: tuple[str, ...]
    is_not: bool = False
    kind: ClassVar[str] = "uses"

    @classmethod
    def read(cls, told: Mapping[str, object]) -> Uses:
        """Raises   ProfileRefused"""
        reading.only(told, "attribute", "technologies", "is_not")
        return cls(
            reading.text(told, "attribute"),
            reading.texts(told, "technologies"),
            reading.flag(told, "is_not"),
        )

    def document(self) -> dict[str, object]:
        return {
            "kind": self.kind,
            "attribute": self.attribute,
            "technologies": list(self.technologies),
            "is_not": self.is_not,
        }

    @property
    def problems(self) -> list[str]:
        return (
            [] if self.technologies else [f"the set of technologies of {self.attribute} is empty"]
        )

    @property
    def attributes(self) -> tuple[str, ...]:
        return (self.attribute,)

    @property
    def excludes_others(self) -> str:
        return ""

    @property
    def says(self) -> Sentence:
        form = "does_not_use" if self.is_not else "uses"
        values = listed(self.technologies)
        return Sentence.of(form, attribute=named(self.attribute), values=values)

    @property
    def condition(self) -> Condition:
        members = tuple(Member(name.lower()) for name in self.technologies)
        return Condition("contains", self.attribute, is_negated=self.is_not, members=members)
