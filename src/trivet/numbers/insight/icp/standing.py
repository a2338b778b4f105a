"""What each account is worth at an instant: what it pays, and what is open with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import pyarrow as pa

from trivet.numbers.insight.icp.verdicts import own_sql
from trivet.numbers.shared_metrics import needs
from trivet.numbers.shared_metrics.asked import Asked
from trivet.numbers.shared_metrics.definition import Definition
from trivet.numbers.shared_metrics.measure import Measurement
from trivet.vocabulary.period import Period


@dataclass(frozen=True, slots=True)
class Standing:
    """By account, in minor units of the company's currency; an account without one has none.

    at       naive UTC, the instant whose knowledge answers
    on_day   its day at the company
    """

    at: datetime
    on_day: date
    arr_minor: Mapping[str, int]
    pipeline_minor: Mapping[str, int]


def standing(
    measurement: Measurement,
    retention: Definition,
    pipeline: Definition,
    as_of: date | None,
) -> Standing:
    """ARR as net revenue retention reads it, by account; open pipeline as coverage reads it.

    retention   the definition of net revenue retention
    pipeline    the definition of pipeline coverage
    as_of       the day at whose end is asked; None for all that is known
    """
    known = Asked.of([], measurement.settings, measurement.newest, as_of)
    day = known.as_of_on
    period = Period(day, day + timedelta(days=1), f"{day}..{day + timedelta(days=1)}")
    asked = Asked.of([period], measurement.settings, measurement.newest, as_of)
    return Standing(
        known.as_of_at,
        day,
        _arr(measurement, retention, asked),
        _pipeline(measurement, pipeline, asked),
    )


def _arr(measurement: Measurement, definition: Definition, asked: Asked) -> dict[str, int]:
    if needs.recurring_revenue(definition, measurement.loaded):
        return {}
    base = definition.bases["retention_base"].with_options(entity_level="account")
    by_account = definition.resting_on(base)
    that_day = pa.array([asked.as_of_on], pa.date32())
    rows = measurement.ask(
        own_sql("account_arr"),
        by_account,
        asked,
        tables={"asked_arr_day": pa.table({"day": that_day, "since": that_day})},
    )
    return {str(row["account_id"]): int(row["arr_minor"]) for row in rows.to_pylist()}


def _pipeline(measurement: Measurement, definition: Definition, asked: Asked) -> dict[str, int]:
    if not measurement.loaded.has("opportunity"):
        return {}
    rows = measurement.ask(own_sql("account_pipeline"), definition, asked)
    return {str(row["account_id"]): int(row["pipeline_minor"]) for row in rows.to_pylist()}
