"""Money as a whole number of minor units and the currency they are counted in."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from babel.numbers import format_compact_currency, format_currency, get_currency_precision


@cache
def minor_digits(currency: str) -> int:
    """Digits after the decimal point: 2 for EUR, 0 for JPY, 3 for KWD (CLDR, through Babel)."""
    return get_currency_precision(currency)


@dataclass(frozen=True, slots=True)
class Money:
    """An amount. Adding two currencies is an error, never a number.

    minor      whole minor units (cents for EUR)
    currency   ISO 4217 code
    """

    minor: int
    currency: str

    @classmethod
    def of(cls, amount: Decimal | int | str, currency: str) -> Money:
        """Read an amount in major units; half a minor unit rounds to even."""
        scaled = Decimal(amount).scaleb(minor_digits(currency))
        return cls(int(scaled.to_integral_value()), currency)

    @property
    def major(self) -> Decimal:
        return Decimal(self.minor).scaleb(-minor_digits(self.currency))

    def __add__(self, other: Money) -> Money:
        if other.currency != self.currency:
            raise TypeError(f"cannot add {other.currency} to {self.currency}")
        return Money(self.minor + other.minor, self.currency)

    def __str__(self) -> str:
        return format_currency(self.major, self.currency, locale="en_US")

    def compact(self) -> str:
        """For a chart's axis or a tile: `$12.4M`."""
        return str(
            format_compact_currency(self.major, self.currency, locale="en_US", fraction_digits=1)
        )
