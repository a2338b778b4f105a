"""The plainest model that can be learned: weights of evidence of bands, and a logistic on top.

It answers one question, whether columns say anything at all about winning later on. Nobody's
points come from it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import optimize, special

from trivet.numbers.insight.icp.statistics.weight import weights

Codes = npt.NDArray[np.int64]
Reals = npt.NDArray[np.float64]
RIDGE = 1e-3
BANDS = 5


@dataclass(frozen=True, slots=True)
class Scorecard:
    """Learned on some records.

    table      by column, the weight of each code; a code not seen weighs nothing
    slopes     by column, behind the intercept
    """

    table: tuple[Reals, ...]
    slopes: Reals

    @classmethod
    def learned(
        cls, codes: Codes, won: npt.NDArray[np.bool_], *, zero_weighs: bool = True
    ) -> Scorecard:
        """Learn from records: one row each, one column an attribute, 0, 1, 2 ... for its bands.

        zero_weighs   whether 0 is a band like any other; where it is *nothing known* it may be
                      none, since who fills a field in, and when, is no kind of buyer
        """
        table = []
        for column in codes.T:
            size = int(column.max(initial=0)) + 1
            good = np.bincount(column[won], minlength=size)
            bad = np.bincount(column[~won], minlength=size)
            table.append(
                weights(good, bad)
                if zero_weighs
                else np.concatenate(([0.0], weights(good[1:], bad[1:])))
            )
        card = cls(tuple(table), np.zeros(codes.shape[1] + 1))
        inputs = card._inputs(codes)

        slope = np.full(codes.shape[1] + 1, RIDGE / len(won))
        slope[0] = 0.0

        def loss(slopes: Reals) -> float:
            z = inputs @ slopes
            return float((np.logaddexp(0, z).mean() - z[won].sum() / len(won)) + slope @ slopes**2)

        def gradient(slopes: Reals) -> Reals:
            miss = special.expit(inputs @ slopes) - won
            found: Reals = inputs.T @ miss / len(won) + 2 * slope * slopes
            return found

        def curvature(slopes: Reals) -> Reals:
            chance = special.expit(inputs @ slopes)
            spread = inputs * (chance * (1 - chance))[:, None]
            found: Reals = inputs.T @ spread / len(won) + np.diag(2 * slope + RIDGE / len(won))
            return found

        start = np.concatenate(([0.0], np.ones(codes.shape[1])))
        found = optimize.minimize(loss, start, jac=gradient, hess=curvature, method="trust-exact")
        return cls(card.table, np.asarray(found.x, np.float64))

    def predicted(self, codes: Codes) -> Reals:
        """The chance of winning, 0 to 1."""
        chance: Reals = special.expit(self._inputs(codes) @ self.slopes)
        return chance

    def _inputs(self, codes: Codes) -> Reals:
        columns = [np.ones(len(codes))]
        for table, column in zip(self.table, codes.T, strict=True):
            known = column < len(table)
            columns.append(np.where(known, table[np.where(known, column, 0)], 0.0))
        return np.column_stack(columns)


def codes_of(values: npt.NDArray[np.object_], learned_on: npt.NDArray[np.bool_]) -> Codes:
    """Bands of a column of text or numbers; 0 is nothing known.

    learned_on   the records whose values make the bands: numbers fall into fifths of theirs
    """
    known = np.array([value is not None and value == value for value in values])
    numbers = list(values[known & learned_on])
    if numbers and all(isinstance(value, int | float) for value in numbers):
        cuts = np.unique(np.quantile(np.array(numbers, np.float64), np.arange(1, BANDS) / BANDS))
        given = np.array([float(v) if k else 0.0 for v, k in zip(values, known, strict=True)])
        return np.where(known, 1 + np.searchsorted(cuts, given, side="left"), 0).astype(np.int64)
    words = {value: place for place, value in enumerate(sorted(set(map(str, numbers))), start=1)}
    return np.array(
        [words.get(str(v), 0) if k else 0 for v, k in zip(values, known, strict=True)], np.int64
    )
