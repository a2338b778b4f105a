"""What foreign money is worth at home, on a day."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from tests.oracles.company import RecordedCompany
from tests.oracles.reading import DIGITS, half_away_from_zero


def rate(company: RecordedCompany, currency: str, kind: str, day: date) -> Decimal:
    """What a unit is worth on a day; without a rate of that kind, the other kind's.

    Before the first rate, the first one.
    """
    if currency == company.currency:
        return Decimal(1)
    other = {"plan": "spot", "spot": "plan"}[kind]
    for wanted in (kind, other):
        rates = sorted(
            (row["valid_from"], Decimal(str(row["rate"])))
            for row in company["fx_rate"]
            if row["currency"] == currency and (row["kind"] or "plan") == wanted
        )
        if rates:
            past = [value for valid_from, value in rates if valid_from <= day]
            return past[-1] if past else rates[0][1]
    raise AssertionError(f"no rate for {currency}")


def converted(company: RecordedCompany, minor: int, currency: str, at: Decimal) -> int:
    """Minor units of `currency` as whole minor units of the company's currency."""
    shift = DIGITS.get(company.currency, 2) - DIGITS.get(currency, 2)
    return half_away_from_zero((Decimal(minor) * at).scaleb(shift))
