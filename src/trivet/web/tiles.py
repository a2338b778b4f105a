"""A metric at a glance: where it stands, how it moved, and how sure that is."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

import pyarrow as pa
from django.utils.translation import gettext

from trivet.numbers.charts.sparkline import sparkline
from trivet.numbers.shared_metrics.definition import Definition
from trivet.numbers.shared_metrics.figure import Figure, Interval, Status, Unit
from trivet.numbers.shared_metrics.metric import Answer
from trivet.numbers.shared_metrics.of_rows import counts_of, interval_of, of_rows
from trivet.numbers.shared_metrics.registry import metric_named
from trivet.numbers.shared_metrics.wilson import step
from trivet.vocabulary.period import Grain, Period
from trivet.web import words
from trivet.web.counting import TODAY
from trivet.web.metrics_shown import BY_ID, MetricShown
from trivet.web.scope import Scope
from trivet.web.targets import Standing, Target, target_of

PERIODS_BACK = {Grain.YEAR: 5, Grain.QUARTER: 12, Grain.MONTH: 13, Grain.WEEK: 13}


@dataclass(frozen=True, slots=True)
class ClosedShown:
    """What stands beside a closed figure.

    today      the figure as it is counted today where that is another, else ''
    today_at   the same page counted so
    otherwise  records that count otherwise than frozen, in words; '' if none does
    ledger     where the difference is explained
    """

    closed_on: date
    edition: int
    today: str
    today_at: str
    otherwise: str
    ledger: str


@dataclass(frozen=True, slots=True)
class Tile:
    """A figure with what a reader needs beside it.

    series   the same metric over the periods before, the figure's own at the end
    rows     where its rows are
    closed   set while the official figure of a closed period is shown
    """

    metric: MetricShown
    definition: Definition
    figure: Figure
    series: list[Figure]
    amount: words.Amount
    change: words.Change
    standing: Standing
    target: Target | None
    spark: str
    rows: str
    choose: str
    unit: Unit
    currency: str
    closed: ClosedShown | None = None

    @property
    def sides(self) -> tuple[Unit, Unit]:
        """What the two sides of its rows are."""
        return metric_named(self.metric.id).sides(self.definition)

    def made_of(self, rows: pa.Table) -> Answer:
        """What some of its rows make, counted anew."""
        metric = metric_named(self.metric.id)
        return of_rows(metric, self.definition, rows, self.figure.scope.keys()).answer

    @property
    def step(self) -> Interval | None:
        """How far it lies from the period before, with what chance makes of it.

        None unless both are final shares of counted records under one definition.
        """
        if len(self.series) < 2:
            return None
        before, now = self.series[-2:]
        is_one = now.definition_hash == before.definition_hash == self.definition.hash
        if not is_one or {now.status, before.status} != {Status.FINAL}:
            return None
        metric = metric_named(self.metric.id)
        counts = [
            counts_of(metric, self.definition, each.numerator, each.denominator)
            for each in (now, before)
        ]
        return step(counts[0], counts[1]) if counts[0] and counts[1] else None

    @property
    def title(self) -> str:
        return words.sentence(self.definition.title)

    @property
    def rises(self) -> bool:
        return self.definition.subject.direction == "up"

    @property
    def computable(self) -> bool:
        return self.figure.value is not None

    @property
    def provisional(self) -> bool:
        return self.figure.status is Status.PROVISIONAL

    @property
    def few(self) -> bool:
        """Too few records for the number to stand alone."""
        return 0 < self.figure.records < self.definition.min_n

    @property
    def interval(self) -> str:
        """`23.1–88.2%`, where the figure is a share of counted records."""
        found = self.figure.interval
        if found is None:
            return ""
        return f"{found.low * 100:.1f}{words.NO_NUMBER}{found.high * 100:.1f}%"


def periods_of(scope: Scope, count: int | None = None) -> list[Period]:
    """The periods a trend shows: three years of quarters, a year of months."""
    return scope.back(count or PERIODS_BACK.get(scope.period.grain, 8))


def tile(scope: Scope, metric_id: str, *, whole: bool = False) -> Tile:
    """Ask the metric and its past, and say it in words.

    whole    also the figure's companions and hashes, which cost questions of their own
    Raises   MetricUnknown
    """
    answers = scope.answers
    definition = answers.definition_of(metric_id, scope.period)
    metric = BY_ID.get(metric_id) or MetricShown(metric_id, definition.title, "gauge")
    series = answers.series(metric_id, periods_of(scope), scope.where)
    figure = answers.figure(metric_id, scope.period, scope.where) if whole else series[-1]
    before = series[-2] if len(series) > 1 else None
    unit, currency = figure.unit, answers.currency
    if figure.interval is None:
        # Neither a kept nor a frozen figure brings it along: its two sides tell it.
        sides = (figure.numerator, figure.denominator)
        interval = interval_of(metric_named(metric_id), definition, *sides)
        figure = replace(figure, interval=interval)
    target = target_of(definition, answers.model.horizon(scope.period))
    rises = definition.subject.direction == "up"
    return Tile(
        metric,
        definition,
        figure,
        series,
        words.amount(figure.value, unit, currency),
        words.change(figure, before, rises, currency),
        target.standing(figure.value, unit, rises, currency)
        if target
        else Standing("none", gettext("No target agreed") if figure.value is not None else ""),
        target,
        sparkline(
            [words.plotted(f.value, unit, currency) for f in series],
            target.band(unit, currency) if target else None,
        ),
        f"/metrics/{metric_id}{scope.query()}#rows",
        f"/{scope.query(metric=metric_id)}",
        unit,
        currency,
        _closed(scope, metric_id, figure),
    )


def _closed(scope: Scope, metric_id: str, figure: Figure) -> ClosedShown | None:
    """The day a book closed, and how far today's figure is from it."""
    answers = scope.answers
    book = answers.book(metric_id, scope.period)
    if book is None or not answers.counting.is_official:
        return None
    [today] = answers.today.series(metric_id, [scope.period], scope.where)
    is_another = today.value != figure.value
    query = scope.query(period=scope.period.key, counted=TODAY)
    return ClosedShown(
        book.closed_on,
        book.edition.number,
        str(words.amount(today.value, figure.unit, answers.currency)) if is_another else "",
        f"/metrics/{metric_id}{query}",
        words.records_otherwise(book.otherwise) if book.otherwise else "",
        book.address,
    )
