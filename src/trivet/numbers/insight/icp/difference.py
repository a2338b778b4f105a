"""What changes between two profiles: which criteria, and which accounts with how much revenue."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa

from trivet.numbers.insight.icp.criterion import Criterion
from trivet.numbers.insight.icp.fit import Accounts, Fit, fit
from trivet.numbers.insight.icp.profile import DISQUALIFIED, Profile


@dataclass(frozen=True, slots=True)
class Moved:
    """Accounts that come out otherwise, and what they are worth in minor units.

    better, worse   how many go to a better band and to a worse one; disqualified is the worst
    disqualified    how many become disqualified
    """

    accounts: int
    arr_minor: int
    pipeline_minor: int
    better: int
    worse: int
    disqualified: int


@dataclass(frozen=True, slots=True)
class CriterionDifference:
    """One criterion that differs.

    before, after   None where the profile has no such criterion
    moved           what this change does by itself, with everything else as it was before
    """

    id: str
    before: Criterion | None
    after: Criterion | None
    moved: Moved

    @property
    def change(self) -> str:
        """added, removed or changed."""
        if self.before is None:
            return "added"
        return "removed" if self.after is None else "changed"


@dataclass(frozen=True, slots=True)
class ProfileDifference:
    """Two profiles, on the same accounts at the same instant.

    criteria   those that differ: removed and changed in the order before, then the added ones
    cutoffs    whether the bands' cut-offs differ
    moved      what all changes do together
    rows       accounts whose band changes: account_id, account_name, band_before, band_after,
               points_before, points_after, arr_minor, pipeline_minor
    """

    before: Fit
    after: Fit
    criteria: tuple[CriterionDifference, ...]
    cutoffs: bool
    moved: Moved
    rows: pa.Table

    @property
    def is_same(self) -> bool:
        return not self.criteria and not self.cutoffs and self.moved.accounts == 0


def difference(accounts: Accounts, before: Profile, after: Profile) -> ProfileDifference:
    """Clause by clause, and in accounts and revenue.

    The parts need not add up to the whole: two changes may move the same account.
    """
    first, second = fit(accounts, before), fit(accounts, after)
    own = {each.id: each for each in before.criteria}
    theirs = {each.id: each for each in after.criteria}
    changed = [name for name in own if own[name] != theirs.get(name)]
    added = [name for name in theirs if name not in own]
    found = []
    for name in (*changed, *added):
        alone = _with_one_change(before, name, theirs.get(name))
        moved = _moved(first, fit(accounts, alone))
        found.append(CriterionDifference(name, own.get(name), theirs.get(name), moved))
    rows = pa.table(
        {
            "account_id": first.rows["account_id"],
            "account_name": first.rows["account_name"],
            "band_before": first.rows["band"],
            "band_after": second.rows["band"],
            "points_before": first.rows["points"],
            "points_after": second.rows["points"],
            "arr_minor": first.rows["arr_minor"],
            "pipeline_minor": first.rows["pipeline_minor"],
        }
    ).filter(pa.array(_bands(first) != _bands(second)))
    return ProfileDifference(
        first,
        second,
        tuple(found),
        before.cutoffs != after.cutoffs,
        _moved(first, second),
        rows.sort_by([("arr_minor", "descending"), ("account_id", "ascending")]),
    )


def _with_one_change(profile: Profile, name: str, to: Criterion | None) -> Profile:
    kept = [each if each.id != name else to for each in profile.criteria]
    if to is not None and to not in kept:
        kept.append(to)
    return replace(profile, criteria=tuple(each for each in kept if each is not None))


def _bands(found: Fit) -> np.ndarray:
    return np.array(found.rows["band"].to_pylist(), dtype=f"<U{len(DISQUALIFIED)}")


def _moved(before: Fit, after: Fit) -> Moved:
    first, second = _bands(before), _bands(after)
    differs = first != second
    rows = before.rows
    # "A" is before "D", and "disqualified" behind every capital letter.
    return Moved(
        int(differs.sum()),
        int(rows["arr_minor"].to_numpy()[differs].sum()),
        int(rows["pipeline_minor"].to_numpy()[differs].sum()),
        int((second < first).sum()),
        int((second > first).sum()),
        int((differs & (second == DISQUALIFIED)).sum()),
    )
