"""What the company's own closed opportunities and customers say about each criterion.

Values are those of the instant an opportunity was created, new business and expansion stand
apart, and what is found on earlier opportunities must show again on later ones before it is said.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from trivet.numbers.insight.icp.attributes import WITH_HISTORY, sellers
from trivet.numbers.insight.icp.closed import STRATA, Closed, Definitions, closed
from trivet.numbers.insight.icp.criterion import Criterion
from trivet.numbers.insight.icp.leak import caution, data_leaks, name_leaks
from trivet.numbers.insight.icp.profile import Profile
from trivet.numbers.insight.icp.retention import (
    RetentionEvidence,
    Started,
    retention_by,
    started,
)
from trivet.numbers.insight.icp.sentence import Sentence
from trivet.numbers.insight.icp.statistics.auc import Auc, auc
from trivet.numbers.insight.icp.statistics.drift import Shift
from trivet.numbers.insight.icp.statistics.judged import Judged, Parts, Word, judge
from trivet.numbers.insight.icp.statistics.scorecard import Scorecard
from trivet.numbers.insight.icp.statistics.split import LEAST_CLOSED, LEAST_OF_EITHER
from trivet.numbers.insight.icp.verdict_columns import VerdictColumns
from trivet.numbers.insight.icp.verdicts import FALSE, TRUE, UNKNOWN, Subjects, Verdicts, own_sql
from trivet.numbers.shared_metrics.asked import Asked, end_of
from trivet.numbers.shared_metrics.measure import Measurement
from trivet.numbers.shared_metrics.registry import metric_named
from trivet.numbers.shared_metrics.time_to_close.metric import percentile

CHANGED_GAP = 0.05


@dataclass(frozen=True, slots=True)
class KnownSince:
    """Whether the values of a field of accounts are known as they were.

    known     closed opportunities of whose account any export says it
    older     of these, how many were created before the first such export
    changed   whether a later export says otherwise of any of them
    """

    known: int
    older: int
    changed: bool

    @classmethod
    def of(cls, measurement: Measurement, deals: Closed) -> dict[str, KnownSince]:
        """By attribute."""
        asked = pa.table(
            {
                "account_id": pa.array(deals.account_id, pa.string()),
                "created_on": pa.array(deals.created_on, pa.date32()),
            }
        )
        found = measurement.engine.ask(own_sql("known_since"), {}, {"asked_deal": asked})
        return {
            row["attribute"]: cls(row["known"], int(row["older"]), row["changed"])
            for row in found.to_pylist()
        }


@dataclass(frozen=True, slots=True)
class StratumEvidence:
    """Of the opportunities of one kind.

    stratum                 new_business or expansion
    days_true, days_false   median days to close of what was won, where it held and where not
    known_won, known_lost   share of what was won, and lost, of which it was known at creation
    shift                   whether later opportunities are of other accounts, or less known
    """

    stratum: str
    judged: Judged
    days_true: Fraction | None
    days_false: Fraction | None
    known_won: float | None
    known_lost: float | None
    shift: Shift


@dataclass(frozen=True, slots=True)
class CriterionEvidence:
    """Everything about one criterion.

    retention   of customers by the criterion at contract start; None without recurring revenue
    known       opportunities of which it was known when they were created, of `subjects`
    leaks       why it is known only after the outcome; empty where nothing says so
    cautions    what else a reader should know
    """

    criterion: Criterion
    strata: tuple[StratumEvidence, ...]
    retention: RetentionEvidence | None
    known: int
    subjects: int
    leaks: tuple[Sentence, ...]
    cautions: tuple[Sentence, ...]

    @property
    def new_business(self) -> StratumEvidence:
        """What new business says: that is whom a profile is for."""
        return self.strata[0]

    @property
    def word(self) -> Word:
        """Of new business."""
        return self.new_business.judged.word

    @property
    def says(self) -> str:
        """What the word means here."""
        return self.new_business.judged.says

    @property
    def is_against(self) -> bool:
        """Whether accounts that match win less often; of a disqualifier, more often."""
        return self.new_business.judged.is_against

    @property
    def known_share(self) -> float:
        """0 to 1."""
        return self.known / self.subjects if self.subjects else 0.0

    def stratum(self, name: str) -> StratumEvidence:
        return next(each for each in self.strata if each.stratum == name)

    @property
    def is_conflict(self) -> bool:
        """It helps to win and hurts to keep, or the other way round; both intervals are clear."""
        whole = self.new_business.judged.whole
        if self.retention is None or self.leaks or not whole.is_enough:
            return False
        return whole.way * self.retention.way < 0


@dataclass(frozen=True, slots=True)
class Overall:
    """Whether all criteria of a profile together say anything about winning, out of time.

    A scorecard learned on the earlier opportunities orders the later ones.
    word   supports, no signal or not enough evidence
    """

    stratum: str
    opportunities: int
    earlier: Auc | None
    later: Auc | None
    word: Word


@dataclass(frozen=True, slots=True)
class Evidence:
    """The evidence for a profile, from one build.

    later_from   first day of the quarters on which patterns are confirmed
    reason       why there is none; empty where there is
    """

    profile: Profile
    build: str
    as_of_at: datetime
    later_from: date | None
    criteria: tuple[CriterionEvidence, ...]
    overall: tuple[Overall, ...]
    reason: str = ""

    @property
    def conflicts(self) -> tuple[CriterionEvidence, ...]:
        """Criteria that help to win and hurt to keep, or the other way round."""
        return tuple(each for each in self.criteria if each.is_conflict)

    def criterion(self, name: str) -> CriterionEvidence:
        return next(each for each in self.criteria if each.criterion.id == name)


@dataclass(frozen=True, slots=True)
class Happenings:
    """What happened, whatever the profile: opportunities that closed, customers that started.

    created, ended, begun   what is known of the accounts when each opportunity was created, when
                            it closed, and when each customer started
    known_since             by attribute, whether its values are known as they were
    lacks                   why nobody can tell who won; empty where that is known
    """

    as_of_at: datetime
    deals: Closed
    cohort: Started
    created: VerdictColumns
    ended: VerdictColumns
    begun: VerdictColumns
    known_since: Mapping[str, KnownSince]
    lacks: str = ""

    @classmethod
    def of(
        cls, measurement: Measurement, definitions: Definitions, as_of: date | None
    ) -> Happenings:
        """Read once for a day.

        definitions   the definition in force of a metric: who won, how long it took, who was kept
        as_of         what was known at the end of this day; None for all that is known
        """
        at = Asked.of([], measurement.settings, measurement.newest, as_of).as_of_at
        lacks = metric_named("win_rate").lacks(
            definitions("win_rate").with_options(sourced="all"), measurement.loaded
        )
        deals, cohort = Closed.none(), Started.none()
        if not lacks:
            deals = closed(measurement, definitions, as_of)
            cohort = started(measurement, definitions, as_of)
        ends = [end_of(measurement.settings, day) for day in deals.closed_on]
        ended = Subjects(deals.account_id, ends, deals.opportunity_id)
        return cls(
            at,
            deals,
            cohort,
            VerdictColumns(measurement, deals.subjects),
            VerdictColumns(measurement, ended),
            VerdictColumns(measurement, cohort.subjects),
            KnownSince.of(measurement, deals),
            lacks,
        )

    @property
    def reason(self) -> str:
        """Why there is no evidence; empty where there is."""
        if self.lacks or len(self.deals):
            return self.lacks
        return "no opportunity with an account and a creation date has closed"


@dataclass(frozen=True, slots=True)
class Observed:
    """What evidence is drawn from: read once for a profile, by verdicts and outcomes.

    told        verdicts when each opportunity was created
    at_close    verdicts of the criteria with history when it closed, else `told`
    cohort_told verdicts when each customer's first contract started
    """

    deals: Closed
    told: Verdicts
    at_close: Verdicts
    cohort: Started
    cohort_told: Verdicts

    @classmethod
    def of(cls, happened: Happenings, criteria: Sequence[Criterion]) -> Observed:
        told = happened.created.of(criteria)
        at_close = told.copy()
        changing = [
            place
            for place, each in enumerate(criteria)
            if set(each.test.attributes) & set(WITH_HISTORY)
        ]
        if changing:
            at_close[:, changing] = happened.ended.of([criteria[place] for place in changing])
        return cls(happened.deals, told, at_close, happened.cohort, happened.begun.of(criteria))


def evidence(
    measurement: Measurement, happened: Happenings, profile: Profile, *, in_all: bool = True
) -> Evidence:
    """Evidence beside each criterion.

    in_all   whether to ask what all of them together say as well
    """
    build, at = measurement.build, happened.as_of_at
    if happened.reason:
        return Evidence(profile, build, at, None, (), (), happened.reason)
    seen = Observed.of(happened, profile.criteria)
    told = [
        _leaks(measurement, happened, seen, profile, place)
        for place in range(len(profile.criteria))
    ]
    leaks, cautions = [each for each, _ in told], [each for _, each in told]
    by_stratum = {name: _stratum(seen, profile, name, leaks, in_all=in_all) for name in STRATA}
    kept = retention_by(seen.cohort, seen.cohort_told)
    criteria = tuple(
        CriterionEvidence(
            each,
            tuple(by_stratum[name][0][place] for name in STRATA),
            kept[place] if len(seen.cohort) else None,
            int((seen.told[:, place] != UNKNOWN).sum()),
            len(seen.deals),
            tuple(leaks[place]),
            (*cautions[place], *by_stratum[STRATA[0]][2]),
        )
        for place, each in enumerate(profile.criteria)
    )
    overall = tuple(by_stratum[name][1] for name in STRATA) if in_all else ()
    return Evidence(profile, build, at, seen.deals.later_from, criteria, overall)


def _stratum(
    seen: Observed,
    profile: Profile,
    name: str,
    leaks: Sequence[Sequence[Sentence]],
    *,
    in_all: bool,
) -> tuple[list[StratumEvidence], Overall, list[Sentence]]:
    here = seen.deals.of(name)
    told, won = seen.told[here], seen.deals.won[here]
    accounts = [a for a, inside in zip(seen.deals.account_id, here, strict=True) if inside]
    parts = Parts.of(seen.deals.is_later[here], accounts, won)
    judged = judge(
        told,
        won,
        parts,
        excludes=[each.excludes for each in profile.criteria],
        leaks=[bool(each) for each in leaks],
    )
    days = seen.deals.days[here]
    found = [
        StratumEvidence(
            name,
            judged[place],
            _median(days[won & (told[:, place] == TRUE)]),
            _median(days[won & (told[:, place] == FALSE)]),
            _share(told[won, place] != UNKNOWN),
            _share(told[~won, place] != UNKNOWN),
            Shift.of(told[parts.earlier, place], told[parts.later, place]),
        )
        for place in range(len(profile.criteria))
    ]
    clean = [place for place in range(len(profile.criteria)) if in_all and not leaks[place]]
    overall = together(name, told[:, clean], won, parts, accounts)
    cautions = [caution("shares_accounts")] if parts.shares_accounts and len(accounts) else []
    return found, overall, cautions


def together(
    name: str,
    told: Verdicts,
    won: npt.NDArray[np.bool_],
    parts: Parts,
    accounts: Sequence[str],
) -> Overall:
    """Whether all columns together say anything out of time. Unknown says nothing."""
    names = np.asarray(accounts, dtype=np.str_)
    for part in (parts.earlier, parts.later):
        if (
            part.sum() < LEAST_CLOSED
            or min((won & part).sum(), (~won & part).sum()) < LEAST_OF_EITHER
            or not told.shape[1]
        ):
            return Overall(name, len(won), None, None, Word.NOT_ENOUGH)
    codes = told.astype(np.int64) + 1
    card = Scorecard.learned(codes[parts.earlier], won[parts.earlier], zero_weighs=False)
    points = card.predicted(codes)
    earlier = auc(points[parts.earlier], won[parts.earlier], list(names[parts.earlier]))
    later = auc(points[parts.later], won[parts.later], list(names[parts.later]))
    says = later is not None and later.interval.low > 0.5
    return Overall(name, len(won), earlier, later, Word.SUPPORTS if says else Word.NO_SIGNAL)


def _leaks(
    measurement: Measurement, happened: Happenings, seen: Observed, profile: Profile, place: int
) -> tuple[list[Sentence], list[Sentence]]:
    """Why a criterion leaks, and what else is to be said of it."""
    leaks: list[Sentence] = []
    cautions: list[Sentence] = []
    won, told = seen.deals.won, seen.told[:, place]
    seller = sellers(measurement.settings)
    for name in profile.criteria[place].test.attributes:
        if name in seller:
            cautions.append(caution("about_seller", name))
        if name in WITH_HISTORY:
            then = _turned(told, seen.at_close[:, place])
            of_won, of_lost = _share(then[won]) or 0.0, _share(then[~won]) or 0.0
            if abs(of_won - of_lost) >= CHANGED_GAP:
                shares = {"won": f"{100 * of_won:.0f}", "lost": f"{100 * of_lost:.0f}"}
                cautions.append(caution("changed", name, **shares))
            continue
        cautions += _as_known(name, happened)
        leaks += name_leaks(name)
        new = seen.deals.of(STRATA[0])
        counts = {
            str(value): (
                int((new & won & (told == value)).sum()),
                int((new & ~won & (told == value)).sum()),
            )
            for value in (TRUE, FALSE)
        }
        leaks += data_leaks(name, (told != UNKNOWN)[new], won[new], counts)
    return leaks, cautions


def _turned(created: npt.NDArray[np.int8], ended: npt.NDArray[np.int8]) -> npt.NDArray[np.bool_]:
    """Of which opportunities the answer changed; one that was first given did not."""
    turned: npt.NDArray[np.bool_] = (created != ended) & (created != UNKNOWN) & (ended != UNKNOWN)
    return turned


def _as_known(name: str, happened: Happenings) -> list[Sentence]:
    """Of how many opportunities a value is younger than they are; nothing where of none."""
    since = happened.known_since.get(name)
    if since is None or (since.older == since.known and not since.changed):
        return [caution("no_history", name)]
    if not since.older:
        return []
    return [caution("first_known", name, older=f"{since.older:,}", all=f"{since.known:,}")]


def _median(days: npt.NDArray[np.int64]) -> Fraction | None:
    counted = days[days >= 0]
    return percentile(counted, 5) if len(counted) else None


def _share(found: npt.NDArray[np.bool_]) -> float | None:
    return float(found.mean()) if len(found) else None
