"""A trend draws what is known: gaps stay gaps, and a period that is not over is told apart."""

from __future__ import annotations

import json

from trivet.numbers.charts.theme import PAGE
from trivet.numbers.charts.trend import Band, TrendPoint, trend


def layers_of_kind(spec, kind):
    return [layer for layer in spec["layer"] if layer["mark"]["type"] == kind]


def point(label, value, provisional=False):
    return TrendPoint(label, value, f"{value}%", provisional)


def test_a_period_without_a_number_breaks_the_line_and_is_not_drawn_as_zero():
    spec = trend([point("a", 40), point("b", None), point("c", 42)], PAGE)
    rows = layers_of_kind(spec, "line")[0]["data"]["values"]
    assert [row["label"] for row in rows] == ["a", "c"]
    assert rows[0]["run"] != rows[1]["run"]


def test_the_step_to_a_provisional_period_is_dashed():
    spec = trend([point("a", 40), point("b", 42, provisional=True)], PAGE)
    solid, dashed = layers_of_kind(spec, "line")
    assert "strokeDash" not in solid["mark"]
    assert dashed["mark"]["strokeDash"]
    assert [row["label"] for row in dashed["data"]["values"]] == ["a", "b"]


def test_the_band_stands_behind_the_line():
    spec = trend([point("a", 40), point("b", 42)], PAGE, band=Band(38, 45))
    assert spec["layer"][0]["mark"]["type"] == "rect"
    assert spec["layer"][0]["data"]["values"] == [{"value": 38, "to": 45}]


def test_a_target_far_away_does_not_flatten_the_line():
    spec = trend([point("a", 10), point("b", 11)], PAGE, band=Band(90, None))
    low, high = layers_of_kind(spec, "line")[0]["encoding"]["y"]["scale"]["domain"]
    assert high < 20
    assert low >= 0


def test_the_newest_period_is_always_named_on_the_axis():
    spec = trend([point(f"Q{n}", 40 + n) for n in range(40)], PAGE, width=330)
    shown = layers_of_kind(spec, "line")[0]["encoding"]["x"]["axis"]["values"]
    assert shown[-1] == "Q39"
    assert len(shown) < 12


def test_periods_without_any_number_still_give_a_chart():
    assert json.dumps(trend([point("a", None), point("b", None)], PAGE))
