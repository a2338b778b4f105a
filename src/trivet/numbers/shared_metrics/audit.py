"""What must hold between measured figures, whatever the company: checked before a build answers.

Source   reliability.md 3: I3 (retention), I4 (parts of pipeline), I5 (shares)
"""

from __future__ import annotations

from collections.abc import Iterable

from trivet.numbers.shared_metrics.figure import Figure, Unit

WITHIN_ONE = frozenset(
    {
        "marketing_sourced_pipeline",
        "win_rate",
        "expansion_pipeline",
        "gross_revenue_retention",
        "follow_up_sla",
    }
)
"""Shares of a whole: never below 0 or above 1."""


def broken(figures: Iterable[Figure]) -> list[str]:
    """Every sentence that should hold between the figures of one build and does not."""
    found: list[str] = []
    by_period: dict[str, dict[str, Figure]] = {}
    for figure in figures:
        by_period.setdefault(figure.period.key, {})[figure.metric] = figure
    for period, measured in sorted(by_period.items()):
        found += [f"{says} ({period})" for says in _shares(measured)]
        found += [f"{says} ({period})" for says in _between(measured)]
    return found


def _shares(measured: dict[str, Figure]) -> list[str]:
    return [
        f"{name} is {float(figure.value):.4f}, not between 0 and 1"
        for name, figure in measured.items()
        if name in WITHIN_ONE
        and figure.unit is Unit.SHARE
        and figure.value is not None
        and not 0 <= figure.value <= 1
    ]


def _between(measured: dict[str, Figure]) -> list[str]:
    found = []
    net = measured.get("net_revenue_retention")
    gross = measured.get("gross_revenue_retention")
    if net and gross and net.value is not None and gross.value is not None:
        if gross.value > net.value:
            found.append("gross_revenue_retention is above net_revenue_retention")
        if gross.denominator != net.denominator:
            found.append("net and gross retention follow different opening ARR")
    sourced = measured.get("marketing_sourced_pipeline")
    expansion = measured.get("expansion_pipeline")
    if sourced and expansion and sourced.value is not None and expansion.value is not None:
        here = (sourced.denominator, sourced.records)
        if here != (expansion.denominator, expansion.records):
            found.append("sourced share and expansion share divide by different pipeline")
    return found
