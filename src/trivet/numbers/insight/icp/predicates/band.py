"""A number between two limits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar

from trivet.numbers.insight.icp.predicates import reading
from trivet.numbers.insight.icp.predicates.condition import Condition
from trivet.numbers.insight.icp.sentence import Sentence, named, number


@dataclass(frozen=True, slots=True)
class Band:
    """`employees` from 200 to below 2,000; either limit may be missing.

    at_least   belongs to the band
    below      does not
    """

    attribute: str
    at_least: Decimal | None = None
    below: Decimal | None = None
    kind: ClassVar[str] = "band"

    @classmethod
    def read(cls, told: Mapping[str, object]) -> Band:
        """Raises   ProfileRefused"""
        reading.only(told, "attribute", "at_least", "below")
        return cls(
            reading.text(told, "attribute"),
            reading.decimal(told, "at_least"),
            reading.decimal(told, "below"),
        )

    def document(self) -> dict[str, object]:
        return {
            "kind": self.kind,
            "attribute": self.attribute,
            "at_least": self.at_least,
            "below": self.below,
        }

    @property
    def problems(self) -> list[str]:
        if self.at_least is None and self.below is None:
            return [f"the band of {self.attribute} has no limit"]
        if self.at_least is not None and self.below is not None and self.at_least >= self.below:
            limits = f"it ends at {number(self.below)} and starts at {number(self.at_least)}"
            return [f"the band of {self.attribute} is empty: {limits}"]
        return []

    @property
    def attributes(self) -> tuple[str, ...]:
        return (self.attribute,)

    @property
    def excludes_others(self) -> str:
        """Bands of one attribute share this: an account is in one of them at most."""
        return f"band {self.attribute}"

    def overlaps(self, other: Band) -> bool:
        """Whether a number may be in both."""
        starts_before = self.at_least is None or other.below is None or self.at_least < other.below
        ends_after = self.below is None or other.at_least is None or other.at_least < self.below
        return self.attribute == other.attribute and starts_before and ends_after

    @property
    def says(self) -> Sentence:
        given = {"attribute": named(self.attribute)}
        if self.at_least is not None:
            given["at_least"] = number(self.at_least)
        if self.below is not None:
            given["below"] = number(self.below)
        form = "between" if len(given) == 3 else "at_least" if self.below is None else "below"
        return Sentence.of(form, **given)

    @property
    def condition(self) -> Condition:
        return Condition("band", self.attribute, low=self.at_least, below=self.below)
