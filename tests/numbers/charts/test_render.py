"""A finished chart: its colours follow the page, its words are read aloud, its text is legible."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from dataclasses import fields

import pytest

from trivet.numbers.charts import render
from trivet.numbers.charts.cohort_map import CohortRow, cohort_map
from trivet.numbers.charts.flow import Node, Ribbon, flow
from trivet.numbers.charts.theme import PAGE, PAPER, SMALLEST_TEXT, Spec, Theme
from trivet.numbers.charts.trend import Band, TrendPoint, trend
from trivet.numbers.charts.waterfall import Step, waterfall

POINTS = [TrendPoint(f"Q{q} 26", v, f"{v}%") for q, v in enumerate((41.8, 40.2, None, 44.0), 1)]
STEPS = [
    Step("Opening", 12.0, "$12.0M", is_level=True),
    Step("Churn", -0.04, "−0.04"),
    Step("Closing", 11.96, "$12.0M", is_level=True),
]
NODES = [
    Node("marketing", "Marketing", 0, "marketing"),
    Node("won", "Won", 1, "good"),
    Node("lost", "Lost", 1, "bad"),
]
RIBBONS = [
    Ribbon("marketing", "won", 3, "good", "Marketing to won: 3"),
    Ribbon("marketing", "lost", 1, "bad"),
]


def every_chart(theme: Theme) -> dict[str, Spec]:
    return {
        "trend": trend(POINTS, theme, band=Band(40, 45), suffix="%"),
        "waterfall": waterfall(STEPS, theme),
        "flow": flow(NODES, RIBBONS, theme),
        "cohorts": cohort_map(
            [CohortRow("Q1 26", (100.0, 88.2)), CohortRow("Q2 26", (100.0, None))], theme
        ),
    }


@pytest.mark.parametrize("name", ["trend", "waterfall", "flow", "cohorts"])
class TestEveryChart:
    def test_its_colours_are_the_pages_own_so_one_drawing_serves_light_and_dark(self, name):
        drawn = render.svg(every_chart(PAGE)[name], "says")
        colours = set(re.findall(r'(?:fill|stroke)="([^"]+)"', drawn)) - {"none", "transparent"}
        known = {getattr(PAGE, field.name) for field in fields(Theme)}
        assert colours
        assert colours <= known

    def test_it_is_an_image_whose_name_is_the_sentence(self, name):
        drawn = ET.fromstring(render.svg(every_chart(PAGE)[name], 'A "quoted" sentence.'))
        assert drawn.get("role") == "img"
        assert drawn.get("aria-label") == 'A "quoted" sentence.'

    def test_its_text_is_at_least_eleven_pixels(self, name):
        drawn = render.svg(every_chart(PAGE)[name], "says")
        sizes = [float(size) for size in re.findall(r'font-size="([\d.]+)px"', drawn)]
        assert sizes
        assert min(sizes) >= SMALLEST_TEXT

    def test_it_carries_no_style_that_a_strict_policy_would_refuse(self, name):
        drawn = render.svg(every_chart(PAGE)[name], "says")
        assert "style=" not in drawn
        assert "<style" not in drawn
        assert "<script" not in drawn

    def test_it_stays_under_sixteen_kilobytes(self, name):
        assert len(render.svg(every_chart(PAGE)[name], "says").encode()) < 16_000

    def test_paper_has_ink_and_no_tokens(self, name):
        assert "var(" not in render.svg(every_chart(PAPER)[name], "says")


def test_a_number_in_a_label_is_written_as_it_was_given():
    drawn = render.svg(every_chart(PAGE)["waterfall"], "Coverage was 0.94 of 1.25.")
    assert "−0.04" in drawn
    assert "0.94 of 1.25" in drawn


def test_a_mark_with_words_gets_a_native_tooltip():
    drawn = render.svg(every_chart(PAGE)["flow"], "says")
    assert "<title>Marketing to won: 3</title>" in drawn


def test_a_name_with_markup_in_it_stays_text():
    nodes = [Node("marketing", "<b>&", 0, "marketing"), *NODES[1:]]
    drawn = render.svg(flow(nodes, RIBBONS, PAGE), "a < b & c")
    assert "<b>" not in drawn
    ET.fromstring(drawn)
