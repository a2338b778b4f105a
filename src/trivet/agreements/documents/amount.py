"""Money in a definition: minor units where it is kept and hashed, major units where it is read."""

from __future__ import annotations

import re
from decimal import Decimal

from babel.numbers import format_currency

from trivet.vocabulary.money import minor_digits

TYPED = re.compile(r"-?([0-9]{1,3}(,[0-9]{3}){0,4}|[0-9]{1,15})(\.[0-9]{1,6})?")
"""`1250000`, `1,250,000.00`: commas between thousands, a point before what is less than one."""


def read(minor: Decimal, currency: str) -> str:
    """`€1,250,000.00`, every digit of it; minor units where the currency is not known."""
    if not currency:
        return f"{minor:f}"
    major = _exact(minor.scaleb(-minor_digits(currency)), currency)
    return str(format_currency(major, currency, locale="en_US", decimal_quantization=False))


def typed(minor: Decimal, currency: str) -> str:
    """The same as somebody types it: `1,250,000.00`."""
    return (
        f"{_exact(minor.scaleb(-minor_digits(currency)), currency):,f}"
        if currency
        else f"{minor:f}"
    )


def minor_of(text: str, currency: str) -> Decimal | None:
    """Minor units of what was typed; None if it is no amount of this currency."""
    digits = minor_digits(currency) if currency else 0
    if not TYPED.fullmatch(text):
        return None
    minor = Decimal(text.replace(",", "")).scaleb(digits)
    return minor if minor == minor.to_integral_value() else None


def example(currency: str) -> str:
    """An amount as it may be typed."""
    return f"{1_250_000:,.{minor_digits(currency) if currency else 0}f}"


def _exact(major: Decimal, currency: str) -> Decimal:
    """With as many decimals as the currency has, and more only where the amount has more."""
    least = Decimal(1).scaleb(-minor_digits(currency))
    rounded = major.quantize(least)
    return rounded if rounded == major else major.normalize()
