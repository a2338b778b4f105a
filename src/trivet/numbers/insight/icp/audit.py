"""What disqualifiers kept out, and what became of it: won, lost, and what the won ones brought."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from trivet.numbers.insight.icp.closed import Closed
from trivet.numbers.insight.icp.criterion import Criterion
from trivet.numbers.insight.icp.statistics.split import LEAST_CLOSED, LEAST_OF_EITHER
from trivet.numbers.shared_metrics.figure import Interval
from trivet.numbers.shared_metrics.wilson import wilson


@dataclass(frozen=True, slots=True)
class Audit:
    """New business of accounts that were ruled out when it was created.

    won_minor   what was won of it all the same: what ruling them out would have cost
    """

    won: int
    won_minor: int
    lost: int

    @classmethod
    def of(cls, deals: Closed, asked: npt.NDArray[np.bool_]) -> Audit:
        """Of the closed opportunities that are asked for."""
        won, lost = asked & deals.won, asked & ~deals.won
        return cls(int(won.sum()), int(deals.worth_minor[won].sum()), int(lost.sum()))

    @property
    def closed(self) -> int:
        return self.won + self.lost

    @property
    def is_enough(self) -> bool:
        """Whether anything may be said of it: the bounds of every criterion's evidence."""
        return self.closed >= LEAST_CLOSED and min(self.won, self.lost) >= LEAST_OF_EITHER

    @property
    def win_rate(self) -> float | None:
        return self.won / self.closed if self.closed else None

    @property
    def interval(self) -> Interval | None:
        """Wilson's, 95 %."""
        return wilson(self.won, self.closed) if self.closed else None


NOBODY = Audit(0, 0, 0)


@dataclass(frozen=True, slots=True)
class DisqualifierAudit:
    """What became of the accounts that one disqualifier is true of.

    ruled_out   all but those let through: whoever worked on them did so against the profile
    held_out    those that the profile in force at creation let through, to learn
    """

    criterion: Criterion
    ruled_out: Audit
    held_out: Audit
