"""Every pair of colours that text and its ground can make is legible, in light and in dark.

axe cannot see through overlapping grounds; this computes WCAG 2.2 contrast from the tokens.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import trivet.web

CSS = (Path(trivet.web.__file__).parent / "static" / "web" / "trivet.css").read_text()
TOKENS = {
    name: (light, dark)
    for name, light, dark in re.findall(
        r"--([\w-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)", CSS
    )
}
TEXT = 4.5
GRAPHIC = 3.0

GROUNDS = ("ground", "panel", "raised")
TEXT_PAIRS = (
    [(ink, ground) for ink in ("ink", "soft", "muted") for ground in GROUNDS]
    + [
        (tone, ground)
        for tone in ("accent", "good", "bad", "warn")
        for ground in ("ground", "panel")
    ]
    + [(tone, f"{tone}-tint") for tone in ("accent", "good", "bad", "warn")]
    + [("ink", tint) for tint in ("accent-tint", "bad-tint", "warn-tint")]
    + [("muted", "accent-tint"), ("on-accent", "accent")]
    + [("ink", f"chart-{tone}") for tone in ("low2", "low1", "middle", "high1")]
    + [("chart-on-strong", "chart-high2"), ("muted", "chart-band"), ("ink", "chart-band")]
)
GRAPHIC_PAIRS = [
    (f"chart-{tone}", "panel")
    for tone in (
        "accent",
        "good",
        "bad",
        "marketing",
        "sales",
        "customer-success",
        "partner",
        "unknown",
    )
] + [("chart-accent", "chart-band"), ("good", "panel"), ("warn", "panel")]


def luminance(colour: str) -> float:
    """Relative luminance, WCAG 2.2."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("ink", "ground"), TEXT_PAIRS)
def test_text_stands_out_from_its_ground(ink, ground, theme):
    at = ("light", "dark").index(theme)
    assert contrast(TOKENS[ink][at], TOKENS[ground][at]) >= TEXT


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("mark", "ground"), GRAPHIC_PAIRS)
def test_a_mark_stands_out_from_its_ground(mark, ground, theme):
    at = ("light", "dark").index(theme)
    assert contrast(TOKENS[mark][at], TOKENS[ground][at]) >= GRAPHIC


def test_the_measure_itself_knows_black_on_white():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
