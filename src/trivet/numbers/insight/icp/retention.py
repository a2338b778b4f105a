"""Twelve months from a customer's first contract: what they pay then of what they paid at first."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction

import numpy as np
import numpy.typing as npt

from trivet.numbers.insight.icp.closed import Definitions
from trivet.numbers.insight.icp.verdicts import Subjects
from trivet.numbers.shared_metrics.asked import Asked
from trivet.numbers.shared_metrics.figure import Interval
from trivet.numbers.shared_metrics.measure import Measurement
from trivet.numbers.shared_metrics.registry import metric_named
from trivet.numbers.shared_metrics.wilson import LEVEL
from trivet.vocabulary.period import Grain, months_after

LEAST_CUSTOMERS = 30
REPEATS = 1_000
SEED = 20260102
MONTHS = 12

FIRST_DAY = """
select
    case
        when $entity_level = 'account' then revenue.account_id
        else coalesce(account_key.ultimate_parent_id, revenue.account_id)
    end as entity_id,
    min(revenue.first_on) as from_on
from first_revenue as revenue
left join account_key using (account_id)
group by 1
"""


@dataclass(frozen=True, slots=True)
class Started:
    """Customers whose first contract is at least a year old, one each.

    started_on      the first day they paid
    opening_minor   ARR at the end of that month
    closing_minor   ARR twelve months later; 0 for who left
    kept_minor      the same without what they grew
    """

    account_id: list[str]
    started_on: list[date]
    opening_minor: npt.NDArray[np.int64]
    closing_minor: npt.NDArray[np.int64]
    kept_minor: npt.NDArray[np.int64]
    started_at: list[datetime]

    @classmethod
    def none(cls) -> Started:
        """No customer is known to have started."""
        nothing = np.zeros(0, np.int64)
        return cls([], [], nothing, nothing, nothing, [])

    def __len__(self) -> int:
        return len(self.account_id)

    @property
    def subjects(self) -> Subjects:
        return Subjects(self.account_id, self.started_at, [None] * len(self))


@dataclass(frozen=True, slots=True)
class Retained:
    """Customers of a group and what they pay twelve months after their first contract.

    interval   95 %, resampled by customer; None under 30 customers
    """

    customers: int
    opening_minor: int
    closing_minor: int
    interval: Interval | None = None

    @property
    def nrr(self) -> Fraction | None:
        """Closing over opening ARR."""
        return Fraction(self.closing_minor, self.opening_minor) if self.opening_minor else None


@dataclass(frozen=True, slots=True)
class RetentionEvidence:
    """Retention where a criterion held at contract start, and where it did not.

    difference            first minus second; None where there is not enough of either
    difference_interval   95 %, resampled by customer
    """

    true: Retained
    false: Retained
    difference: float | None
    difference_interval: Interval | None

    @property
    def way(self) -> int:
        """1 keeps more, -1 keeps less, 0 where the interval holds no difference."""
        found = self.difference_interval
        if found is None or found.low <= 0 <= found.high:
            return 0
        return 1 if found.low > 0 else -1


def started(measurement: Measurement, definitions: Definitions, as_of: date | None) -> Started:
    """The cohorts, as the company's net revenue retention counts revenue and customers.

    Each month's new customers are followed from the end of that month to the end of the same
    month a year later. Only the window is this chapter's own: twelve months, end against start.
    """
    metric, definition = metric_named("net_revenue_retention"), definitions("net_revenue_retention")
    if metric.lacks(definition, measurement.loaded):
        return Started.none()
    base = definition.bases["retention_base"].with_options(
        method="point_to_point", window_months=MONTHS, reactivation="in_window"
    )
    definition = definition.resting_on(base)
    level = str(base.options["entity_level"])
    found = measurement.engine.rows(FIRST_DAY, {"entity_level": level}).to_pylist()
    first = {row["entity_id"]: row["from_on"] for row in found}
    if not first:
        return Started.none()
    settings = measurement.settings
    last = Asked.of([], settings, measurement.newest, as_of).as_of_on
    calendar = settings.calendar
    months = [
        month
        for month in calendar.between(months_after(min(first.values()), MONTHS), last, Grain.MONTH)
        if month.last_day <= last
    ]
    if not months:
        return Started.none()
    asked = Asked.of(months, settings, measurement.newest, as_of)
    rows = metric.counted(measurement.contributions(metric, definition, asked, {}), ())
    ends = {row["dimension_on"] for row in rows.select(["dimension_on"]).to_pylist()}
    begins = {day: calendar.containing(day, Grain.MONTH).start for day in ends}
    names, days, opening, closing, kept = [], [], [], [], []
    followed = rows.select(["account_id", "dimension_on", "numerator", "denominator"])
    # Repeats draw customers by their place: in another order the same data had other intervals,
    # and the report another hash.
    for row in sorted(followed.to_pylist(), key=lambda row: str(row["account_id"])):
        began = first.get(row["account_id"])
        if began is None or not begins[row["dimension_on"]] <= began <= row["dimension_on"]:
            continue
        names.append(row["account_id"])
        days.append(began)
        opening.append(int(row["denominator"]))
        closing.append(int(row["numerator"]))
        kept.append(min(int(row["numerator"]), int(row["denominator"])))
    at = [calendar.instant(day + timedelta(days=1)).astimezone(UTC) for day in days]
    return Started(
        names,
        days,
        np.array(opening, np.int64),
        np.array(closing, np.int64),
        np.array(kept, np.int64),
        [instant.replace(tzinfo=None) for instant in at],
    )


def retention_by(cohort: Started, told: npt.NDArray[np.int8]) -> tuple[RetentionEvidence, ...]:
    """Retention by each column's verdicts at contract start; who is unknown is in neither group."""
    columns = told.shape[1]
    groups = (
        np.column_stack([told == 1, told == 0]) if columns else np.zeros((len(cohort), 0), bool)
    )
    found = retained(cohort.opening_minor, cohort.closing_minor, groups)
    shown = []
    for (true, with_it), (false, without) in zip(found[:columns], found[columns:], strict=True):
        differs = None
        if with_it is not None and without is not None:
            differs = interval(with_it - without)
        shown.append(
            RetentionEvidence(
                true,
                false,
                float(true.nrr - false.nrr)
                if differs and true.nrr is not None and false.nrr is not None
                else None,
                differs,
            )
        )
    return tuple(shown)


