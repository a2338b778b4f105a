"""A small company made by hand: a few rows in, through the real SQL, figures out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import duckdb
import pyarrow as pa

from trivet.numbers.shared_metrics.definition import Definition
from trivet.numbers.shared_metrics.figure import Figure
from trivet.numbers.shared_metrics.lint import lint, refuse
from trivet.numbers.shared_metrics.measure import Measurement
from trivet.numbers.shared_metrics.registry import drafts, metric_named, steps
from trivet.numbers.warehouse.canonical import make_canonical
from trivet.numbers.warehouse.engine import Engine
from trivet.numbers.warehouse.facts import make_facts
from trivet.numbers.warehouse.staged_schema import create_staged, staged_columns
from trivet.numbers.warehouse.tables import BY_NAME, IS_DAY, Kind
from trivet.numbers.workspace.settings import Settings
from trivet.vocabulary.money import Money
from trivet.vocabulary.period import Period

STAGES = {
    "open": ["Created", "Qualified", "Proposal"],
    "qualified_from": "Qualified",
    "accepted_from": "Qualified",
    "won": ["Won"],
    "lost": ["Lost"],
}


class Company:
    """Rows of canonical tables, by canonical column names and in major units of money."""

    def __init__(self, settings: Settings, exported_on: str) -> None:
        self.settings = settings
        self.exported_at = datetime.fromisoformat(exported_on).replace(hour=23, minute=59)
        self.given: list[tuple[str, dict[str, Any]]] = []
        self._measurement: Measurement | None = None

    def add(self, table: str, *, exported_on: str | None = None, **columns: Any) -> None:
        """One row of `table`, in the export of that day."""
        self.given.append((table, {**columns, "exported_on": exported_on}))
        self._measurement = None

    def definition(
        self,
        metric_id: str,
        options: Mapping[str, Any] | None = None,
        base: Mapping[str, Any] | None = None,
        customers: Mapping[str, Any] | None = None,
    ) -> Definition:
        """The draft with these options, each put where it belongs.

        `customers` are options of the retention base by which pipeline knows who is a customer.
        """
        found = drafts()[metric_id]
        if customers:
            retention = found.rests_on("retention_base")
            assert retention is not None, metric_id
            found = found.resting_on(retention.with_options(**customers))
        for name, value in {**(base or {}), **(options or {})}.items():
            owners = [d for d in found.bases.values() if name in d.options]
            own = name in found.options and (name in (options or {}) or not owners)
            if own:
                found = found.with_options(**{name: value})
            elif owners:
                found = found.resting_on(owners[0].with_options(**{name: value}))
            else:
                found = found.with_options(**{name: value})
        return found

    def metric(
        self,
        metric_id: str,
        period: str | Period,
        *,
        as_of: str | date | None = None,
        options: Mapping[str, Any] | None = None,
        base: Mapping[str, Any] | None = None,
        customers: Mapping[str, Any] | None = None,
        by: str | None = None,
        where: Mapping[str, str] | None = None,
        lint: bool = True,
    ) -> Figure:
        definition = self.definition(metric_id, options, base, customers)
        if lint:
            refuse(definition, _problems(definition))
        [figure] = self.measurement.figures(
            definition,
            [self._period(period)],
            where=where,
            as_of=_day(as_of) if as_of else None,
            by=by,
            whole=True,
        )
        return figure

    def table(
        self,
        metric_id: str,
        period: str | Period,
        *,
        as_of: str | date | None = None,
        options: Mapping[str, Any] | None = None,
        base: Mapping[str, Any] | None = None,
        customers: Mapping[str, Any] | None = None,
        where: Mapping[str, str] | None = None,
    ) -> pa.Table:
        """The rows behind a figure, as Arrow."""
        definition = self.definition(metric_id, options, base, customers)
        measurement = self.measurement
        metric = metric_named(metric_id)
        day = _day(as_of) if as_of else None
        [asked] = measurement.asked(metric, [self._period(period)], day)
        return measurement.contributions(metric, definition, asked, where or {})

    def rows_of(self, metric_id: str, period: str | Period, **asked: Any) -> list[dict[str, Any]]:
        return self.table(metric_id, period, **asked).to_pylist()

    def _period(self, period: str | Period) -> Period:
        return period if isinstance(period, Period) else self.settings.calendar.period(period)

    @property
    def measurement(self) -> Measurement:
        if self._measurement is None:
            # A few rows: a second thread would only wait.
            connection = duckdb.connect(":memory:", config={"threads": 1})
            create_staged(connection)
            self._insert(connection)
            make_canonical(connection, self.settings)
            make_facts(connection, self.settings)
            engine = Engine(connection, "memory", steps())
            self._measurement = Measurement(
                engine, self.settings, "by-hand", {"crm": self._newest()}
            )
        return self._measurement

    def _newest(self) -> datetime:
        days = [row["exported_on"] for _, row in self.given if row["exported_on"]]
        return max([self.exported_at, *(self._export(day) for day in days)])

    @staticmethod
    def _export(day: str) -> datetime:
        return datetime.fromisoformat(day).replace(hour=23, minute=59)

    def _insert(self, connection: duckdb.DuckDBPyConnection) -> None:
        by_table: dict[str, list[dict[str, Any]]] = {}
        for number, (table, row) in enumerate(self.given, start=1):
            by_table.setdefault(table, []).append(self._staged(table, row, number))
        for table, rows in by_table.items():
            names = list(staged_columns(BY_NAME[table]))
            marks = ", ".join("?" for _ in names)
            connection.executemany(
                f"insert into staged.{table} values ({marks})",
                [[row.get(name) for name in names] for row in rows],
            )

    def _staged(self, table: str, row: dict[str, Any], number: int) -> dict[str, Any]:
        known = BY_NAME[table]
        exported = self._export(row["exported_on"]) if row["exported_on"] else self.exported_at
        currency = row.get("currency") or self.settings.company.currency
        staged: dict[str, Any] = {
            "source": "crm",
            "file": f"{table}.csv",
            "file_row": number,
            "load_id": f"load-{exported:%Y%m%d}",
            "exported_at": exported,
        }
        for name, value in row.items():
            if name == "exported_on":
                continue
            column = known.column(name)
            staged[column.stored_as] = self._typed(column.kind, value, currency)
            if column.kind is Kind.INSTANT:
                staged[IS_DAY.format(name)] = is_day(value)
        if any(column.name == "currency" for column in known.columns):
            staged["currency"] = currency
        for name in known.key:
            if staged.get(name) is None and known.column(name).kind is Kind.ID:
                staged[name] = f"{table}-{number}"
        return staged

    def _typed(self, kind: Kind, value: Any, currency: str) -> Any:
        if value is None:
            return None
        match kind:
            case Kind.MONEY:
                return Money.of(Decimal(str(value)), currency).minor
            case Kind.INSTANT:
                return self._instant(value)
            case Kind.DAY:
                return _day(value)
            case Kind.NUMBER:
                return Decimal(str(value))
        return value

    def _instant(self, value: Any) -> datetime:
        """Without a zone it is the company's own clock, as midnight of a date is."""
        if isinstance(value, datetime):
            at = value
        elif isinstance(value, date):
            at = datetime(value.year, value.month, value.day)
        else:
            at = datetime.fromisoformat(str(value))
        if at.tzinfo is None:
            at = at.replace(tzinfo=ZoneInfo(self.settings.company.time_zone))
        return at.astimezone(UTC).replace(tzinfo=None)


