"""The waterfall's bars hang where the one before ended, and end where the year ended."""

from __future__ import annotations

from trivet.numbers.charts.theme import PAGE
from trivet.numbers.charts.waterfall import Step, starts_at, waterfall

STEPS = [
    Step("Opening", 400.0, "400", is_level=True),
    Step("Expansion", 35.0, "+35"),
    Step("Churn", -70.0, "-70"),
    Step("Closing", 365.0, "365", is_level=True),
]


def bars(spec):
    return next(layer for layer in spec["layer"] if layer["mark"]["type"] == "bar")["data"][
        "values"
    ]


def test_each_movement_starts_where_the_one_before_ended():
    opening, expansion, churn, closing = bars(waterfall(STEPS, PAGE))
    assert (opening["to"], expansion["from"], expansion["to"]) == (400, 400, 435)
    assert (churn["from"], churn["to"]) == (435, 365)
    assert closing["to"] == 365


def test_growth_and_loss_are_told_apart():
    assert [bar["kind"] for bar in bars(waterfall(STEPS, PAGE))] == [
        "level",
        "good",
        "bad",
        "level",
    ]


def test_the_axis_starts_above_zero_only_when_the_movements_are_small_beside_the_level():
    assert 0 < starts_at(STEPS) < 365
    assert starts_at([Step("o", 10, "", True), Step("e", 90, ""), Step("c", 100, "", True)]) == 0
