"""The interval beside a share is Wilson's, as the statistics library gives it."""

from __future__ import annotations

import pytest
from scipy.stats import binomtest

from trivet.numbers.shared_metrics.wilson import wilson


@pytest.mark.parametrize(
    ("found", "of"), [(0, 1), (1, 1), (0, 40), (40, 40), (7, 29), (1, 3), (4_999, 10_000)]
)
def test_the_interval_is_the_statistics_librarys(found: int, of: int) -> None:
    expected = binomtest(found, of).proportion_ci(method="wilson")
    interval = wilson(found, of)
    assert interval.low == pytest.approx(expected.low, abs=1e-12)
    assert interval.high == pytest.approx(expected.high, abs=1e-12)
