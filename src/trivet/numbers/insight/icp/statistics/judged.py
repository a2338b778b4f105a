"""From counts to a word: found on earlier opportunities, confirmed on later ones, or not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt
from scipy import stats

from trivet.numbers.insight.icp.statistics.split import (
    LEAST_CLOSED,
    LEAST_OF_EITHER,
    Alternative,
    Split,
)

FALSE_DISCOVERIES = 0.10
"""Of what is found, the share that may be chance (Benjamini and Hochberg, 1995)."""

USELESS = 0.02
WORTH_SEEING = 1.5
"""An interval that ends below this lift: one worth having would have been seen."""


class Word(StrEnum):
    """What the company's own data says about a criterion."""

    SUPPORTS = "supports"
    AGAINST = "against"
    WEAK = "weak evidence"
    NOT_ENOUGH = "not enough evidence"
    NO_SIGNAL = "no signal"
    LEAKING = "leaking"

    @property
    def says(self) -> str:
        return SENTENCES[self]


SENTENCES = {
    Word.SUPPORTS: "Found on earlier opportunities and confirmed on later ones.",
    Word.AGAINST: "The opposite was found on earlier opportunities and confirmed on later ones.",
    Word.WEAK: "It may be chance: it was not found, or not confirmed later.",
    Word.NOT_ENOUGH: "Too few closed opportunities of which it is known.",
    Word.NO_SIGNAL: "There are enough opportunities to see a lift of 1.5, and there is none.",
    Word.LEAKING: "It is known only after the outcome, so it cannot tell anybody beforehand.",
}


@dataclass(frozen=True, slots=True)
class Judged:
    """What the opportunities say about one criterion.

    whole, earlier, later   all, those the pattern is looked for in, those it is confirmed on
    is_found                on the earlier ones, at 10 % false discoveries over all criteria
    is_confirmed            on the later ones too, at 10 % over what was found
    """

    whole: Split
    earlier: Split
    later: Split
    is_found: bool
    is_confirmed: bool
    word: Word


@dataclass(frozen=True, slots=True)
class Parts:
    """Which opportunities the pattern is looked for in, and which it is confirmed on.

    shares_accounts   later ones of accounts that also closed earlier had to be kept, because too
                      few others are there
    """

    earlier: npt.NDArray[np.bool_]
    later: npt.NDArray[np.bool_]
    shares_accounts: bool

    @classmethod
    def of(
        cls,
        is_later: npt.NDArray[np.bool_],
        group: Sequence[str],
        won: npt.NDArray[np.bool_],
    ) -> Parts:
        """Keep an account on one side: what is learned on it must not be confirmed on it.

        is_later   created in the last quarters
        group      the account of each
        """
        _, number = np.unique(np.asarray(group, dtype=np.str_), return_inverse=True)
        seen = np.zeros(int(number.max(initial=-1)) + 1, dtype=bool)
        seen[number[~is_later]] = True
        own = is_later & ~seen[number]
        enough = (
            own.sum() >= 2 * LEAST_CLOSED
            and min((own & won).sum(), (own & ~won).sum()) >= LEAST_OF_EITHER
        )
        return cls(~is_later, own if enough else is_later, not enough)


def judge(
    told: npt.NDArray[np.int8],
    won: npt.NDArray[np.bool_],
    parts: Parts,
    *,
    excludes: Sequence[bool] | None = None,
    leaks: Sequence[bool] | None = None,
) -> tuple[Judged, ...]:
    """A word for each column of `told`.

    told       one row an opportunity: 1 true, 0 false, -1 unknown
    excludes   by column, whether fewer wins are what it claims (a disqualifier)
    leaks      by column, whether it is known to be written after the outcome
    """
    columns = told.shape[1]
    excludes = excludes or [False] * columns
    leaks = leaks or [False] * columns
    whole = [Split.of(told[:, c], won) for c in range(columns)]
    earlier = [Split.of(told[parts.earlier, c], won[parts.earlier]) for c in range(columns)]
    later = [Split.of(told[parts.later, c], won[parts.later]) for c in range(columns)]
    asked = [c for c in range(columns) if whole[c].is_enough and not leaks[c]]
    standing_out = _discovered(asked, [whole[c].p_value() for c in asked])
    found = _discovered(asked, [earlier[c].p_value() for c in asked])
    ways: list[Alternative] = ["greater" if _rises(earlier[c]) else "less" for c in found]
    confirmed = _discovered(
        found, [later[c].p_value(way) for c, way in zip(found, ways, strict=True)]
    )
    return tuple(
        Judged(
            whole[c],
            earlier[c],
            later[c],
            c in found,
            c in confirmed,
            _word(whole[c], c in standing_out, c in confirmed, excludes[c], leaks[c]),
        )
        for c in range(columns)
    )


def _discovered(columns: Sequence[int], p_values: Sequence[float]) -> list[int]:
    if not columns:
        return []
    adjusted = stats.false_discovery_control(p_values, method="bh")
    return [c for c, p in zip(columns, adjusted, strict=True) if p <= FALSE_DISCOVERIES]


def _rises(split: Split) -> bool:
    return (split.win_rate or 0.0) >= (split.win_rate_otherwise or 0.0)


def _word(whole: Split, stands_out: bool, is_confirmed: bool, excludes: bool, leaks: bool) -> Word:
    if leaks:
        return Word.LEAKING
    if not whole.is_enough:
        return Word.NOT_ENOUGH
    interval = whole.lift_interval
    if interval is None:
        return Word.WEAK
    if is_confirmed and not interval.low <= 1 <= interval.high:
        return Word.SUPPORTS if (interval.low > 1) != excludes else Word.AGAINST
    # One interval of twenty misses 1 by chance: with many criteria what stands out has to survive
    # the correction for all of them before it is anything.
    is_nothing = interval.low <= 1 <= interval.high or not stands_out
    is_narrow = interval.low >= 1 / WORTH_SEEING and interval.high <= WORTH_SEEING
    return (
        Word.NO_SIGNAL
        if is_nothing and is_narrow and whole.information_value < USELESS
        else Word.WEAK
    )
