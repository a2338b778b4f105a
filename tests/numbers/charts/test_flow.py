"""In the flow, a ribbon is as thick as the opportunities it stands for."""

from __future__ import annotations

import pytest

from trivet.numbers.charts.flow import Node, Ribbon, flow
from trivet.numbers.charts.theme import PAGE

NODES = [
    Node("marketing", "Marketing", 0, "marketing"),
    Node("sales", "Sales", 0, "sales"),
    Node("qualified", "Qualified", 1, "accent"),
    Node("won", "Won", 2, "good"),
    Node("lost", "Lost", 2, "bad"),
]
RIBBONS = [
    Ribbon("marketing", "qualified", 30, "marketing"),
    Ribbon("sales", "qualified", 10, "sales"),
    Ribbon("qualified", "won", 12, "good"),
    Ribbon("qualified", "lost", 28, "bad"),
]


def rows(spec, kind):
    return next(layer for layer in spec["layer"] if layer["mark"]["type"] == kind)["data"]["values"]


def thickness(spec, ribbon):
    first = next(row for row in rows(spec, "area") if row["ribbon"] == ribbon)
    return first["y2"] - first["y"]


def test_three_times_the_opportunities_are_three_times_as_thick():
    spec = flow(NODES, RIBBONS, PAGE)
    assert thickness(spec, 0) == pytest.approx(3 * thickness(spec, 1), rel=0.02)


def test_the_ribbons_of_a_node_fill_it_and_nothing_more():
    spec = flow(NODES, RIBBONS, PAGE)
    qualified = next(box for box in rows(spec, "rect") if box["says"].startswith("Qualified"))
    arriving = thickness(spec, 0) + thickness(spec, 1)
    assert arriving == pytest.approx(qualified["y2"] - qualified["y"], abs=0.2)


def test_a_function_without_opportunities_has_no_node():
    spec = flow([*NODES, Node("partner", "Partner", 0, "partner")], RIBBONS, PAGE)
    assert not any("Partner" in box["says"] for box in rows(spec, "rect"))


def test_everything_stays_inside_the_drawing():
    spec = flow(NODES, RIBBONS, PAGE, width=300, height=200)
    boxes = rows(spec, "rect")
    assert min(box["y"] for box in boxes) >= 0
    assert max(box["y2"] for box in boxes) <= 200
    assert max(box["x2"] for box in boxes) <= 300.01
