"""The quarterly report on a profile: seven parts, each made from what happened under it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

import numpy as np
import numpy.typing as npt

from trivet.numbers.insight.icp.attributes import askable
from trivet.numbers.insight.icp.audit import NOBODY, Audit, DisqualifierAudit
from trivet.numbers.insight.icp.closed import STRATA
from trivet.numbers.insight.icp.criterion import Criterion
from trivet.numbers.insight.icp.evidence import (
    CriterionEvidence,
    Evidence,
    Happenings,
    Observed,
)
from trivet.numbers.insight.icp.fit import Accounts, CriterionCoverage, fit
from trivet.numbers.insight.icp.holdout import let_through
from trivet.numbers.insight.icp.profile import DISQUALIFIED, Profile
from trivet.numbers.insight.icp.retention import Retained, retained
from trivet.numbers.insight.icp.scores import BAND_ORDER, scores, waiting
from trivet.numbers.insight.icp.statistics.auc import Auc, auc
from trivet.numbers.insight.icp.statistics.drift import Shift
from trivet.numbers.insight.icp.statistics.judged import Parts
from trivet.numbers.insight.icp.suggestion import Suggestion, suggestions
from trivet.numbers.insight.icp.verdict_columns import VerdictColumns
from trivet.numbers.insight.icp.verdicts import TRUE
from trivet.numbers.shared_metrics.figure import Interval
from trivet.numbers.shared_metrics.measure import Measurement
from trivet.numbers.shared_metrics.wilson import wilson
from trivet.vocabulary.period import Grain, Period, months_after

YEAR = 12


@dataclass(frozen=True, slots=True)
class InForce:
    """A profile and since when it was in force.

    from_at   None for always
    """

    from_at: datetime | None
    profile: Profile


@dataclass(frozen=True, slots=True)
class Outcome:
    """Closed opportunities of a band.

    base   the win rate of all bands together
    """

    won: int
    closed: int
    base: float | None

    @property
    def win_rate(self) -> float | None:
        return self.won / self.closed if self.closed else None

    @property
    def interval(self) -> Interval | None:
        """Wilson's, 95 %."""
        return wilson(self.won, self.closed) if self.closed else None

    @property
    def lift(self) -> float | None:
        rate = self.win_rate
        return rate / self.base if rate is not None and self.base else None

    @property
    def lift_interval(self) -> Interval | None:
        """The win rate's interval over the win rate of all."""
        found = self.interval
        if found is None or not self.base:
            return None
        return Interval(found.low / self.base, found.high / self.base, found.level)


@dataclass(frozen=True, slots=True)
class BandEvidence:
    """What became of one band, by the profile in force when each opportunity was created.

    by_close      new business that closed in the year up to the quarter's end
    by_creation   new business created in that year and closed by now
    retained      twelve months from the first contract, by the band at contract start
    kept          the same without growth
    """

    band: str
    by_close: Outcome
    by_creation: Outcome
    retained: Retained
    kept: Retained


@dataclass(frozen=True, slots=True)
class Calibration:
    """What a band promised and what it brought.

    earlier_won, earlier   earlier opportunities of the band: what it promised
    won, closed            later ones: what it brought
    """

    band: str
    earlier_won: int
    earlier: int
    won: int
    closed: int

    @property
    def expected(self) -> float | None:
        """Win rate of the band among the earlier opportunities; None without any."""
        return self.earlier_won / self.earlier if self.earlier else None

    @property
    def found(self) -> float | None:
        """Win rate of the band among the later ones; None without any."""
        return self.won / self.closed if self.closed else None

    @property
    def interval(self) -> Interval | None:
        """Wilson's, 95 %, of what was found."""
        return wilson(self.won, self.closed) if self.closed else None


@dataclass(frozen=True, slots=True)
class OutOfTime:
    """How well the points in force at creation ordered the later opportunities of one kind.

    auc               None where nothing later was won, or nothing lost
    won, lost         the later ones
    shares_accounts   later ones of accounts that also closed earlier had to be kept
    """

    stratum: str
    auc: Auc | None
    won: int
    lost: int
    calibration: tuple[Calibration, ...]
    shares_accounts: bool


