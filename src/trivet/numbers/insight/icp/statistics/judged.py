"""From counts to a word: found on earlier opportunities, confirmed on later ones, or not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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

ALTERNATIVES: Mapping[int, Alternative] = {1: "greater", -1: "less"}


class Word(StrEnum):
    """What the company's own data says about a criterion."""

    SUPPORTS = "supports"
    AGAINST = "speaks against"
    MAY_BE_AGAINST = "speaks against, not confirmed"
    WEAK = "weak evidence"
    NOT_ENOUGH = "not enough evidence"
    NO_SIGNAL = "no signal"
    LEAKING = "leaking"


SENTENCES = {
    "supports": "Accounts that match win more often: found on earlier opportunities and confirmed"
    " on later ones.",
    "against": "Accounts that match win less often: found on earlier opportunities and confirmed"
    " on later ones.",
    "may_be_against": "Accounts that match won less often: found on earlier opportunities, but not"
    " confirmed on later ones, so it may be chance.",
    "leans_against": "Accounts that match won less often, but it may be chance: it was not found"
    " on earlier opportunities alone.",
    "rightly_excludes": "Accounts that it rules out win less often: found on earlier opportunities"
    " and confirmed on later ones.",
    "wrongly_excludes": "Accounts that it rules out win more often: found on earlier opportunities"
    " and confirmed on later ones.",
    "may_wrongly_exclude": "Accounts that it rules out won more often: found on earlier"
    " opportunities, but not confirmed on later ones, so it may be chance.",
    "leans_wrongly": "Accounts that it rules out won more often, but it may be chance: it was not"
    " found on earlier opportunities alone.",
    "weak": "It may be chance: it was not found, or not confirmed later.",
    "not_enough": "Too few closed opportunities of which it is known.",
    "no_signal": "There are enough opportunities to see a lift of 1.5, and there is none.",
    "leaking": "It is known only after the outcome, so it cannot tell anybody beforehand.",
}
"""What a word means; `gettext` looks these up as they stand."""


MEANS: Mapping[Word, tuple[str, str]] = {
    Word.SUPPORTS: ("supports", "rightly_excludes"),
    Word.AGAINST: ("against", "wrongly_excludes"),
    Word.MAY_BE_AGAINST: ("may_be_against", "may_wrongly_exclude"),
    Word.WEAK: ("weak", "weak"),
    Word.NOT_ENOUGH: ("not_enough", "not_enough"),
    Word.NO_SIGNAL: ("no_signal", "no_signal"),
    Word.LEAKING: ("leaking", "leaking"),
}
"""By word, its sentence of a criterion and of a disqualifier."""


@dataclass(frozen=True, slots=True)
class Judged:
    """What the opportunities say about one criterion.

    whole, earlier, later   all, those the pattern is looked for in, those it is confirmed on
    is_found                on the earlier ones, at 10 % false discoveries over all criteria
    is_confirmed            on the later ones too, at 10 % over what was found
    excludes                of a disqualifier: it claims that who matches wins less often
    """

    whole: Split
    earlier: Split
    later: Split
    is_found: bool
    is_confirmed: bool
    word: Word
    excludes: bool = False

    @property
    def is_against(self) -> bool:
        """Whether it does the opposite of what it is there for, over all opportunities.

        A criterion of which this is true deserves no points by itself, and who signs it is told.
        """
        if self.word is Word.WEAK:
            return self.whole.way == (1 if self.excludes else -1)
        return self.word in (Word.AGAINST, Word.MAY_BE_AGAINST)

    @property
    def says(self) -> str:
        """What the word means here."""
        criterion, disqualifier = MEANS[self.word]
        if self.word is Word.WEAK and self.is_against:
            criterion, disqualifier = "leans_against", "leans_wrongly"
        return SENTENCES[disqualifier if self.excludes else criterion]


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
    ways = {c: 1 if _rises(earlier[c]) else -1 for c in found}
    confirmed = _discovered(found, [later[c].p_value(ALTERNATIVES[ways[c]]) for c in found])
    return tuple(
        Judged(
            whole[c],
            earlier[c],
            later[c],
            c in found,
            c in confirmed,
            _word(
                whole[c],
                stands_out=c in standing_out,
                found=ways.get(c, 0),
                is_confirmed=c in confirmed,
                claims=-1 if excludes[c] else 1,
                leaks=leaks[c],
            ),
            excludes[c],
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


def _word(
    whole: Split, *, stands_out: bool, found: int, is_confirmed: bool, claims: int, leaks: bool
) -> Word:
    """The word.

    stands_out   over all of them, after the correction for all criteria
    found        the way that was found on earlier ones: 1 more wins, -1 fewer, 0 nothing found
    claims       the way that the criterion is there for: -1 of a disqualifier
    """
    if leaks:
        return Word.LEAKING
    if not whole.is_enough:
        return Word.NOT_ENOUGH
    # What was found counts only where all opportunities together go the same way, and clearly.
    if found and whole.way == found:
        if found != claims:
            return Word.AGAINST if is_confirmed else Word.MAY_BE_AGAINST
        if is_confirmed and whole.lift_interval is not None:
            return Word.SUPPORTS
    interval = whole.lift_interval
    if interval is None:
        return Word.WEAK
    # One interval of twenty misses 1 by chance: with many criteria what stands out has to survive
    # the correction for all of them before it is anything.
    is_nothing = not whole.way or not stands_out
    is_narrow = interval.low >= 1 / WORTH_SEEING and interval.high <= WORTH_SEEING
    return (
        Word.NO_SIGNAL
        if is_nothing and is_narrow and whole.information_value < USELESS
        else Word.WEAK
    )
