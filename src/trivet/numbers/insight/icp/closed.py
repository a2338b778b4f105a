"""Closed opportunities, each with the account as it was when the opportunity was created."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import numpy as np
import numpy.typing as npt

from trivet.numbers.insight.icp.verdicts import Subjects, own_sql
from trivet.numbers.shared_metrics.asked import Asked
from trivet.numbers.shared_metrics.definition import Definition
from trivet.numbers.shared_metrics.measure import Measurement
from trivet.numbers.shared_metrics.registry import metric_named
from trivet.numbers.shared_metrics.rows import rows_above_zero
from trivet.vocabulary.period import Grain, Period

STRATA = ("new_business", "expansion")
LATER_SHARE = 0.25
"""At least this share of the closed opportunities is kept to confirm on: the last quarters'."""

Definitions = Callable[[str], Definition]
"""The definition in force of a metric, by its id."""


@dataclass(frozen=True, slots=True)
class Closed:
    """One row an opportunity, in order of their ids.

    won          whether it was won
    stratum      new_business (first sales and those to who came back) or expansion
    created_at   naive UTC; what the account was is asked at this instant
    created_on, closed_on   days at the company
    days         from start to close as time to close counts them; -1 where it counts it not
    worth_minor  what it was worth, in the company's currency
    later_from   the first day of the quarters that patterns are confirmed on; None with too few
    """

    opportunity_id: list[str]
    account_id: list[str]
    won: npt.NDArray[np.bool_]
    stratum: npt.NDArray[np.str_]
    created_at: list[datetime]
    created_on: list[date]
    closed_on: list[date]
    days: npt.NDArray[np.int64]
    worth_minor: npt.NDArray[np.int64]
    later_from: date | None

    @classmethod
    def none(cls) -> Closed:
        """Nothing closed, or nobody can tell."""
        whole = np.zeros(0, np.int64)
        won, stratum = np.zeros(0, np.bool_), np.zeros(0, dtype="<U12")
        return cls([], [], won, stratum, [], [], [], whole, whole, None)

    def __len__(self) -> int:
        return len(self.opportunity_id)

    @property
    def subjects(self) -> Subjects:
        return Subjects(self.account_id, self.created_at, self.opportunity_id)

    @property
    def is_later(self) -> npt.NDArray[np.bool_]:
        """Created in the quarters to confirm on."""
        first = self.later_from
        return np.array([first is not None and day >= first for day in self.created_on], np.bool_)

    def of(self, stratum: str) -> npt.NDArray[np.bool_]:
        found: npt.NDArray[np.bool_] = self.stratum == stratum
        return found


def closed(measurement: Measurement, definitions: Definitions, as_of: date | None) -> Closed:
    """Every opportunity won or lost by a day, of every source, from its creation on.

    Losses before the qualified stage count too: whom a company gives up early is part of whom
    it sells to badly. Renewals are left out; they tell about keeping, not about winning.
    """
    settings = measurement.settings
    win_rate = definitions("win_rate").with_options(
        sourced="all",
        basis="count",
        cohort="closed_in_period",
        denominator="won_lost",
        min_stage="any",
    )
    period = _everything(measurement, as_of)
    asked = Asked.of([period], settings, measurement.newest, as_of)
    rows = measurement.ask(
        own_sql("closed_opportunity"),
        win_rate,
        asked,
        steps={"contribution": metric_named("win_rate").query},
    ).to_pylist()
    rows = [row for row in rows if row["deal_type"] != "renewal"]
    timing = definitions("time_to_close")
    timed = measurement.contributions(metric_named("time_to_close"), timing, asked, {})
    timed = rows_above_zero(timed, "denominator")
    days = dict(zip(timed["record_id"].to_pylist(), timed["numerator"].to_pylist(), strict=True))
    by_amount = win_rate.with_options(basis="amount")
    priced = measurement.contributions(metric_named("win_rate"), by_amount, asked, {})
    worth = dict(
        zip(priced["record_id"].to_pylist(), priced["denominator"].to_pylist(), strict=True)
    )
    created_on = [row["created_on"] for row in rows]
    return Closed(
        [row["opportunity_id"] for row in rows],
        [row["account_id"] for row in rows],
        np.array([row["is_won"] for row in rows], np.bool_),
        np.array(
            ["expansion" if row["deal_type"] == "expansion" else "new_business" for row in rows],
            dtype="<U12",
        ),
        [row["created_at"] for row in rows],
        created_on,
        [row["closed_on"] for row in rows],
        np.array(
            [
                int(days.get(row["record_id"]) or 0) if row["record_id"] in days else -1
                for row in rows
            ],
            np.int64,
        ),
        np.array([int(worth.get(row["record_id"]) or 0) for row in rows], np.int64),
        _later_from(measurement, created_on),
    )


def _everything(measurement: Measurement, as_of: date | None) -> Period:
    """From the first day anything was created or closed to the last day known."""
    last = Asked.of([], measurement.settings, measurement.newest, as_of).as_of_on
    found = measurement.engine.rows(
        "select least(min(created_on), min(cast(from_at as date))) as day"
        " from opportunity_fact cross join (select min(from_at) as from_at from stage_entry) as e"
    )["day"][0].as_py()
    first = min(found or last, last) - timedelta(days=1)
    end = last + timedelta(days=1)
    return Period(first, end, f"{first}..{end}")


def _later_from(measurement: Measurement, created_on: list[date]) -> date | None:
    """The latest first day of a quarter from which on a quarter of the opportunities came."""
    if not created_on:
        return None
    calendar = measurement.settings.calendar
    least = LATER_SHARE * len(created_on)
    quarter = calendar.containing(max(created_on), Grain.QUARTER)
    while sum(day >= quarter.start for day in created_on) < least:
        quarter = calendar.before(quarter)
    return quarter.start if quarter.start > min(created_on) else None
