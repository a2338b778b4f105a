"""Whether later records are still of the kind that earlier ones were, and still as well known."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt
from scipy import stats

from trivet.numbers.insight.icp.statistics.weight import stability

STABLE = 0.1
SHIFTED = 0.25
KNOWN_LESS = 0.10
"""So many of a hundred fewer records of which it is known are worth a sentence of their own."""
SURE = 0.001


class Drift(StrEnum):
    """Whether records of two times are still of one kind."""

    STABLE = "stable"
    MOVED = "moved a little"
    SHIFTED = "shifted"
    TOO_FEW = "too few to tell"

    @classmethod
    def of(cls, psi: float, by_chance: float) -> Drift:
        """The conventional word, unless chance alone would have brought an index worth one.

        by_chance   what the index comes to on average where nothing changed
        """
        if by_chance >= STABLE:
            return cls.TOO_FEW
        if psi < STABLE:
            return cls.STABLE
        return cls.MOVED if psi <= SHIFTED else cls.SHIFTED


@dataclass(frozen=True, slots=True)
class Shift:
    """Later records against earlier ones, of one criterion.

    Unknown is no kind of account. Records of which it is not known are left out of the index, or
    an account that nobody filled in, and one that somebody did, would look like another market.
    How many there are is told by itself.

    earlier, later               records
    earlier_known, later_known   of them, those of which it is known
    psi                          of true and false among these; None where a side has none
    """

    earlier: int
    later: int
    earlier_known: int
    later_known: int
    psi: float | None

    @classmethod
    def of(cls, earlier: npt.NDArray[np.int8], later: npt.NDArray[np.int8]) -> Shift:
        """From verdicts: 1 true, 0 false, -1 unknown."""
        before, after = (
            [int((told == kind).sum()) for kind in (1, 0)] for told in (earlier, later)
        )
        return cls(
            len(earlier),
            len(later),
            sum(before),
            sum(after),
            stability(before, after) if sum(before) and sum(after) else None,
        )

    @property
    def by_chance(self) -> float | None:
        """What `psi` would come to on average if nothing had changed."""
        return expected_by_chance(self.earlier_known, self.later_known)

    @property
    def word(self) -> Drift | None:
        """`psi` in a word; None where there is none."""
        if self.psi is None or self.by_chance is None:
            return None
        return Drift.of(self.psi, self.by_chance)

    @property
    def earlier_known_share(self) -> float | None:
        """0 to 1; None without records."""
        return self.earlier_known / self.earlier if self.earlier else None

    @property
    def later_known_share(self) -> float | None:
        """0 to 1; None without records."""
        return self.later_known / self.later if self.later else None

    @property
    def is_known_less(self) -> bool:
        """Whether it is known of clearly fewer later records: the data got worse, not the accounts.

        By ten points or more, and not by chance: Fisher's exact test at one in a thousand.
        """
        before, after = self.earlier_known_share, self.later_known_share
        if before is None or after is None or before - after < KNOWN_LESS:
            return False
        table = np.array(
            [
                [self.later_known, self.later - self.later_known],
                [self.earlier_known, self.earlier - self.earlier_known],
            ]
        )
        return bool(stats.fisher_exact(table, alternative="less").pvalue < SURE)


def expected_by_chance(earlier: int, later: int, bands: int = 2) -> float | None:
    """The index to be expected of so many records although nothing changed; None without any.

    bands    true and false

    Source   Yurdakul and Naranjo, Statistical properties of the population stability index (2020):
             under no change about (bands - 1)(1 / n + 1 / m)
    """
    if not earlier or not later:
        return None
    return (bands - 1) * (1 / earlier + 1 / later)