@dataclass(frozen=True, slots=True)
class CriterionStability:
    """Whether later opportunities of new business look otherwise in this criterion."""

    criterion: Criterion
    shift: Shift


@dataclass(frozen=True, slots=True)
class Validation:
    """The report.

    quarter       the last whole one
    later_from    first day of the quarters on which patterns are confirmed
    missed_lost   new business in band D that was lost and nothing disqualified
    missed_won    the same, won
    accepted      new business that nothing disqualified: what the audits are held against
    in_hindsight  how many of the new business were created before any profile was in force: the
                  first one scores them, and nobody worked by it then
    closed        of so many closed
    held_out      what the profiles in force at creation disqualified and let through, whatever
                  the disqualifier
    suggestions   at most three; empty means that no change is supported
    reason        why there is none of it but the coverage; empty where there is
    """

    profile: Profile
    build: str
    as_of_at: datetime
    quarter: Period
    later_from: date | None
    coverage: tuple[CriterionCoverage, ...]
    bands: tuple[BandEvidence, ...]
    orders: tuple[OutOfTime, ...]
    stability: tuple[CriterionStability, ...]
    disqualifiers: tuple[DisqualifierAudit, ...]
    missed_lost: int
    missed_won: int
    accepted: Audit
    held_out: Audit
    in_hindsight: int
    closed: int
    conflicts: tuple[CriterionEvidence, ...]
    suggestions: tuple[Suggestion, ...]
    reason: str = ""


def validation(
    measurement: Measurement,
    in_force: Sequence[InForce],
    accounts: Accounts,
    happened: Happenings,
    told: Evidence,
) -> Validation:
    """The report on the last of the profiles in force, each opportunity under its own.

    accounts   all of them now, for the coverage
    told       the evidence for that last profile
    """
    calendar, worth = measurement.settings.calendar, accounts.worth
    profile = in_force[-1].profile
    quarter = calendar.containing(worth.on_day, Grain.QUARTER)
    if quarter.last_day > worth.on_day:
        quarter = calendar.before(quarter)
    covered = fit(accounts, profile).coverage
    if told.reason:
        return Validation(
            profile, measurement.build, worth.at, quarter, None, covered,
            (), (), (), (), 0, 0, NOBODY, NOBODY, 0, 0, (), (), told.reason,
        )  # fmt: skip
    seen = Observed.of(happened, profile.criteria)
    scored = Scored.of(in_force, happened.created)
    points, bands, through = scored.points, scored.band, scored.let_through
    new = seen.deals.of(STRATA[0])
    parts = Parts.of(seen.deals.is_later[new], _of(seen.deals.account_id, new), seen.deals.won[new])
    audits = tuple(
        DisqualifierAudit(
            each, Audit.of(seen.deals, hit & ~through), Audit.of(seen.deals, hit & through)
        )
        for place, each in enumerate(profile.criteria)
        for hit in (new & (seen.told[:, place] == TRUE),)
        if each.excludes
    )
    missed = new & (bands == "D")
    return Validation(
        profile,
        measurement.build,
        worth.at,
        quarter,
        seen.deals.later_from,
        covered,
        _bands(in_force, happened, bands, new, quarter),
        tuple(_order(name, seen, points, bands) for name in STRATA),
        tuple(CriterionStability(each.criterion, each.strata[0].shift) for each in told.criteria),
        audits,
        int((missed & ~seen.deals.won).sum()),
        int((missed & seen.deals.won).sum()),
        Audit.of(seen.deals, new & (bands != DISQUALIFIED)),
        Audit.of(seen.deals, new & through),
        int((new & scored.in_hindsight).sum()),
        int(new.sum()),
        told.conflicts,
        suggestions(profile, askable(measurement), happened, parts, new),
    )


