"""The fit of every account: points, band, and what the bands come to in accounts and revenue."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import numpy as np
import pyarrow as pa

from trivet.errors import RecordUnknown
from trivet.numbers.insight.icp.criterion import Criterion
from trivet.numbers.insight.icp.holdout import let_through
from trivet.numbers.insight.icp.profile import DISQUALIFIED, Profile
from trivet.numbers.insight.icp.scores import (
    BAND_ORDER,
    known_share,
    scores,
    waiting,
)
from trivet.numbers.insight.icp.standing import Standing
from trivet.numbers.insight.icp.verdict_columns import VerdictColumns
from trivet.numbers.insight.icp.verdicts import TRUE, UNKNOWN, Subjects, Verdicts
from trivet.numbers.shared_metrics.measure import Measurement

ACCOUNTS = """
select account.account_id, coalesce(account.name, account.account_id) as account_name
from account
join account_key using (account_id)
where account.created_at is null or account.created_at <= $at
order by account.account_id
"""

WORDS = {TRUE: "true", UNKNOWN: "unknown"}


@dataclass(frozen=True, slots=True)
class BandFit:
    """What is in one band.

    band          A, B, C, D or disqualified
    let_through   of the disqualified, how many are worked on all the same, to learn
    """

    band: str
    accounts: int
    arr_minor: int
    pipeline_minor: int
    let_through: int = 0


@dataclass(frozen=True, slots=True)
class CriterionCoverage:
    """Of how many accounts a criterion is known, and of how many true.

    is_waiting   a business problem that is known of too few accounts to give points yet
    """

    criterion: Criterion
    known: int
    true: int
    accounts: int
    is_waiting: bool

    @property
    def known_share(self) -> float:
        """0 to 1."""
        return self.known / self.accounts if self.accounts else 0.0


@dataclass(frozen=True, slots=True)
class CriterionVerdict:
    """What is known of one account.

    verdict   true, false or unknown
    points    what it gave the account, before 100 is made of all points
    """

    criterion: Criterion
    verdict: str
    points: int


@dataclass(frozen=True, slots=True)
class Fit:
    """The fit of every account to one profile, at one instant.

    as_of_at     naive UTC
    rows         account_id, account_name, band, points, known, disqualified_by, let_through,
                 arr_minor, pipeline_minor; ordered by account_id. `known` counts criteria,
                 `let_through` is true only of disqualified accounts
    bands        A, B, C, D, disqualified, in this order
    coverage     one a criterion, in the profile's order
    attainable   the points an account can have, before 100 is made of them
    currency     of every amount
    """

    profile: Profile
    build: str
    as_of_at: datetime
    rows: pa.Table
    bands: tuple[BandFit, ...]
    coverage: tuple[CriterionCoverage, ...]
    attainable: int
    currency: str
    told: Verdicts

    @property
    def accounts(self) -> int:
        return len(self.rows)

    @property
    def known_share(self) -> float:
        """Of all verdicts, the share that is known; 0 to 1."""
        return float((self.told != UNKNOWN).mean()) if self.told.size else 0.0

    @property
    def waiting(self) -> tuple[str, ...]:
        """Ids of criteria whose points do not count yet."""
        return tuple(each.criterion.id for each in self.coverage if each.is_waiting)

    def verdicts_of(self, account_id: str) -> tuple[CriterionVerdict, ...]:
        """Criterion by criterion. Raises   RecordUnknown"""
        ids = self.rows["account_id"].to_pylist()
        if account_id not in ids:
            raise RecordUnknown(
                "No account %(account_id)s is in this fit.",
                remedy="Open it from the list of accounts.",
                account_id=repr(account_id),
            )
        told = self.told[ids.index(account_id)]
        return tuple(
            CriterionVerdict(
                each,
                WORDS.get(int(verdict), "false"),
                each.points if verdict == TRUE and each.id not in self.waiting else 0,
            )
            for each, verdict in zip(self.profile.criteria, told, strict=True)
        )


class Accounts:
    """Every account that there was at an instant, and what is known of it there.

    worth   what each is worth at that instant
    """

    def __init__(self, measurement: Measurement, worth: Standing) -> None:
        found = measurement.engine.rows(ACCOUNTS, {"at": worth.at})
        self.worth = worth
        self.ids = [str(each) for each in found["account_id"].to_pylist()]
        self.names = found["account_name"]
        self.build = measurement.build
        self.currency = measurement.settings.company.currency
        subjects = Subjects(self.ids, [worth.at] * len(self.ids), [None] * len(self.ids))
        self.told = VerdictColumns(measurement, subjects)


def fit(accounts: Accounts, profile: Profile) -> Fit:
    """Score every account.

    Units   money in minor units of the company's currency
    """
    ids, worth = accounts.ids, accounts.worth
    told = accounts.told.of(profile.criteria)
    not_yet = waiting(profile, told)
    scored = scores(profile, told, not_yet)
    through = (scored.band == DISQUALIFIED) & let_through(profile.let_through, ids)
    arr = np.array([worth.arr_minor.get(each, 0) for each in ids], np.int64)
    pipeline = np.array([worth.pipeline_minor.get(each, 0) for each in ids], np.int64)
    rows = pa.table(
        {
            "account_id": pa.array(ids, pa.string()),
            "account_name": accounts.names,
            "band": pa.array(scored.band.tolist(), pa.string()),
            "points": pa.array(scored.points),
            "known": pa.array(scored.known),
            "disqualified_by": pa.array(scored.disqualified_by.tolist(), pa.string()),
            "let_through": pa.array(through),
            "arr_minor": pa.array(arr),
            "pipeline_minor": pa.array(pipeline),
        }
    )
    bands = tuple(
        BandFit(
            band,
            int(here.sum()),
            int(arr[here].sum()),
            int(pipeline[here].sum()),
            int(through[here].sum()),
        )
        for band in BAND_ORDER
        for here in (scored.band == band,)
    )
    share = known_share(told)
    coverage = tuple(
        CriterionCoverage(
            each,
            round(float(share[place]) * len(ids)),
            int((told[:, place] == TRUE).sum()),
            len(ids),
            each.id in not_yet,
        )
        for place, each in enumerate(profile.criteria)
    )
    return Fit(
        profile,
        accounts.build,
        worth.at,
        rows,
        bands,
        coverage,
        profile.attainable(not_yet),
        accounts.currency,
        told,
    )
