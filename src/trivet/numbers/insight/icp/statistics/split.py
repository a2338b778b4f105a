"""Closed opportunities by a criterion and by outcome: win rates, lift, and how sure it is."""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite
from typing import Literal

import numpy as np
import numpy.typing as npt
from scipy import stats
from scipy.stats import contingency

from trivet.numbers.insight.icp.statistics.weight import information_value, weights
from trivet.numbers.shared_metrics.figure import Interval
from trivet.numbers.shared_metrics.wilson import LEVEL, wilson

Alternative = Literal["two-sided", "greater", "less"]

LEAST_CLOSED = 30
LEAST_OF_EITHER = 10


@dataclass(frozen=True, slots=True)
class Split:
    """Counts of closed opportunities.

    true_won, true_closed     where the criterion is known to hold
    false_won, false_closed   where it is known not to
    """

    true_won: int
    true_closed: int
    false_won: int
    false_closed: int

    @classmethod
    def of(cls, told: npt.NDArray[np.int8], won: npt.NDArray[np.bool_]) -> Split:
        """From verdicts (1 true, 0 false); the unknown ones (-1) are in neither count."""
        true, false = told == 1, told == 0
        return cls(
            int((true & won).sum()), int(true.sum()), int((false & won).sum()), int(false.sum())
        )

    @property
    def known(self) -> int:
        return self.true_closed + self.false_closed

    @property
    def true_lost(self) -> int:
        return self.true_closed - self.true_won

    @property
    def false_lost(self) -> int:
        return self.false_closed - self.false_won

    @property
    def is_enough(self) -> bool:
        """Whether a verdict may be given at all."""
        return (
            self.true_closed >= LEAST_CLOSED
            and self.false_closed >= LEAST_CLOSED
            and min(self.true_won, self.true_lost) >= LEAST_OF_EITHER
        )

    @property
    def win_rate(self) -> float | None:
        """Where it holds, 0 to 1."""
        return self.true_won / self.true_closed if self.true_closed else None

    @property
    def win_rate_otherwise(self) -> float | None:
        """Where it does not hold, 0 to 1."""
        return self.false_won / self.false_closed if self.false_closed else None

    @property
    def win_rate_interval(self) -> Interval | None:
        """Wilson's, 95 %."""
        return wilson(self.true_won, self.true_closed) if self.true_closed else None

    @property
    def base(self) -> float | None:
        """The win rate of all of which it is known."""
        return (self.true_won + self.false_won) / self.known if self.known else None

    @property
    def lift(self) -> float | None:
        """The win rate where it holds, over that of all of which it is known."""
        rate, base = self.win_rate, self.base
        return rate / base if rate is not None and base else None

    @property
    def lift_interval(self) -> Interval | None:
        """95 %, from the ratio of the two win rates with the share where it holds as it is.

        Source   Katz et al. (1978), through scipy.stats.contingency.relative_risk
        """
        if not (self.true_won and self.false_won):
            return None
        ratio = contingency.relative_risk(
            self.true_won, self.true_closed, self.false_won, self.false_closed
        ).confidence_interval(LEVEL)
        held = self.true_closed / self.known

        def lift(risk: float) -> float:
            return risk / (held * risk + 1 - held) if isfinite(risk) else 1 / held

        return Interval(lift(float(ratio.low)), lift(float(ratio.high)), LEVEL)

    @property
    def way(self) -> int:
        """1 where it wins more often, -1 where less often, 0 where the interval holds 1.

        The one place that tells the sign of a difference. Where nothing was won on one side there
        is no interval, and Fisher's exact test at the same level stands in.
        """
        found = self.lift_interval
        if found is not None:
            return 1 if found.low > 1 else -1 if found.high < 1 else 0
        if self.p_value() > 1 - LEVEL:
            return 0
        return 1 if (self.win_rate or 0) > (self.win_rate_otherwise or 0) else -1

    @property
    def information_value(self) -> float:
        return information_value((self.true_won, self.false_won), (self.true_lost, self.false_lost))

    @property
    def weight(self) -> float:
        """Weight of evidence where it holds."""
        found = weights((self.true_won, self.false_won), (self.true_lost, self.false_lost))
        return float(found[0])

    def p_value(self, alternative: Alternative = "two-sided") -> float:
        """Fisher's exact test; 1 where one side is empty.

        alternative   two-sided, greater (wins more where it holds) or less
        """
        if not self.true_closed or not self.false_closed:
            return 1.0
        table = np.array([[self.true_won, self.true_lost], [self.false_won, self.false_lost]])
        return float(stats.fisher_exact(table, alternative=alternative).pvalue)


def sample_size(share: float, other: float, level: float = 0.05, power: float = 0.8) -> int:
    """Records needed in each of two groups to tell two shares apart, two-sided.

    Source   Cohen (1988): the difference of arcsines, as statsmodels' NormalIndPower
    """
    effect = 2 * (np.arcsin(np.sqrt(share)) - np.arcsin(np.sqrt(other)))
    needed = stats.norm.isf(level / 2) + stats.norm.ppf(power)
    return int(np.ceil(2 * (needed / effect) ** 2))
