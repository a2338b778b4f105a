"""Time to close with the open ones in view: the Kaplan-Meier median.

The median of what closed flatters a slow quarter, because the slowest are still open. Here an
open opportunity counts with the days it has waited so far (it is censored).
"""

from __future__ import annotations

from fractions import Fraction

import numpy as np


def median_time(closed: np.ndarray, waiting: np.ndarray) -> Fraction | None:
    """The first day by which at least half would have closed; None if it is not reached yet.

    closed    days of those that closed
    waiting   days so far of those that have not; who has waited d days was at risk on day d
    Source    Kaplan and Meier (1958): the share left falls on each day by the part of those at risk
              that closed. Kept as two whole numbers, so that a half is a half, and without the
              seconds that importing a statistics library takes
    """
    days, closings = np.unique(closed, return_counts=True)
    everybody = np.sort(np.concatenate((closed, waiting)))
    at_risk = len(everybody) - np.searchsorted(everybody, days, side="left")
    left, of = 1, 1
    for day, found, among in zip(days.tolist(), closings.tolist(), at_risk.tolist(), strict=True):
        left, of = left * (among - found), of * among
        if 2 * left <= of:
            return Fraction(int(day))
    return None
