"""A metric over the periods: the line, where it should be, and where it stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from trivet.numbers.charts.theme import Spec, Theme, chart


@dataclass(frozen=True, slots=True)
class TrendPoint:
    """One period of the line.

    label         the period, as the axis shows it
    value         in the unit shown (41.8 for 41.8 %), or None where there is no number
    shown         the value as text with its unit, for the tooltip
    provisional   drawn dashed: it may still change
    seam          what is counted otherwise from here on, such as `v2`; the line is broken there
    """

    label: str
    value: float | None
    shown: str
    provisional: bool = False
    seam: str = ""


@dataclass(frozen=True, slots=True)
class Band:
    """Where a metric should be, in the unit shown; None is open on that side."""

    low: float | None
    high: float | None


def trend(
    points: Sequence[TrendPoint],
    theme: Theme,
    *,
    band: Band | None = None,
    suffix: str = "",
    edges: tuple[str, str] = ("from", "to"),
    width: int = 640,
    height: int = 250,
) -> Spec:
    """The line over the band, with gaps where there is no number and a dot at the end.

    suffix   follows the numbers of the axis, such as `%`
    edges    what stands before the band's lower and upper end
    """
    numbers = [point.value for point in points if point.value is not None]
    bottom, top = _reach(numbers, band)
    labels = [point.label for point in points]
    x: Spec = {
        "field": "label",
        "type": "ordinal",
        "scale": {"domain": labels, "type": "point", "padding": 0.35},
        "axis": {"values": _readable(labels, width), "labelAngle": 0, "labelOverlap": False},
    }
    y: Spec = {
        "field": "value",
        "type": "quantitative",
        "scale": {"domain": [bottom, top], "zero": False, "nice": False},
        "axis": {
            "grid": True,
            "tickCount": 5,
            "labelExpr": f"replace(datum.label, '−', '-') + '{suffix}'",
        },
    }
    layers: list[Spec] = []
    if band is not None and (band.low is not None or band.high is not None):
        layers += _band_layers(band, theme, bottom, top, y, suffix, edges)
    layers += _seam_layers(points, theme, x, width)
    settled, moving = _runs(points)
    line: Spec = {"type": "line", "interpolate": "monotone", "strokeWidth": 2, "strokeCap": "round"}
    for rows, dash in ((settled, None), (moving, [3, 4])):
        if rows:
            mark: Spec = {**line, "color": theme.accent, **({"strokeDash": dash} if dash else {})}
            layers.append(
                {
                    "data": {"values": rows},
                    "mark": mark,
                    "encoding": {"x": x, "y": y, "detail": {"field": "run"}},
                }
            )
    dots: list[Spec] = [
        {"label": p.label, "value": p.value, "says": f"{p.label}: {p.shown}"}
        for p in points
        if p.value is not None
    ]
    layers.append(
        {
            "data": {"values": dots},
            "mark": {
                "type": "point",
                "shape": "circle",
                "filled": True,
                "size": 26,
                "opacity": 1,
                "color": theme.accent,
                "aria": True,
            },
            "encoding": {"x": x, "y": y, "description": {"field": "says"}},
        }
    )
    if points and points[-1].value is not None:
        layers += _end_layers(points, theme, x, y, bottom, top)
    if not dots:
        layers.append(
            {
                "data": {"values": [{"label": label, "value": bottom} for label in labels]},
                "mark": {"type": "point", "opacity": 0},
                "encoding": {"x": x, "y": y},
            }
        )
    return chart(theme, width, height, layers)


def _reach(numbers: Sequence[float], band: Band | None) -> tuple[float, float]:
    """The ends of the value axis: all numbers, and the nearer edges of the band, with some air."""
    if not numbers:
        return 0.0, 1.0
    low, high = min(numbers), max(numbers)
    span = max(high - low, abs(high) * 0.08, 0.5)
    for edge in (band.low, band.high) if band else ():
        # An edge far away would flatten the line; the words beside the chart still name it.
        if edge is not None and low - 1.6 * span <= edge <= high + 1.6 * span:
            low, high = min(low, edge), max(high, edge)
    air = max((high - low) * 0.12, 0.25)
    bottom = low - air
    return (max(bottom, 0.0) if low >= 0 else bottom), high + air * 1.6


def _band_layers(
    band: Band,
    theme: Theme,
    bottom: float,
    top: float,
    y: Spec,
    suffix: str,
    named: tuple[str, str],
) -> list[Spec]:
    low = bottom if band.low is None else min(max(band.low, bottom), top)
    high = top if band.high is None else min(max(band.high, bottom), top)
    layers: list[Spec] = []
    if high > low:
        layers.append(
            {
                "data": {"values": [{"value": low, "to": high}]},
                "mark": {"type": "rect", "color": theme.band},
                "encoding": {"y": y, "y2": {"field": "to"}},
            }
        )
    edges: list[Spec] = [
        {"value": edge, "text": f"{word} {edge:g}{suffix}"}
        for edge, word in zip((band.low, band.high), named, strict=True)
        if edge is not None and bottom < edge < top
    ]
    if edges:
        data: Spec = {"values": edges}
        dash: Spec = {"type": "rule", "strokeDash": [2, 4], "color": theme.accent, "opacity": 0.7}
        layers.append({"data": data, "mark": dash, "encoding": {"y": y}})
    return layers


def _runs(points: Sequence[TrendPoint]) -> tuple[list[Spec], list[Spec]]:
    """The unbroken stretches of the settled line, and the dashed steps to provisional points."""
    settled: list[Spec] = []
    moving: list[Spec] = []
    run = 0
    before: TrendPoint | None = None
    for point in points:
        if point.value is None:
            run += 1
            before = None
            continue
        if point.seam:
            run += 1
            before = None
        row: Spec = {"label": point.label, "value": point.value, "run": run}
        if point.provisional and before is not None:
            moving.append({"label": before.label, "value": before.value, "run": f"m{point.label}"})
            moving.append({**row, "run": f"m{point.label}"})
            run += 1
        else:
            settled.append(row)
        before = point
    return settled, moving


def _seam_layers(points: Sequence[TrendPoint], theme: Theme, x: Spec, width: int) -> list[Spec]:
    """An upright rule before each point that is counted otherwise than the one before it."""
    seams: list[Spec] = [{"label": p.label, "text": p.seam} for p in points if p.seam]
    if not seams:
        return []
    # Half a step of the axis, less what its own labels take.
    between = -(width - 46) / max(len(points) - 0.3, 1) / 2
    data: Spec = {"values": seams}
    rule: Spec = {
        "type": "rule", "color": theme.muted, "strokeDash": [3, 3], "xOffset": between,
    }  # fmt: skip
    words: Spec = {
        "type": "text", "align": "left", "baseline": "top", "dx": 4, "xOffset": between,
        "color": theme.muted,
    }  # fmt: skip
    return [
        {"data": data, "mark": rule, "encoding": {"x": x}},
        {
            "data": data,
            "mark": words,
            "encoding": {"x": x, "y": {"value": 0}, "text": {"field": "text"}},
        },
    ]


def _end_layers(
    points: Sequence[TrendPoint], theme: Theme, x: Spec, y: Spec, bottom: float, top: float
) -> list[Spec]:
    last = points[-1]
    known = [point.value for point in points if point.value is not None]
    # Beside the way the line came, unless that would be on top of the axis.
    falls = len(known) > 1 and known[-1] < known[-2] and known[-1] > bottom + 0.15 * (top - bottom)
    data: Spec = {"values": [{"label": last.label, "value": last.value, "text": last.shown}]}
    ring: Spec = {
        "type": "point",
        "shape": "circle",
        "filled": True,
        "size": 80,
        "opacity": 1,
        "color": theme.panel if last.provisional else theme.accent,
        "stroke": theme.accent if last.provisional else theme.panel,
        "strokeWidth": 2,
    }
    words: Spec = {
        "type": "text",
        "dy": 18 if falls else -14,
        "align": "right",
        "dx": 8,
        "fontWeight": 600,
        "fontSize": 12,
        "color": theme.ink,
    }
    halo: Spec = {**words, "stroke": theme.panel, "strokeWidth": 4, "strokeJoin": "round"}
    text: Spec = {"x": x, "y": y, "text": {"field": "text"}}
    return [
        {"data": data, "mark": ring, "encoding": {"x": x, "y": y}},
        {"data": data, "mark": halo, "encoding": text},
        {"data": data, "mark": words, "encoding": text},
    ]


def _readable(labels: Sequence[str], width: int) -> list[str]:
    """As many labels as fit at 11 px, counted back from the last so that it is always named."""
    longest = max((len(label) for label in labels), default=1)
    room = max(1, (width - 50) // (longest * 7 + 10))
    step = -(-len(labels) // room)
    return [label for index, label in enumerate(reversed(labels)) if index % step == 0][::-1]
