"""From a population stability index to a word."""

from __future__ import annotations

from enum import StrEnum

STABLE = 0.1
SHIFTED = 0.25


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


def expected_by_chance(earlier: int, later: int, bands: int = 3) -> float | None:
    """The index to be expected of so many records although nothing changed; None without any.

    bands    true, false and unknown

    Source   Yurdakul and Naranjo, Statistical properties of the population stability index (2020):
             under no change about (bands - 1)(1 / n + 1 / m)
    """
    if not earlier or not later:
        return None
    return (bands - 1) * (1 / earlier + 1 / later)
