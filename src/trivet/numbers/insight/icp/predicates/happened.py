"""Something that happened often enough, not too long ago, the recent counting more if asked."""

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
LONGEST_HALF_LIFE = 3_650


@dataclass(frozen=True, slots=True)
class Happened:
    """Three demo requests in 90 days; usage counts by quantity, the others by how many.

    Days are the company's, and an age is in whole days of it: what happened on the day that is
    asked for is 0 days old.

    source           touchpoint, product_usage or expansion_signal
    kinds            kinds of touchpoint or signal, or measures of usage
    half_life_days   after so many days it counts half, after twice as many a quarter: each day's
                     count times 2^(-age / half_life_days); None where age makes no difference
    most_a_day       the most that one day counts, all kinds together and before it fades: who
                     clicks ten times in an hour is interested once; None where nothing is capped
    """

    source: str
    kinds: tuple[str, ...]
    at_least: Decimal
    within_days: int
    half_life_days: int | None = None
    most_a_day: Decimal | None = None
    kind: ClassVar[str] = "happened"

    @classmethod
    def read(cls, told: Mapping[str, object]) -> Happened:
        """Raises   ProfileRefused"""
        reading.only(
            told, "source", "kinds", "at_least", "within_days", "half_life_days", "most_a_day"
        )
        return cls(
            reading.text(told, "source"),
            reading.texts(told, "kinds"),
            reading.decimal(told, "at_least") or Decimal(0),
            reading.whole(told, "within_days"),
            reading.whole(told, "half_life_days") if "half_life_days" in told else None,
            reading.decimal(told, "most_a_day"),
        )

    def document(self) -> dict[str, object]:
        """What is not asked is not written: a document signed before it could be keeps its hash."""
        found: dict[str, object] = {
            "kind": self.kind,
            "source": self.source,
            "kinds": list(self.kinds),
            "at_least": self.at_least,
            "within_days": self.within_days,
        }
        if self.half_life_days is not None:
            found["half_life_days"] = self.half_life_days
        if self.most_a_day is not None:
            found["most_a_day"] = self.most_a_day
        return found

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
        half_life = self.half_life_days
        if half_life is not None and not 1 <= half_life <= LONGEST_HALF_LIFE:
            found.append(f"a half-life is 1 to {LONGEST_HALF_LIFE:,} days, not {half_life}")
        if self.most_a_day is not None and self.most_a_day <= 0:
            found.append(f"at most {number(self.most_a_day)} a day is nothing")
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
        given = {
            "kinds": listed(kinds).capitalize() if self.source == "touchpoint" else listed(kinds),
            "at_least": number(self.at_least),
            "within_days": str(self.within_days),
        }
        form = FORMS.get(self.source, "touched")
        if self.half_life_days is not None:
            form, given["half_life_days"] = f"{form}_fading", str(self.half_life_days)
        if self.most_a_day is not None:
            form, given["most_a_day"] = f"{form}_capped", number(self.most_a_day)
        return Sentence.of(form, **given)

    @property
    def condition(self) -> Condition:
        return Condition(
            self.source,
            least=self.at_least,
            within_days=self.within_days,
            half_life_days=self.half_life_days,
            most_a_day=self.most_a_day,
            members=tuple(Member(name.lower()) for name in self.kinds),
        )
