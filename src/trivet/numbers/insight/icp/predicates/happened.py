"""Something that happened often enough, not too long ago."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar

from trivet.numbers.insight.icp.predicates import reading
from trivet.numbers.insight.icp.predicates.condition import Condition, Member
from trivet.numbers.insight.icp.sentence import Sentence, listed, number

SOURCES = ("touchpoint", "product_usage", "expansion_signal")
TOUCHES = (
    "form",
    "event_attended",
    "content",
    "demo_request",
    "reply",
    "event_registered",
    "email_opened",
    "email_clicked",
    "page_visited",
    "ad_clicked",
    "chat",
)
"""What people do. What was sent to them, and what nobody named, shows no interest."""

FORMS = {"touchpoint": "touched", "product_usage": "used", "expansion_signal": "signalled"}


@dataclass(frozen=True, slots=True)
class Happened:
    """Three demo requests in 90 days; usage counts by quantity, the others by how many.

    source   touchpoint, product_usage or expansion_signal
    kinds    kinds of touchpoint or signal, or measures of usage
    """

    source: str
    kinds: tuple[str, ...]
    at_least: Decimal
    within_days: int
    kind: ClassVar[str] = "happened"

    @classmethod
    def read(cls, told: Mapping[str, object]) -> Happened:
        """Raises   ProfileRefused"""
        reading.only(told, "source", "kinds", "at_least", "within_days")
        return cls(
            reading.text(told, "source"),
            reading.texts(told, "kinds"),
            reading.decimal(told, "at_least") or Decimal(0),
            reading.whole(told, "within_days"),
        )

    def document(self) -> dict[str, object]:
        return {
            "kind": self.kind,
            "source": self.source,
            "kinds": list(self.kinds),
            "at_least": self.at_least,
            "within_days": self.within_days,
        }

    @property
    def problems(self) -> list[str]:
        found = []
        if self.source not in SOURCES:
            found.append(f"nothing happens in {self.source!r}, only in {', '.join(SOURCES)}")
        if not self.kinds:
            found.append(f"the set of kinds of {self.source} is empty")
        if self.source == "touchpoint":
            unknown = [name for name in self.kinds if name not in TOUCHES]
            found += [f"{name!r} is no kind of touchpoint a person makes" for name in unknown]
        if self.at_least <= 0:
            found.append(f"at least {number(self.at_least)} is always so")
        if self.within_days < 1:
            found.append(f"a window of {self.within_days} days holds nothing")
        return found

    @property
    def attributes(self) -> tuple[str, ...]:
        return ()

    @property
    def excludes_others(self) -> str:
        return ""

    @property
    def says(self) -> Sentence:
        kinds = [name.replace("_", " ") for name in self.kinds]
        return Sentence.of(
            FORMS.get(self.source, "touched"),
            kinds=listed(kinds).capitalize() if self.source == "touchpoint" else listed(kinds),
            at_least=number(self.at_least),
            within_days=str(self.within_days),
        )

    @property
    def condition(self) -> Condition:
        return Condition(
            self.source,
            least=self.at_least,
            within_days=self.within_days,
            members=tuple(Member(name.lower()) for name in self.kinds),
        )
