"""Recurring revenue from opening to closing, one bar a kind of movement."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from trivet.numbers.charts.theme import Spec, Theme, chart, listed


@dataclass(frozen=True, slots=True)
class Step:
    """One bar.

    amount   in the unit of the axis (millions of a currency); a level for the ends, else a change
    shown    the amount as text, drawn above the bar
    is_level   True for the opening and the closing bar
    """

    label: str
    amount: float
    shown: str
    is_level: bool = False
    says: str = ""


def starts_at(steps: Sequence[Step]) -> float:
    """Where the value axis starts: zero, unless the movements would be too small to see.

    The page has to say so in words whenever it is not zero.
    """
    levels = _levels(steps)
    low, high = min(levels), max(levels)
    if low <= 0 or high - low > 0.45 * high:
        return min(0.0, low)
    return max(0.0, low - 1.1 * max(high - low, high * 0.02))


def _levels(steps: Sequence[Step]) -> list[float]:
    at = 0.0
    levels = []
    for step in steps:
        at = step.amount if step.is_level else at + step.amount
        levels.append(at)
    return levels or [0.0]


def waterfall(steps: Sequence[Step], theme: Theme, *, width: int = 304, height: int = 220) -> Spec:
    """Bars that hang where the one before ended, joined by hair lines.

    Each bar says its own amount, so the value axis has lines and no numbers.
    """
    floor = starts_at(steps)
    levels = _levels(steps)
    rows: list[Spec] = []
    joins: list[Spec] = []
    at = floor
    for index, (step, level) in enumerate(zip(steps, levels, strict=True)):
        base = floor if step.is_level else at
        kind = "level" if step.is_level else ("good" if step.amount >= 0 else "bad")
        rows.append(
            {
                "label": step.label,
                "from": base,
                "to": level,
                "top": max(base, level),
                "shown": step.shown,
                "kind": kind,
                "says": step.says or f"{step.label}: {step.shown}",
            }
        )
        if index + 1 < len(steps):
            joins.append({"label": step.label, "next": steps[index + 1].label, "at": level})
        at = level
    labels = [step.label for step in steps]
    x: Spec = {
        "field": "label",
        "type": "ordinal",
        "scale": {"domain": labels, "paddingInner": 0.34, "paddingOuter": 0.12},
        "axis": {
            "labelAngle": 0,
            "labelExpr": "split(datum.label, ' ')",
            "labelLineHeight": 13,
            "labelPadding": 6,
            "labelOverlap": False,
        },
    }
    span = max(levels) - floor or 1.0
    y: Spec = {
        "field": "from",
        "type": "quantitative",
        "scale": {"domain": [floor, max(levels) + span * 0.14], "nice": False, "zero": False},
        "axis": {"grid": True, "tickCount": 4, "labels": False, "labelPadding": 0},
    }
    colours = {"level": theme.accent, "good": theme.good, "bad": theme.bad}
    half: Spec = {"x": x, "y": {**y, "field": "at"}, "x2": {"field": "next"}}
    return chart(
        theme,
        width,
        height,
        [
            {
                "data": {"values": joins},
                "mark": {"type": "rule", "strokeDash": [1, 3], "color": theme.muted},
                "encoding": half,
            },
            {
                "data": {"values": rows},
                "mark": {"type": "bar", "aria": True, "minBandSize": 3},
                "encoding": {
                    "x": x,
                    "y": y,
                    "y2": {"field": "to"},
                    "color": listed("kind", colours),
                    "description": {"field": "says"},
                },
            },
            {
                "data": {"values": rows},
                "mark": {"type": "text", "dy": -8, "fontWeight": 600},
                "encoding": {"x": x, "y": {**y, "field": "top"}, "text": {"field": "shown"}},
            },
        ],
        resolve={"scale": {"color": "independent"}},
    )
