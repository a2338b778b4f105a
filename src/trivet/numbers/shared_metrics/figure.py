"""What a metric answers: a frozen figure that can always be opened onto its rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Any

from trivet.vocabulary.period import Period


class Status(StrEnum):
    """Whether a figure may be quoted.

    FINAL            it has a value, and nothing is known that will change it or speaks against it
    PROVISIONAL      its period's books are open, or what is loaded contradicts it: `reason` says
    NOT_COMPUTABLE   it has no value, and `reason` says why
    """

    FINAL = "final"
    PROVISIONAL = "provisional"
    NOT_COMPUTABLE = "not_computable"


class Unit(StrEnum):
    """What a figure counts, and so how it is displayed."""

    SHARE = "share"
    DAYS = "days"
    HOURS = "hours"
    MULTIPLE = "multiple"
    MONEY_A_DAY = "money_a_day"
    MONEY = "money"
    COUNT = "count"


@dataclass(frozen=True, slots=True)
class Interval:
    """A confidence interval of a share, 0 to 1 (Wilson, 95 %)."""

    low: float
    high: float
    level: float = 0.95


@dataclass(frozen=True, slots=True)
class Factor:
    """One of the numbers that a figure is multiplied from, in its own unit.

    divides   the figure is divided by it
    """

    label: str
    value: Fraction
    unit: Unit
    divides: bool = False


@dataclass(frozen=True, slots=True)
class Companion:
    """A number shown beside the figure so that it cannot mislead alone.

    unit              how to display `value`; money is in minor units of the company's currency
    definition_hash   of what it was counted under, where it asked a question of its own
    query_hash        of that question; empty where the figure's own rows answered
    rows_hash         of the rows of that question, where they were asked for, to be frozen
    """

    label: str
    value: Fraction | None
    unit: Unit
    says: str = ""
    definition_hash: str = ""
    query_hash: str = ""
    rows_hash: str = ""


@dataclass(frozen=True, slots=True)
class Flag:
    """Something about some of the rows that a reader should know.

    contradicts   the records cannot be as they say: too many of them, and the figure is not final
    """

    name: str
    records: int
    says: str
    contradicts: bool = False


@dataclass(frozen=True, slots=True)
class Figure:
    """One metric, over one period, for one scope, from one build, under one definition.

    value          exact, or None when there is none; `reason` then says why
    numerator      sum over the rows; money in minor units of the company's currency
    denominator    sum over the rows
    records        number of rows
    scope          the dimension values asked for, such as {"region": "EMEA"}
    rows_hash      SHA-256 over the rows, sorted by record
    data_as_of     per source, the instant its newest export was made
    agreed_version the number that the definition in force has within its document; 0 for a draft
    by_ruling      the definition is in force by a ruling of the CEO, without all its signatures
    factors        of a product: what it is multiplied from; its two sums alone do not make it
    """

    metric: str
    period: Period
    unit: Unit
    value: Fraction | None
    numerator: Fraction | None
    denominator: Fraction | None
    records: int
    status: Status
    reason: str
    definition_hash: str
    query_hash: str
    rows_hash: str
    build: str
    data_as_of: Mapping[str, datetime]
    scope: Mapping[str, str] = field(default_factory=dict)
    interval: Interval | None = None
    companions: tuple[Companion, ...] = ()
    flags: tuple[Flag, ...] = ()
    segments: tuple[Figure, ...] = ()
    agreed_version: int = 0
    by_ruling: bool = False
    factors: tuple[Factor, ...] = ()

    def __post_init__(self) -> None:
        if self.value is None and self.status is Status.FINAL:
            raise ValueError(f"{self.metric} of {self.period.key} has no value and is called final")

    def without_value(self, reason: str, **also: Any) -> Figure:
        """The same figure with no value, and why: whatever has none is not final."""
        status = Status.NOT_COMPUTABLE if self.status is Status.FINAL else self.status
        return replace(self, value=None, reason=reason, status=status, **also)

    @property
    def is_empty(self) -> bool:
        """Whether all was counted, and there was nothing to divide by."""
        return self.value is None and self.numerator is not None

    @property
    def is_settled(self) -> bool:
        """Whether a book may hold it: it is final, or all was counted and came to nothing."""
        return self.status is Status.FINAL or (
            self.status is Status.NOT_COMPUTABLE and self.is_empty
        )

    @property
    def agreed(self) -> bool:
        """Whether the definition it was counted under is in force: signed by all, or ruled for."""
        return self.agreed_version > 0

    def as_json(self) -> dict[str, object]:
        """The object `trivet metric --json` prints: numbers are exact decimal text.

        A value that has no finite decimal form is given to twelve significant digits.
        """
        shown: dict[str, object] = {
            "metric": self.metric,
            "period": {"start": self.period.start.isoformat(), "end": self.period.end.isoformat()},
            "value": decimal_text(self.value),
            "numerator": decimal_text(self.numerator),
            "denominator": decimal_text(self.denominator),
            "records": self.records,
            "status": str(self.status),
            "reason": self.reason or None,
            "agreed": self.agreed,
            "definition_hash": self.definition_hash,
            "query_hash": self.query_hash,
            "rows_hash": self.rows_hash,
            "build": self.build,
            "data_as_of": {name: at.isoformat() for name, at in sorted(self.data_as_of.items())},
        }
        if self.agreed:
            shown["agreed_version"] = self.agreed_version
            shown["by_ruling"] = self.by_ruling
        if self.scope:
            shown["scope"] = dict(self.scope)
        if self.factors:
            shown["factors"] = [
                {
                    "label": f.label,
                    "value": decimal_text(f.value),
                    "unit": str(f.unit),
                    "divides": f.divides,
                }
                for f in self.factors
            ]
        if self.interval:
            shown["interval"] = {
                "low": f"{self.interval.low:.6f}",
                "high": f"{self.interval.high:.6f}",
                "level": f"{self.interval.level:.2f}",
            }
        if self.companions:
            shown["companions"] = [
                {"label": c.label, "value": decimal_text(c.value), "unit": str(c.unit)}
                for c in self.companions
            ]
        if self.flags:
            shown["flags"] = [
                {"name": f.name, "records": f.records, "says": f.says}
                | ({"contradicts": True} if f.contradicts else {})
                for f in self.flags
            ]
        if self.segments:
            shown["segments"] = [segment.as_json() for segment in self.segments]
        return shown


def decimal_text(value: Fraction | None) -> str | None:
    """An exact fraction as decimal text, or to twelve significant digits when it never ends."""
    if value is None:
        return None
    quotient = Decimal(value.numerator) / Decimal(value.denominator)
    if Fraction(quotient) != value:
        quotient = Decimal(f"{quotient:.12g}")
    text = format(quotient, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
