"""How well points order opportunities: the chance that a won one has more than a lost one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import stats

from trivet.numbers.shared_metrics.figure import Interval
from trivet.numbers.shared_metrics.wilson import LEVEL

REPEATS = 400
SEED = 20260101


@dataclass(frozen=True, slots=True)
class Auc:
    """0.5 says nothing, 1 everything.

    interval   95 %, resampled by account
    """

    value: float
    interval: Interval
    won: int
    lost: int


def area(points: npt.NDArray[np.float64], won: npt.NDArray[np.bool_]) -> float | None:
    """The area under the curve, ties counted half; None where a side is empty.

    Source   Mann and Whitney (1947), through scipy.stats.mannwhitneyu
    """
    if not won.any() or won.all():
        return None
    above = stats.mannwhitneyu(points[won], points[~won], method="asymptotic").statistic
    return float(above) / (int(won.sum()) * int((~won).sum()))


def auc(
    points: npt.NDArray[np.float64], won: npt.NDArray[np.bool_], group: Sequence[str]
) -> Auc | None:
    """The area with its interval; None where a side is empty.

    group   the account of each: an account with ten opportunities is one account
    """
    value = area(points, won)
    if value is None:
        return None
    _, score = np.unique(points, return_inverse=True)
    _, number = np.unique(np.asarray(group, dtype=np.str_), return_inverse=True)
    groups, scores = int(number.max()) + 1, int(score.max()) + 1
    rng = np.random.default_rng(SEED)
    # Wins and losses at each score, account by account, are all that a repeat adds up.
    good = np.zeros((groups, scores))
    bad = np.zeros((groups, scores))
    np.add.at(good, (number[won], score[won]), 1)
    np.add.at(bad, (number[~won], score[~won]), 1)
    drawn = rng.multinomial(groups, np.full(groups, 1 / groups), size=REPEATS).astype(np.float64)
    wins, losses = drawn @ good, drawn @ bad
    below = np.cumsum(losses, axis=1) - losses / 2
    pairs = wins.sum(axis=1) * losses.sum(axis=1)
    areas = (wins * below).sum(axis=1)[pairs > 0] / pairs[pairs > 0]
    tail = (1 - LEVEL) / 2
    low, high = np.quantile(areas, [tail, 1 - tail]) if len(areas) else (0.0, 1.0)
    return Auc(value, Interval(float(low), float(high), LEVEL), int(won.sum()), int((~won).sum()))
