"""The colours and type a chart is drawn with: the page's own tokens, or plain ink for paper.

A colour that is a CSS custom property survives rendering (`fill="var(--accent)"`), so one
finished SVG follows light and dark without being drawn again. Scales therefore list their
colours one by one: nothing may interpolate between two names.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

from trivet.vocabulary.function import Function

Spec = dict[str, object]

SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json"

SMALLEST_TEXT = 11
"""Pixels at drawn size. A chart is drawn for the narrowest card it will stand in, so that it is
only ever enlarged."""


@dataclass(frozen=True, slots=True)
class Theme:
    """One colour a part of a chart may play.

    good, bad        a change for the better or the worse, never "up" or "down"
    marketing ...    the functions, as sources of pipeline
    low2 ... high2   five steps of a map around its middle
    """

    ink: str
    muted: str
    grid: str
    panel: str
    accent: str
    band: str
    good: str
    bad: str
    marketing: str
    sales: str
    customer_success: str
    partner: str
    unknown: str
    low2: str
    low1: str
    middle: str
    high1: str
    high2: str
    on_strong: str

    def function(self, function: Function) -> str:
        """The colour of a source of pipeline."""
        return str(getattr(self, function.value))


PAGE = Theme(**{part.name: f"var(--chart-{part.name.replace('_', '-')})" for part in fields(Theme)})

PAPER = Theme(
    ink="#17181c",
    muted="#5f636d",
    grid="#e8e9ed",
    panel="#ffffff",
    accent="#4f46e5",
    band="#eeeffd",
    good="#0b7a55",
    bad="#c8262c",
    marketing="#4f46e5",
    sales="#0e8fb3",
    customer_success="#b86a06",
    partner="#b42372",
    unknown="#7b7f8a",
    low2="#f3a9ac",
    low1="#fbe0e1",
    middle="#f0f1f5",
    high1="#c3c5f8",
    high2="#4f46e5",
    on_strong="#ffffff",
)


def chart(theme: Theme, width: int, height: int, layers: list[Spec], **more: object) -> Spec:
    """The frame every chart shares: size, type, quiet axes and no background of its own.

    width, height   pixels of the whole drawing, axes included
    """
    return {
        "$schema": SCHEMA,
        "width": width,
        "height": height,
        "autosize": {"type": "fit", "contains": "padding"},
        "padding": 0,
        "background": None,
        "layer": layers,
        "config": {
            "font": "Inter",
            "aria": False,
            "view": {"stroke": None},
            "text": {"font": "Inter", "fontSize": SMALLEST_TEXT, "fill": theme.ink},
            "axis": {
                "domain": False,
                "ticks": False,
                "title": None,
                "grid": False,
                "gridColor": theme.grid,
                "labelColor": theme.muted,
                "labelFontSize": SMALLEST_TEXT,
                "labelPadding": 8,
                "labelFont": "Inter",
            },
        },
        **more,
    }


def listed(field: str, colours: dict[str, str]) -> Spec:
    """A colour scale that names each value's colour, and draws no legend."""
    return {
        "field": field,
        "type": "nominal",
        "scale": {"domain": list(colours), "range": list(colours.values())},
        "legend": None,
    }
