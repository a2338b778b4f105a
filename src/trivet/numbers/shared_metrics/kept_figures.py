"""Every figure of every period, measured while the build is made and kept in it.

A build that cannot be measured, or whose figures contradict each other, must not answer; and a
dashboard that opens on kept figures does not wait.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from fractions import Fraction
from typing import TYPE_CHECKING

import pyarrow as pa

from trivet.errors import AuditFailed
from trivet.numbers.shared_metrics.asked import local_day
from trivet.numbers.shared_metrics.audit import broken
from trivet.numbers.shared_metrics.figure import Figure, Status, Unit
from trivet.numbers.shared_metrics.in_force import InForce
from trivet.numbers.shared_metrics.measure import Measurement
from trivet.numbers.shared_metrics.registry import METRICS, steps
from trivet.numbers.warehouse.engine import Engine
from trivet.sentence import Sentence
from trivet.vocabulary.period import Grain, Period

if TYPE_CHECKING:
    import duckdb

    from trivet.numbers.workspace.settings import Settings

GRAINS = (Grain.MONTH, Grain.QUARTER, Grain.YEAR)
YEARS_BACK = 5


def keep_figures(
    connection: duckdb.DuckDBPyConnection,
    settings: Settings,
    catalog: str = "build",
    *,
    in_force: InForce | None = None,
) -> None:
    """Write `figure`: one row a metric and period, under the definitions in force.

    Raises   AuditFailed if the figures contradict each other
    """
    engine = Engine(connection, catalog, steps())
    try:
        measurement = Measurement(engine, settings, "", _data_as_of(engine), in_force)
        figures = [
            figure
            for metric in METRICS
            for figure in measurement.figures(
                measurement.in_force[metric], _periods(measurement, metric)
            )
        ]
    finally:
        engine.forget()
    if wrong := broken(figures):
        raise AuditFailed(
            "The figures contradict each other: %(wrong)s.",
            remedy="Please report it with the sentence above; the build before still answers.",
            wrong=wrong[0],
        )
    connection.register("measured", _table(figures))
    connection.execute("create or replace table main.figure as from measured")
    connection.unregister("measured")


def kept_figures(
    engine: Engine, like: Mapping[str, datetime], build: str
) -> dict[tuple[str, str, str], Figure]:
    """The kept figures by metric, period and definition hash.

    like    what the data knew, per source
    """
    rows = engine.rows("select * from figure").to_pylist()
    return {
        (row["metric"], row["period_key"], row["definition_hash"]): Figure(
            metric=row["metric"],
            period=Period(row["starts_on"], row["ends_on"], row["period_key"], Grain(row["grain"])),
            unit=Unit(row["unit"]),
            value=_fraction(row["value"]),
            numerator=_fraction(row["numerator"]),
            denominator=_fraction(row["denominator"]),
            records=row["records"],
            status=Status(row["status"]),
            reason=_sentence(row["reason_parts"]) if row["reason_parts"] else row["reason"],
            definition_hash=row["definition_hash"],
            query_hash=row["query_hash"],
            rows_hash="",
            build=build,
            data_as_of=like,
        )
        for row in rows
    }


def _data_as_of(engine: Engine) -> dict[str, datetime]:
    rows = engine.rows(
        "select source, max(data_as_of) as at from source_fact"
        " where data_as_of is not null group by source"
    ).to_pylist()
    return {row["source"]: row["at"] for row in rows}


def _periods(measurement: Measurement, metric: str) -> list[Period]:
    """From the first opportunity or contract on, at most five years back, up to what is known."""
    settings = measurement.settings
    [found] = measurement.engine.rows(
        "select least((select cast(min(created_at) as date) from opportunity),"
        " (select min(first_on) from first_revenue)) as first"
    ).to_pylist()
    last = local_day(settings, measurement.newest)
    oldest = last - timedelta(days=366 * YEARS_BACK)
    first = max(min(found["first"] or last, last), oldest)
    # Coverage asks every period on a day of its own: the months would be dear, and say little.
    grains = GRAINS[1:] if metric == "pipeline_coverage" else GRAINS
    return [p for grain in grains for p in settings.calendar.between(first, last, grain)]


def _table(figures: list[Figure]) -> pa.Table:
    def text(value: Fraction | None) -> str | None:
        return None if value is None else f"{value.numerator}/{value.denominator}"

    columns: dict[str, list[str | None]] = {
        "metric": [f.metric for f in figures],
        "period_key": [f.period.key for f in figures],
        "grain": [str(f.period.grain) for f in figures],
        "unit": [str(f.unit) for f in figures],
        "value": [text(f.value) for f in figures],
        "numerator": [text(f.numerator) for f in figures],
        "denominator": [text(f.denominator) for f in figures],
        "status": [str(f.status) for f in figures],
        "reason": [f.reason for f in figures],
        "reason_parts": [_parts(f.reason) for f in figures],
        "definition_hash": [f.definition_hash for f in figures],
        "query_hash": [f.query_hash for f in figures],
    }
    return pa.table(
        {name: pa.array(values, pa.string()) for name, values in columns.items()}
        | {
            "starts_on": pa.array([f.period.start for f in figures], pa.date32()),
            "ends_on": pa.array([f.period.end for f in figures], pa.date32()),
            "records": pa.array([f.records for f in figures], pa.int64()),
        }
    )


def _parts(reason: str) -> str | None:
    """A reason as a page in another language needs it, beside its English text."""
    return json.dumps(reason.parts()) if isinstance(reason, Sentence) else None


def _sentence(parts: str) -> Sentence:
    return Sentence.of_parts(json.loads(parts))


def _fraction(text: str | None) -> Fraction | None:
    return None if text is None else Fraction(text)
