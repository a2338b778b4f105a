"""The fit of every account: points, band, and what the bands come to in accounts and revenue."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import numpy as np
import pyarrow as pa

from trivet.errors import RecordUnknown
from trivet.numbers.insight.icp.criterion import Criterion
from trivet.numbers.insight.icp.profile import Profile
from trivet.numbers.insight.icp.scores import (
    BAND_ORDER,
    known_share,
    scores,
    waiting,
)
from trivet.numbers.insight.icp.standing import Standing
from trivet.numbers.insight.icp.verdicts import TRUE, UNKNOWN, Subjects, Verdicts, verdicts
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

    band   A, B, C, D or disqualified
    """

    band: str
    accounts: int
    arr_minor: int
    pipeline_minor: int


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
    rows         account_id, account_name, band, points, known, disqualified_by, arr_minor,
                 pipeline_minor; ordered by account_id. `known` counts criteria
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


def fit(measurement: Measurement, profile: Profile, worth: Standing) -> Fit:
    """Score every account that there was at the instant `worth` was asked for.

    Units   money in minor units of the company's currency
    """
    engine, settings = measurement.engine, measurement.settings
    accounts = engine.rows(ACCOUNTS, {"at": worth.at})
    ids = [str(each) for each in accounts["account_id"].to_pylist()]
    subjects = Subjects(ids, [worth.at] * len(ids), [None] * len(ids))
    told = verdicts(engine, settings, profile.criteria, subjects)
    not_yet = waiting(profile, told)
    scored = scores(profile, told, not_yet)
    arr = np.array([worth.arr_minor.get(each, 0) for each in ids], np.int64)
    pipeline = np.array([worth.pipeline_minor.get(each, 0) for each in ids], np.int64)
    rows = pa.table(
        {
            "account_id": accounts["account_id"],
            "account_name": accounts["account_name"],
            "band": pa.array(scored.band.tolist(), pa.string()),
            "points": pa.array(scored.points),
            "known": pa.array(scored.known),
            "disqualified_by": pa.array(scored.disqualified_by.tolist(), pa.string()),
            "arr_minor": pa.array(arr),
            "pipeline_minor": pa.array(pipeline),
        }
    )
    bands = tuple(
        BandFit(band, int(here.sum()), int(arr[here].sum()), int(pipeline[here].sum()))
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
        measurement.build,
        worth.at,
        rows,
        bands,
        coverage,
        profile.attainable(not_yet),
        settings.company.currency,
        told,
    )
