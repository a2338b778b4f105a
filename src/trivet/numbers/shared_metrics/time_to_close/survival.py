"""Time to close with the open ones in view: the Kaplan-Meier median.

The median of what closed flatters a slow quarter, because the slowest are still open. Here an
open opportunity counts with the days it has waited so far (it is censored).
"""

from __future__ import annotations

from fractions import Fraction

import numpy as np
from scipy import stats


def median_time(closed: np.ndarray, waiting: np.ndarray) -> Fraction | None:
    """The first day by which at least half would have closed; None if it is not reached yet.

    closed    days of those that closed
    waiting   days so far of those that have not
    Source    Kaplan and Meier (1958), through scipy.stats.ecdf
    """
    if len(closed) == 0:
        return None
    sample = stats.CensoredData(
        uncensored=closed.astype(np.float64), right=waiting.astype(np.float64)
    )
    curve = stats.ecdf(sample).sf
    # Halves of small whole numbers arrive as 0.49999…: compare with a tolerance far below 1/n.
    reached = np.flatnonzero(curve.probabilities <= 0.5 + 1e-12)
    if len(reached) == 0:
        return None
    return Fraction(int(curve.quantiles[reached[0]]))
