"""The map has five steps around "kept exactly what they paid", and no cell for the future."""

from __future__ import annotations

import pytest

from trivet.numbers.charts.cohort_map import CohortRow, cohort_map, step_of
from trivet.numbers.charts.theme import PAGE


@pytest.mark.parametrize(
    ("percent", "tone"),
    [
        (89.9, "low2"),
        (90, "low1"),
        (97.5, "middle"),
        (100, "middle"),
        (102.5, "high1"),
        (110, "high2"),
    ],
)
def test_a_cell_is_toned_by_how_far_it_is_from_a_hundred(percent, tone):
    assert step_of(percent) == tone


def test_a_quarter_that_has_not_come_yet_has_no_cell():
    spec = cohort_map([CohortRow("Q1", (100.0, 97.0)), CohortRow("Q2", (100.0, None))], PAGE)
    cells = spec["layer"][0]["data"]["values"]
    assert [(cell["cohort"], cell["quarter"]) for cell in cells] == [
        ("Q1", "+0"),
        ("Q1", "+1"),
        ("Q2", "+0"),
    ]
