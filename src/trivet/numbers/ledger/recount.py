"""Count a period to close its book, and count a closed one again, on one build."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import pyarrow as pa

from trivet.errors import BookNotDue, BookNotReady
from trivet.numbers.ledger.known import Known
from trivet.numbers.shared_metrics.asked import Asked
from trivet.numbers.shared_metrics.definition import Definition
from trivet.numbers.shared_metrics.figure import Figure, Status
from trivet.numbers.shared_metrics.measure import Measurement
from trivet.numbers.shared_metrics.registry import metric_named
from trivet.numbers.shared_metrics.rows import rows_hash, rows_where
from trivet.numbers.warehouse.code_hash import hash_of_code
from trivet.numbers.warehouse.sql_text import read_sql
from trivet.sentence import Sentence
from trivet.vocabulary.period import FiscalCalendar, Grain, Period

KNOWN = Path(__file__).parent / "known.sql"


@dataclass(frozen=True, slots=True)
class Whole:
    """A figure with all of its rows.

    as_of_at   UTC, the last instant whose knowledge answered
    """

    figure: Figure
    rows: pa.Table
    as_of_at: datetime


class Recount:
    """Counts for the books.

    measurement    of the build
    code_hash      of the code that counts
    settings_hash  of the settings the build was made with, its mapping among them
    stale_reason   why the build is not newer; empty while it is current
    """

    def __init__(
        self,
        measurement: Measurement,
        settings_hash: str,
        *,
        code_hash: str | None = None,
        stale_reason: str = "",
    ) -> None:
        self._measurement = measurement
        self.settings_hash = settings_hash
        self.code_hash = code_hash or hash_of_code()
        self.stale_reason = stale_reason

    @property
    def build(self) -> str:
        return self._measurement.build

    @property
    def calendar(self) -> FiscalCalendar:
        return self._measurement.settings.calendar

    @property
    def newest_at(self) -> datetime:
        """UTC, the newest instant that any source knows of."""
        return self._measurement.newest.replace(tzinfo=UTC)

    # When

    def closes_on(self, period: Period) -> date:
        """The working day on which the period's books close."""
        return self._asked(period).books_close_on(period)

    def is_over(self, period: Period) -> bool:
        """Whether the data reaches to the end of the day on which the books close."""
        return not self._asked(period).is_provisional(period)

    def latest_over(self, grain: Grain) -> Period:
        """The last period of a grain whose closing day is over."""
        period = self.calendar.containing(self._asked(None).as_of_on, grain)
        while not self.is_over(period):
            period = self.calendar.before(period)
        return period

    def _asked(self, period: Period | None) -> Asked:
        periods = [period] if period else []
        return Asked.of(periods, self._measurement.settings, self._measurement.newest, None)

    # To close

    def to_close(self, definition: Definition, period: Period) -> Whole:
        """The figure as it was known when the books closed, with its rows.

        What could not be settled by then, such as a lead that still had days left to convert, is
        counted with all that is known, once it is.

        Raises   BookNotDue     its day has not come, in the data
                 BookNotReady   it is not final for another reason, or cannot be computed
        """
        if not self.is_over(period):
            raise BookNotDue(
                "The books of %(period)s close at the end of %(day)s; the data reaches to"
                " %(until)s.",
                remedy="Bring newer exports and run `trivet run` after that day.",
                period=period.key,
                day=self.closes_on(period),
                until=self._asked(period).as_of_on,
            )
        # Coverage is asked on a day of its own in any case (decision 0009).
        day = None if definition.id == "pipeline_coverage" else self.closes_on(period)
        found = self.whole(definition, period, day)
        if found.figure.status is Status.PROVISIONAL and day is not None:
            found = self.whole(definition, period, None)
        figure = found.figure
        if not figure.is_settled:
            raise BookNotReady(
                "%(metric)s of %(period)s cannot be closed: %(why)s.",
                remedy="It is closed by a later `trivet run`, once that is settled.",
                metric=definition.title,
                period=period.key,
                why=_why(figure),
            )
        return found

    def whole(self, definition: Definition, period: Period, as_of: date | None) -> Whole:
        """A figure and its rows, with what was known at the end of a day, or with all."""
        measurement = self._measurement
        metric = metric_named(definition.id)
        [figure] = measurement.figures(definition, [period], as_of=as_of, whole=True, hashed=True)
        known = Asked.of([period], measurement.settings, measurement.newest, as_of).as_of_at
        as_of_at = known.replace(tzinfo=UTC)
        if figure.status is Status.NOT_COMPUTABLE and not figure.is_empty:
            return Whole(figure, _no_rows(), as_of_at)
        [asked] = measurement.asked(metric, [period], as_of)
        counted = metric.counted(measurement.contributions(metric, definition, asked, {}), ())
        # What part of the business a record is of is frozen too: a part must add up to the whole.
        rows = ordered(measurement.with_dimensions(metric, definition, asked, counted))
        assert rows_hash(rows) == figure.rows_hash
        return Whole(figure, rows, as_of_at)

    # Again

    def rows(self, definition: Definition, periods: Sequence[Period]) -> dict[str, pa.Table]:
        """The rows of several periods with all that is known today, by the period's key."""
        measurement = self._measurement
        metric = metric_named(definition.id)
        found = {period.key: _no_rows() for period in periods}
        if metric.lacks(definition, measurement.loaded):
            return found
        for asked in measurement.asked(metric, periods, None):
            rows = metric.counted(measurement.contributions(metric, definition, asked, {}), ())
            for period in asked.periods:
                found[period.key] = ordered(rows_where(rows, "period_key", period.key))
        return found

    def known(self, at: datetime) -> Known:
        """Every fact of every record, as known at an instant."""
        instant = at.astimezone(UTC).replace(tzinfo=None)
        found = self._measurement.engine.rows(read_sql(KNOWN).text, {"known_at": instant})
        return Known(found)


def ordered(rows: pa.Table) -> pa.Table:
    """The rows in the one order they are frozen in."""
    keys = ["record_id", "numerator", "denominator"]
    return rows.sort_by([(name, "ascending") for name in keys])


def _no_rows() -> pa.Table:
    return pa.table(
        {
            "record_id": pa.array([], pa.string()),
            "numerator": pa.array([], pa.int64()),
            "denominator": pa.array([], pa.int64()),
        }
    )


def _why(figure: Figure) -> str:
    """Why a figure is not final, in the words of its flags."""
    waits = [
        Sentence("%(number)s of its records: %(says)s", {"number": flag.records, "says": flag.says})
        for flag in figure.flags
        if flag.name == "immature"
    ]
    return Sentence.joined("%(first)s; %(then)s", waits) or figure.reason
