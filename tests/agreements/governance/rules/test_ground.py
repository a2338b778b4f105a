"""When the people who sign had their chance to agree, and not before."""

from __future__ import annotations

import pytest

from trivet.agreements.governance.rules.ground import ground
from trivet.agreements.governance.rules.stake import METRICS
from trivet.web.metrics_shown import SHARED


@pytest.mark.parametrize(
    ("rejected", "contested", "days", "why"),
    [
        (False, False, 0, None),
        (False, False, 13, None),
        (False, False, 14, "unsigned"),
        (False, True, 0, "contested"),
        (True, False, 0, "rejected"),
        (True, True, 99, "rejected"),
    ],
)
def test_the_ground(rejected, contested, days, why):
    assert ground(rejected=rejected, contested=contested, days_unsigned=days) == why


def test_the_stakes_are_in_the_five_that_the_dashboard_shows():
    assert tuple(metric.id for metric in SHARED) == METRICS
