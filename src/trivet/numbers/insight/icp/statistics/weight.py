"""Weight of evidence, information value and population stability.

Source   Siddiqi, Credit Risk Scorecards (2006), with half a record added to each cell of a band
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Counts = Sequence[int] | npt.NDArray[np.int64]
Reals = npt.NDArray[np.float64]

LEAST_SHARE = 1e-4
"""A band that is empty on one side only: its share is taken as this, so that PSI stays finite."""


def weights(good: Counts, bad: Counts, smoothing: float = 0.5) -> Reals:
    """Weight of evidence of each band: ln of its share of the good ones over that of the bad."""
    won, lost = np.asarray(good, np.float64), np.asarray(bad, np.float64)
    bands = len(won)
    found: Reals = np.log(
        ((won + smoothing) / (won.sum() + smoothing * bands))
        / ((lost + smoothing) / (lost.sum() + smoothing * bands))
    )
    return found


def information_value(good: Counts, bad: Counts, smoothing: float = 0.5) -> float:
    """Sum over bands of the difference of shares times the weight; 0 where a side is empty.

    By convention below 0.02 is useless and above 0.5 suspect.
    """
    won, lost = np.asarray(good, np.float64), np.asarray(bad, np.float64)
    if not won.sum() or not lost.sum():
        return 0.0
    shares = won / won.sum() - lost / lost.sum()
    return float((shares * weights(good, bad, smoothing)).sum())


def stability(before: Sequence[float] | Reals, after: Sequence[float] | Reals) -> float:
    """PSI between two distributions, as counts or shares: sum of (q - p) ln(q / p).

    By convention below 0.1 is stable and above 0.25 has shifted.
    """
    p, q = np.asarray(before, np.float64), np.asarray(after, np.float64)
    if not p.sum() or not q.sum():
        return 0.0
    p, q = np.maximum(p / p.sum(), LEAST_SHARE), np.maximum(q / q.sum(), LEAST_SHARE)
    return float(((q - p) * np.log(q / p)).sum())
