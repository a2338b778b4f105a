"""How the worked examples of the metric definitions are laid out and read back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any


@dataclass(frozen=True)
class Opener:
    """One of the two ways to ask: through the SQL, or through the second implementation."""

    name: str
    open: Callable[..., AbstractContextManager[Any]]

    @property
    def is_sql(self) -> bool:
        return self.name == "sql"


@dataclass(frozen=True)
class Variant:
    """One row of an example's table: what is asked, and the two numbers it must come from.

    numerator, denominator   in the example's own unit (thousands, or a count)
    shown                    the value as the table prints it
    """

    name: str
    numerator: int
    denominator: int
    shown: str
    options: Mapping[str, object]
    base: Mapping[str, object]
    asked: Mapping[str, object]

    def __str__(self) -> str:
        return self.name


def variant(
    name: str,
    numerator: int,
    denominator: int,
    shown: str,
    *,
    options: Mapping[str, object] | None = None,
    base: Mapping[str, object] | None = None,
    **asked: object,
) -> Variant:
    return Variant(name, numerator, denominator, shown, options or {}, base or {}, asked)


def percent(value: Fraction | None) -> str:
    """A share as the definitions print it: two decimals, halves up."""
    assert value is not None
    hundredths = Decimal(value.numerator * 100) / Decimal(value.denominator)
    return f"{hundredths.quantize(Decimal('0.01'), ROUND_HALF_UP)} %"


def decimals(value: Fraction | None, digits: int) -> str:
    assert value is not None
    exact = Decimal(value.numerator) / Decimal(value.denominator)
    return str(exact.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP))


def companion(figure: Any, label: str) -> Fraction | None:
    """The companion of that label, whatever its case."""
    for found in figure.companions:
        if found.label.casefold() == label.casefold():
            return found.value
    raise AssertionError(f"no companion {label!r} among {[c.label for c in figure.companions]}")


def flagged(figure: Any, *words: str) -> int:
    """Records under the flags whose name holds one of the words; 0 when there is no such flag."""
    return sum(f.records for f in figure.flags if any(word in f.name for word in words))
