"""A text that is one of several."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from trivet.numbers.insight.icp.predicates import reading
from trivet.numbers.insight.icp.predicates.condition import Condition, Member
from trivet.numbers.insight.icp.sentence import Sentence, listed, named


@dataclass(frozen=True, slots=True)
class OneOf:
    """`industry` is Logistics or Retail, in any case.

    is_not   none of them, where something is known
    """

    attribute: str
    values: tuple[str, ...]
    is_not: bool = False
    kind: ClassVar[str] = "one_of"

    @classmethod
    def read(cls, told: Mapping[str, object]) -> OneOf:
        """Raises   ProfileRefused"""
        reading.only(told, "attribute", "values", "is_not")
        return cls(
            reading.text(told, "attribute"),
            reading.texts(told, "values"),
            reading.flag(told, "is_not"),
        )

    def document(self) -> dict[str, object]:
        return {
            "kind": self.kind,
            "attribute": self.attribute,
            "values": list(self.values),
            "is_not": self.is_not,
        }

    @property
    def problems(self) -> list[str]:
        return [] if self.values else [f"the set of values of {self.attribute} is empty"]

    @property
    def attributes(self) -> tuple[str, ...]:
        return (self.attribute,)

    @property
    def excludes_others(self) -> str:
        """Sets of one attribute share this: an account has one value."""
        return "" if self.is_not else f"one_of {self.attribute}"

    def overlaps(self, other: OneOf) -> bool:
        """Whether an account may be in both sets."""
        own = {value.casefold() for value in self.values}
        theirs = {value.casefold() for value in other.values}
        return self.attribute == other.attribute and bool(own & theirs)

    @property
    def says(self) -> Sentence:
        form = "not_one_of" if self.is_not else "one_of"
        return Sentence.of(form, attribute=named(self.attribute), values=listed(self.values))

    @property
    def condition(self) -> Condition:
        members = tuple(Member(value.lower()) for value in self.values)
        return Condition("equal", self.attribute, is_negated=self.is_not, members=members)
