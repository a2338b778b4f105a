"""What each quarter's new customers still pay, quarter after quarter, as a map in five steps."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from trivet.numbers.charts.theme import Spec, Theme, chart, listed

STEPS = (("low2", 90.0), ("low1", 97.5), ("middle", 102.5), ("high1", 110.0))
"""A cell below the second number has the first's tone; from 110 on it is `high2`."""


def step_of(percent: float) -> str:
    """The tone of a cell: five steps around "kept exactly what they paid"."""
    for tone, below in STEPS:
        if percent < below:
            return tone
    return "high2"


@dataclass(frozen=True, slots=True)
class CohortRow:
    """One quarter's new customers.

    percents   what they paid at the end of quarter 0, 1, 2 ... against the first; None later on
    """

    label: str
    percents: tuple[float | None, ...]


def kept_after(cohort: str, quarters: int, percent: str) -> str:
    """What a cell says to those who cannot see it."""
    return f"{cohort} after {quarters} quarter{'' if quarters == 1 else 's'}: {percent}"


def cohort_map(
    cohorts: Sequence[CohortRow],
    theme: Theme,
    *,
    says: Callable[[str, int, str], str] = kept_after,
    width: int = 304,
    height: int = 220,
) -> Spec:
    """A cell a cohort and quarter, its percentage written in it."""
    cells: list[Spec] = []
    for cohort in cohorts:
        for quarter, percent in enumerate(cohort.percents):
            if percent is None:
                continue
            tone = step_of(percent)
            cells.append(
                {
                    "cohort": cohort.label,
                    "quarter": f"+{quarter}",
                    "text": f"{percent:.0f}",
                    "tone": tone,
                    "writing": "strong" if tone == "high2" else "plain",
                    "says": says(cohort.label, quarter, f"{percent:.1f}%"),
                }
            )
    quarters = max((len(cohort.percents) for cohort in cohorts), default=1)
    x: Spec = {
        "field": "quarter",
        "type": "ordinal",
        "scale": {"domain": [f"+{q}" for q in range(quarters)], "padding": 0.07},
        "axis": {"orient": "top", "labelAngle": 0, "labelPadding": 5},
    }
    y: Spec = {
        "field": "cohort",
        "type": "ordinal",
        "scale": {"domain": [cohort.label for cohort in cohorts], "padding": 0.09},
        "axis": {"labelPadding": 6},
    }
    tones = {
        tone: str(getattr(theme, tone)) for tone in ("low2", "low1", "middle", "high1", "high2")
    }
    writing = {"plain": theme.ink, "strong": theme.on_strong}
    return chart(
        theme,
        width,
        height,
        [
            {
                "data": {"values": cells},
                "mark": {"type": "rect", "cornerRadius": 3, "aria": True},
                "encoding": {
                    "x": x,
                    "y": y,
                    "color": listed("tone", tones),
                    "description": {"field": "says"},
                },
            },
            {
                "data": {"values": cells},
                "mark": {"type": "text"},
                "encoding": {
                    "x": x,
                    "y": y,
                    "text": {"field": "text"},
                    "color": listed("writing", writing),
                },
            },
        ],
        resolve={"scale": {"color": "independent"}},
    )