Repeats = npt.NDArray[np.float64]


def retained(
    opening: npt.NDArray[np.int64],
    closing: npt.NDArray[np.int64],
    groups: npt.NDArray[np.bool_],
) -> list[tuple[Retained, Repeats | None]]:
    """The retention of several groups of the same customers, each column one.

    Beside each is the same in every repeat, drawn by customer and the same draws for all groups;
    None under 30 customers.
    """
    customers = len(opening)
    if not customers:
        return [(Retained(0, 0, 0), None)] * groups.shape[1]
    rng = np.random.default_rng(SEED)
    drawn = rng.multinomial(customers, np.full(customers, 1 / customers), size=REPEATS)
    weights = drawn.astype(np.float64)
    below = weights @ (opening[:, None] * groups).astype(np.float64)
    above = weights @ (closing[:, None] * groups).astype(np.float64)
    found: list[tuple[Retained, Repeats | None]] = []
    for place in range(groups.shape[1]):
        here = groups[:, place]
        plain = Retained(int(here.sum()), int(opening[here].sum()), int(closing[here].sum()))
        if plain.customers < LEAST_CUSTOMERS or plain.nrr is None:
            found.append((plain, None))
            continue
        base = below[:, place]
        ratios = np.full(REPEATS, float(plain.nrr))
        np.divide(above[:, place], base, out=ratios, where=base > 0)
        found.append((replace(plain, interval=interval(ratios)), ratios))
    return found


def interval(repeats: Repeats) -> Interval:
    """The middle 95 % of repeats."""
    tail = (1 - LEVEL) / 2
    low, high = np.quantile(repeats, [tail, 1 - tail])
    return Interval(float(low), float(high), LEVEL)
