"""Whether a figure stands where its definition says it should."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from django.utils.translation import gettext

from trivet.numbers.charts.trend import Band
from trivet.numbers.shared_metrics.definition import Definition
from trivet.numbers.shared_metrics.figure import Unit
from trivet.web import words


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a figure stands.

    tone     good, off or none
    text     `In target 18 to 22%`, `Below target 40%`
    distance how far outside, in the metric's own unit; 0 inside
    """

    tone: str
    text: str
    distance: float = 0.0


@dataclass(frozen=True, slots=True)
class Target:
    """The ends of the band, exact, either of them open."""

    low: Fraction | None
    high: Fraction | None

    def band(self, unit: Unit, currency: str) -> Band:
        return Band(
            words.plotted(self.low, unit, currency), words.plotted(self.high, unit, currency)
        )

    def words(self, unit: Unit, currency: str) -> str:
        low = _short(self.low, unit, currency)
        high = _short(self.high, unit, currency)
        if self.low is None:
            return gettext("at most %(edge)s") % {"edge": high}
        if self.high is None:
            return gettext("at least %(edge)s") % {"edge": low}
        shown = words.amount(self.low, unit, currency)
        plain = low.removesuffix(shown.unit).rstrip() if shown.unit else low
        return f"{plain}{words.NO_NUMBER}{high}"

    def standing(self, value: Fraction | None, unit: Unit, rises: bool, currency: str) -> Standing:
        if value is None:
            return Standing("none", "")
        said = {"target": self.words(unit, currency)}
        if self.low is not None and value < self.low:
            gap = float((self.low - value) / (abs(self.low) or 1))
            return Standing(
                "off" if rises else "good", gettext("Below target, %(target)s") % said, gap * rises
            )
        if self.high is not None and value > self.high:
            gap = float((value - self.high) / (abs(self.high) or 1))
            return Standing(
                "good" if rises else "off",
                gettext("Above target, %(target)s") % said,
                gap * (not rises),
            )
        return Standing("good", gettext("On target, %(target)s") % said)


def target_of(definition: Definition, horizon: int = 0) -> Target | None:
    """The definition's target, or None when it names none.

    horizon   how many periods ahead of the running one is asked for
    """
    found = definition.target.at(horizon) if definition.target else None
    if found is None:
        return None
    low, high = (Fraction(edge) if edge else None for edge in (found.low, found.high))
    return None if low is None and high is None else Target(low, high)


def _short(value: Fraction | None, unit: Unit, currency: str) -> str:
    if value is None:
        return ""
    shown = words.amount(value, unit, currency)
    number = shown.number.rstrip("0").rstrip(".") if "." in shown.number else shown.number
    return str(words.Amount(number, shown.unit))
