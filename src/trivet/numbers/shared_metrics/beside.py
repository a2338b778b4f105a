"""Companions that ask a question of their own: the figure's rows cannot answer it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from trivet.numbers.shared_metrics.asked import Asked, same_day_before
from trivet.numbers.shared_metrics.definition import Definition
from trivet.numbers.shared_metrics.figure import Companion, Figure, Unit
from trivet.numbers.shared_metrics.metric import FOLDER, Sums
from trivet.numbers.shared_metrics.rows import rows_above_zero, rows_where
from trivet.numbers.shared_metrics.time_to_close.survival import median_time
from trivet.numbers.warehouse.sql_text import read_sql
from trivet.sentence import Sentence
from trivet.vocabulary.period import Period

if TYPE_CHECKING:
    from trivet.numbers.shared_metrics.measure import Measurement

ASK_BESIDE = frozenset(
    {
        "time_to_close",
        "win_rate",
        "net_revenue_retention",
        "gross_revenue_retention",
        "pipeline_coverage",
    }
)
"""The metrics that have such companions; coverage only while its period runs."""

RETENTION_PAIR = {
    "net_revenue_retention": "gross_revenue_retention",
    "gross_revenue_retention": "net_revenue_retention",
}


def beside(
    measurement: Measurement,
    definition: Definition,
    asked: Asked,
    period: Period,
    sums: Sums,
    scope: Mapping[str, str],
    *,
    hashed: bool,
) -> list[Companion]:
    """What a reader should see beside the figure of a period and scope, each asked anew.

    sums     of the figure
    hashed   also the hash of each one's rows: they are to be frozen
    """
    if definition.id not in ASK_BESIDE:
        return []
    if definition.id == "time_to_close":
        return _survival(measurement, definition, asked, period, sums, hashed=hashed)
    if definition.id == "pipeline_coverage":
        return _coverage_today(measurement, definition, asked, period, scope, hashed=hashed)
    as_of = asked.as_of_on if asked.as_of_at < measurement.newest else None
    found = []
    for label, twin, says in _twins(measurement, definition):
        [figure] = measurement.figures(twin, [period], where=scope, as_of=as_of, hashed=hashed)
        found.append(_companion(label, figure, says))
    return found


def _companion(label: str, figure: Figure, says: str) -> Companion:
    return Companion(
        label,
        figure.value,
        figure.unit,
        says,
        figure.definition_hash,
        figure.query_hash,
        figure.rows_hash,
    )


def _coverage_today(
    measurement: Measurement,
    definition: Definition,
    asked: Asked,
    period: Period,
    scope: Mapping[str, str],
    *,
    hashed: bool,
) -> list[Companion]:
    """Of a period that runs: coverage today, and that of the period before on the same day."""
    today = Asked.of([period], measurement.settings, measurement.newest, None)
    asked_day = min(asked.checked_on(period), today.as_of_on)
    if today.as_of_on not in period or asked.as_of_on != asked_day:
        return []
    asks = [(Sentence("Today"), period, today.as_of_on, Sentence("as of the last known day"))]
    if earlier := same_day_before(today, period):
        before, day = earlier
        says = Sentence(
            "%(period)s, as of %(day)s: as many working days in", {"period": before.key, "day": day}
        )
        asks.append((Sentence("The period before, on the same day"), before, day, says))
    found = []
    for label, of, day, says in asks:
        [figure] = measurement.figures(definition, [of], where=scope, as_of=day, hashed=hashed)
        found.append(_companion(label, figure, says))
    return found


def _twins(measurement: Measurement, definition: Definition) -> list[tuple[str, Definition, str]]:
    """The same metric counted otherwise, or its pair: label, definition, what it says."""
    twins: list[tuple[str, Definition, str]] = []
    if definition.id == "win_rate":
        if definition.option("cohort") == "closed_in_period":
            twin = definition.with_options(cohort="entered_in_period")
            says = Sentence("of those that entered in the period and have closed")
            twins.append((Sentence("Created-cohort win rate"), twin, says))
        other = "amount" if definition.option("basis") == "count" else "count"
        by_other = Sentence("By amount") if other == "amount" else Sentence("By count")
        twins.append((by_other, definition.with_options(basis=other), ""))
        if definition.option("sourced") == "marketing":
            twins.append((Sentence("All sources"), definition.with_options(sourced="all"), ""))
    if pair := RETENTION_PAIR.get(definition.id):
        twin = measurement.in_force[pair].resting_on(definition.bases["retention_base"])
        twins.append((twin.title, twin, ""))
    return twins


def _survival(
    measurement: Measurement,
    definition: Definition,
    asked: Asked,
    period: Period,
    sums: Sums,
    *,
    hashed: bool,
) -> list[Companion]:
    query = read_sql(FOLDER / definition.id / "waiting.sql")
    rows = measurement.ask(
        query,
        definition,
        replace(asked, periods=(period,)),
        parameters={
            "with_open": True,
            "waiting_on": min(asked.as_of_on, period.last_day).isoformat(),
        },
    )
    rows = rows_where(rows, "period_key", period.key)
    timed = rows_above_zero(sums.rows, "denominator")
    won = rows_where(timed, "outcome", "won")["numerator"].to_numpy()
    waiting = rows_where(rows, "role", "open")["days"].to_numpy()
    lost = rows_where(rows, "role", "closed")["days"].to_numpy()
    both = np.concatenate((waiting, lost))
    return [
        Companion(
            label,
            median_time(won, censored),
            Unit.DAYS,
            says,
            definition.hash,
            measurement.engine.query_hash(query),
            _days_hash(censored.tolist()) if hashed else "",
        )
        for label, censored, says in (
            (
                Sentence("Kaplan-Meier median"),
                waiting,
                Sentence("open opportunities count with the days they have waited so far"),
            ),
            (
                Sentence("Kaplan-Meier median, lost censored"),
                both,
                Sentence("lost ones too, as if they might still be won"),
            ),
        )
    ]


def _days_hash(days: list[int]) -> str:
    """SHA-256 over the days of those that are censored; the won ones are the figure's own rows."""
    return hashlib.sha256("".join(f"{each}\n" for each in sorted(days)).encode()).hexdigest()