@dataclass(frozen=True, slots=True)
class Scored:
    """Subjects under the profile in force at the instant of each.

    points, band
    let_through    disqualified, and let through to learn
    in_hindsight   no profile was in force yet, so the first one that was scores them
    """

    points: npt.NDArray[np.int64]
    band: npt.NDArray[np.str_]
    let_through: npt.NDArray[np.bool_]
    in_hindsight: npt.NDArray[np.bool_]

    @classmethod
    def of(cls, in_force: Sequence[InForce], columns: VerdictColumns) -> Scored:
        subjects = columns.subjects
        points = np.zeros(len(subjects), np.int64)
        bands = np.full(len(subjects), "", dtype="<U12")
        through, hindsight = np.zeros(len(subjects), np.bool_), np.zeros(len(subjects), np.bool_)
        at = np.array(subjects.at, dtype="datetime64[us]")
        for place, each in enumerate(in_force):
            told = columns.of(each.profile.criteria)
            found = scores(each.profile, told, waiting(each.profile, told))
            since = np.ones(len(subjects), bool)
            if each.from_at is not None:
                first = each.from_at
                if first.tzinfo is not None:
                    first = first.astimezone(UTC).replace(tzinfo=None)
                since = at >= np.datetime64(first)
            if place == 0:
                hindsight = ~since
            here = since | hindsight if place == 0 else since
            points[here], bands[here] = found.points[here], found.band[here]
            # Before a profile was in force nobody was let through by it.
            held = let_through(each.profile.let_through, subjects.account_id)
            through[since] = (held & (found.band == DISQUALIFIED))[since]
        return cls(points, bands, through, hindsight)


def _bands(
    in_force: Sequence[InForce],
    seen: Happenings,
    bands: npt.NDArray[np.str_],
    new: npt.NDArray[np.bool_],
    quarter: Period,
) -> tuple[BandEvidence, ...]:
    first = months_after(quarter.end, -YEAR)
    closed = new & _within(seen.deals.closed_on, first, quarter.end)
    created = new & _within(seen.deals.created_on, first, quarter.end)
    cohort = seen.cohort
    at_start = Scored.of(in_force, seen.begun).band
    groups = np.column_stack([at_start == band for band in BAND_ORDER])
    net = retained(cohort.opening_minor, cohort.closing_minor, groups)
    gross = retained(cohort.opening_minor, cohort.kept_minor, groups)
    return tuple(
        BandEvidence(
            band,
            _outcome(seen.deals.won, closed, bands == band),
            _outcome(seen.deals.won, created, bands == band),
            net[place][0],
            gross[place][0],
        )
        for place, band in enumerate(BAND_ORDER)
    )


def _order(
    name: str, seen: Observed, points: npt.NDArray[np.int64], bands: npt.NDArray[np.str_]
) -> OutOfTime:
    here = seen.deals.of(name)
    won, accounts = seen.deals.won[here], _of(seen.deals.account_id, here)
    parts = Parts.of(seen.deals.is_later[here], accounts, won)
    band, score = bands[here], np.where(bands[here] == DISQUALIFIED, -1, points[here])
    calibration = []
    for each in BAND_ORDER:
        before, after = parts.earlier & (band == each), parts.later & (band == each)
        calibration.append(
            Calibration(
                each,
                int((won & before).sum()),
                int(before.sum()),
                int((won & after).sum()),
                int(after.sum()),
            )
        )
    later = parts.later
    found = auc(score[later].astype(np.float64), won[later], _of(accounts, later))
    return OutOfTime(
        name,
        found,
        int((won & later).sum()),
        int((~won & later).sum()),
        tuple(calibration),
        parts.shares_accounts,
    )


def _outcome(
    won: npt.NDArray[np.bool_], asked: npt.NDArray[np.bool_], here: npt.NDArray[np.bool_]
) -> Outcome:
    base = float(won[asked].mean()) if asked.any() else None
    return Outcome(int((won & asked & here).sum()), int((asked & here).sum()), base)


def _within(days: Sequence[date], first: date, end: date) -> npt.NDArray[np.bool_]:
    return np.array([first <= day < end for day in days], np.bool_)


def _of(names: Sequence[str], here: npt.NDArray[np.bool_]) -> list[str]:
    return [name for name, inside in zip(names, here, strict=True) if inside]
