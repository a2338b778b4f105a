"""The interval beside a share is Wilson's, as the statistics library gives it."""

from __future__ import annotations

import pytest
from scipy.stats import binomtest

from trivet.numbers.shared_metrics.wilson import step, wilson


@pytest.mark.parametrize(
    ("found", "of"), [(0, 1), (1, 1), (0, 40), (40, 40), (7, 29), (1, 3), (4_999, 10_000)]
)
def test_the_interval_is_the_statistics_librarys(found: int, of: int) -> None:
    expected = binomtest(found, of).proportion_ci(method="wilson")
    interval = wilson(found, of)
    assert interval.low == pytest.approx(expected.low, abs=1e-12)
    assert interval.high == pytest.approx(expected.high, abs=1e-12)


@pytest.mark.parametrize(
    ("now", "before", "low", "high"),
    [
        # Newcombe (1998), table II, method 10: contrasts (a), (c), (d), (e), (g), (h).
        ((56, 70), (48, 80), 0.0524, 0.3339),
        ((6, 7), (2, 7), 0.0582, 0.8062),
        ((5, 56), (0, 29), -0.0381, 0.1926),
        ((0, 10), (0, 20), -0.1611, 0.2775),
        ((10, 10), (0, 20), 0.6791, 1.0000),
        ((10, 10), (0, 10), 0.6075, 1.0000),
    ],
)
def test_the_interval_of_a_change_is_the_published_one(now, before, low, high):
    interval = step(now, before)
    assert interval.low == pytest.approx(low, abs=6e-5)
    assert interval.high == pytest.approx(high, abs=6e-5)
