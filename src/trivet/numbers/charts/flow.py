"""Where opportunities came from and how they ended, as ribbons (a Sankey diagram).

Vega-Lite has no such mark: the layout is worked out here, and each ribbon is an area.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from trivet.numbers.charts.theme import Spec, Theme, chart, listed

NODE_WIDTH = 8.0
GAP = 14.0
MARGIN = 8.0
"""Above and below: the two lines of a thin node's name are taller than the node."""
ONE_LINE = 30.0
"""A node thinner than this has its name and its count side by side."""

LEAST_NODE = 3.0
"""Pixels: a node of one opportunity among thousands must still be seen."""

_SMOOTH = tuple(step / 8 for step in range(9))


@dataclass(frozen=True, slots=True)
class Node:
    """A place opportunities stand.

    column   0 from the left
    tone     the part of the theme it is drawn in, such as `marketing` or `good`
    """

    name: str
    label: str
    column: int
    tone: str


@dataclass(frozen=True, slots=True)
class Ribbon:
    """Opportunities that went from one node to the other."""

    source: str
    target: str
    count: int
    tone: str
    says: str = ""


@dataclass(slots=True)
class _Placed:
    node: Node
    x: float
    top: float
    height: float
    count: int
    leaving: float = 0.0
    arriving: float = 0.0


def _place(
    nodes: Sequence[Node], ribbons: Sequence[Ribbon], width: float, height: float
) -> dict[str, _Placed]:
    counts = {
        node.name: max(
            sum(r.count for r in ribbons if r.source == node.name),
            sum(r.count for r in ribbons if r.target == node.name),
        )
        for node in nodes
    }
    columns = sorted({node.column for node in nodes})
    last = columns[-1] if columns else 0
    members = {c: [n for n in nodes if n.column == c and counts[n.name]] for c in columns}
    scale = min(
        (
            (height - GAP * (len(found) - 1)) / max(1, sum(counts[n.name] for n in found))
            for found in members.values()
            if found
        ),
        default=1.0,
    )
    placed: dict[str, _Placed] = {}
    for column, found in members.items():
        heights = [max(counts[n.name] * scale, LEAST_NODE) for n in found]
        free = height - sum(heights)
        gap = max(4.0, min(free / max(1, len(found) - 1), GAP * 2.4)) if len(found) > 1 else 0.0
        top = (height - sum(heights) - gap * (len(found) - 1)) / 2
        x = (width - NODE_WIDTH) * column / max(1, last)
        for node, tall in zip(found, heights, strict=True):
            placed[node.name] = _Placed(node, x, top, tall, counts[node.name])
            top += tall + gap
    return placed


def _ribbon_rows(ribbons: Sequence[Ribbon], placed: dict[str, _Placed]) -> list[Spec]:
    order = {name: index for index, name in enumerate(placed)}
    rows: list[Spec] = []
    for index, ribbon in enumerate(
        sorted(
            (r for r in ribbons if r.count and r.source in placed and r.target in placed),
            key=lambda r: (order[r.source], order[r.target]),
        )
    ):
        left, right = placed[ribbon.source], placed[ribbon.target]
        out = left.height * ribbon.count / left.count
        into = right.height * ribbon.count / right.count
        start, end = left.x + NODE_WIDTH, right.x
        a, b = left.top + left.leaving, right.top + right.arriving
        left.leaving += out
        right.arriving += into
        for t in _SMOOTH:
            eased = t * t * (3 - 2 * t)
            top = a + (b - a) * eased
            rows.append(
                {
                    "ribbon": index,
                    "x": round(start + (end - start) * t, 1),
                    "y": round(top, 1),
                    "y2": round(top + out + (into - out) * eased, 1),
                    "tone": ribbon.tone,
                    "says": ribbon.says,
                }
            )
    return rows


def flow(
    nodes: Sequence[Node],
    ribbons: Sequence[Ribbon],
    theme: Theme,
    *,
    width: int = 380,
    height: int = 220,
) -> Spec:
    """Nodes in columns from left to right; a ribbon's thickness is its count.

    Names stand inside the drawing, right of a node and left of the last column's.
    """
    placed = _place(nodes, ribbons, width, height - 2 * MARGIN)
    for spot in placed.values():
        spot.top += MARGIN
    last = max((node.column for node in nodes), default=0)
    boxes: list[Spec] = []
    names: list[Spec] = []
    for spot in placed.values():
        is_last = spot.node.column == last
        boxes.append(
            {
                "x": spot.x,
                "x2": spot.x + NODE_WIDTH,
                "y": spot.top,
                "y2": spot.top + spot.height,
                "tone": spot.node.tone,
                "says": f"{spot.node.label}: {spot.count:,}",
            }
        )
        thin = spot.height < ONE_LINE
        names.append(
            {
                "x": spot.x - 5 if is_last else spot.x + NODE_WIDTH + 5,
                "y": spot.top + spot.height / 2,
                "label": f"{spot.node.label}  {spot.count:,}" if thin else spot.node.label,
                "count": "" if thin else f"{spot.count:,}",
                "line": "one" if thin else "two",
                "side": "right" if is_last else "left",
            }
        )
    tones = {spot.node.tone for spot in placed.values()} | {r.tone for r in ribbons}
    colours = {tone: str(getattr(theme, tone)) for tone in sorted(tones)}
    x: Spec = {
        "field": "x",
        "type": "quantitative",
        "scale": {"domain": [0, width], "nice": False, "zero": False},
        "axis": None,
    }
    y: Spec = {
        "field": "y",
        "type": "quantitative",
        "scale": {"domain": [height, 0], "nice": False, "zero": False},
        "axis": None,
    }
    layers: list[Spec] = [
        {
            "data": {"values": _ribbon_rows(ribbons, placed)},
            "mark": {
                "type": "area",
                "interpolate": "monotone",
                "opacity": 0.28,
                "aria": True,
                "line": False,
            },
            "encoding": {
                "x": x,
                "y": {**y, "stack": None},
                "y2": {"field": "y2"},
                "detail": {"field": "ribbon"},
                "color": listed("tone", colours),
                "description": {"field": "says"},
            },
        },
        {
            "data": {"values": boxes},
            "mark": {"type": "rect", "cornerRadius": 2, "aria": True},
            "encoding": {
                "x": x,
                "x2": {"field": "x2"},
                "y": y,
                "y2": {"field": "y2"},
                "color": listed("tone", colours),
                "description": {"field": "says"},
            },
        },
    ]
    for side in ("left", "right"):
        for field, line, dy, weight, tone in (
            ("label", "one", 1, 600, theme.ink),
            ("label", "two", -6, 600, theme.ink),
            ("count", "two", 7, 400, theme.ink),
        ):
            found = [n for n in names if n["side"] == side and n["line"] == line]
            if not found:
                continue
            mark: Spec = {"type": "text", "align": side, "dy": dy, "fontWeight": weight}
            # A soft edge keeps a thin node's name apart from the ribbons that cross under it.
            edge: Spec = {"stroke": theme.panel, "strokeWidth": 3, "strokeOpacity": 0.65}
            layers += [
                {
                    "data": {"values": found},
                    "mark": {**mark, "color": tone, **halo},
                    "encoding": {"x": x, "y": y, "text": {"field": field}},
                }
                for halo in ({**edge, "strokeJoin": "round"}, {})
            ]
    return chart(theme, width, height, layers, resolve={"scale": {"color": "independent"}})
