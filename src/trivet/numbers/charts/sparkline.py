"""A line the height of a word: how a metric came to be where it stands."""

from __future__ import annotations

from collections.abc import Sequence

from trivet.numbers.charts.trend import Band

WIDTH, HEIGHT, EDGE = 160.0, 34.0, 3.0


def sparkline(values: Sequence[float | None], band: Band | None = None) -> str:
    """An SVG that stretches to its box, or an empty text when fewer than two numbers are known.

    Its classes (`spark-band`, `spark-line`, `spark-dot`) take their colours from the page. The
    picture is decoration: the tile says the same in words.
    """
    known = [value for value in values if value is not None]
    if len(known) < 2:
        return ""
    low, high = min(known), max(known)
    span = (high - low) or max(abs(high) * 0.1, 1.0)
    low, high = low - span * 0.08, high + span * 0.08

    def x(index: int) -> float:
        return EDGE + (WIDTH - 2 * EDGE) * index / (len(values) - 1)

    def y(value: float) -> float:
        return HEIGHT - EDGE - (HEIGHT - 2 * EDGE) * (value - low) / (high - low)

    parts = [
        f'<svg class="spark" viewBox="0 0 {WIDTH:g} {HEIGHT:g}" preserveAspectRatio="none"',
        ' aria-hidden="true" focusable="false">',
    ]
    if band is not None:
        top = 0.0 if band.high is None else min(max(y(band.high), 0.0), HEIGHT)
        bottom = HEIGHT if band.low is None else min(max(y(band.low), 0.0), HEIGHT)
        if bottom - top > 0.5:
            parts.append(
                f'<rect class="spark-band" x="0" y="{top:.1f}" width="{WIDTH:g}" '
                f'height="{bottom - top:.1f}" rx="2"/>'
            )
    path, pen_down = [], False
    for index, value in enumerate(values):
        if value is None:
            pen_down = False
            continue
        path.append(f"{'L' if pen_down else 'M'}{x(index):.1f},{y(value):.1f}")
        pen_down = True
    parts.append(f'<path class="spark-line" d="{"".join(path)}"/>')
    if (last := values[-1]) is not None:
        # A circle would be squashed with the box; a stroke of no length keeps its round cap.
        parts.append(f'<path class="spark-dot" d="M{x(len(values) - 1):.1f},{y(last):.1f}h.01"/>')
    parts.append("</svg>")
    return "".join(parts)