def is_day(value: Any) -> bool:
    """Whether an instant is given as a day, or as the midnight that stands for one."""
    if isinstance(value, str):
        value = datetime.fromisoformat(value)
    if isinstance(value, datetime):
        return value.time() == time()
    return isinstance(value, date)


def _day(value: Any) -> date:
    if isinstance(value, datetime):
        return value.date()
    return value if isinstance(value, date) else date.fromisoformat(str(value)[:10])


def _problems(definition: Definition) -> list[Any]:
    return lint(definition)


COMPLETE: Mapping[str, str] = dict.fromkeys(BY_NAME, "2000-01-01")


@contextmanager
def company(
    *,
    currency: str = "USD",
    time_zone: str = "UTC",
    stages: Mapping[str, Any] | None = None,
    lead_sources: Mapping[str, Sequence[str]] | None = None,
    exported_on: str = "2026-07-15",
    holidays: str | None = None,
    dimensions: Mapping[str, Any] | None = None,
    history_from: Mapping[str, str] = COMPLETE,
    **more: Any,
) -> Iterator[Company]:
    """A company with one CRM; more settings of `[company]` by name.

    history_from   by table, the day from which on its feed says that it has everything: what is not
                   there did not happen, unless a test says otherwise
    """
    settings = Settings.model_validate(
        {
            "company": {
                "name": "Company by hand",
                "currency": currency,
                "time_zone": time_zone,
                "holidays": holidays,
                **more,
            },
            "stages": dict(stages or STAGES),
            "lead_sources": dict(lead_sources or {}),
            "dimensions": dict(dimensions or {}),
            "source": [
                {
                    "name": "crm",
                    "system": "crm",
                    "feed": [
                        {
                            "table": table,
                            "files": "x.csv",
                            "columns": {name: name for name in BY_NAME[table].required},
                            "history_from": day,
                        }
                        for table, day in history_from.items()
                    ],
                }
            ],
        }
    )
    yield Company(settings, exported_on)
