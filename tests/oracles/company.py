"""A company as plain lists of rows, asked the slow way: the second implementation's front door.

It takes the same `add`, `metric` and `rows` as the company whose rows go through the warehouse,
so a test can ask both the same question.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from fractions import Fraction
from importlib import import_module
from math import sqrt
from typing import Any

from holidays import country_holidays

from tests.oracles.reading import (
    day_ends,
    day_starts,
    has_no_hour,
    local_day,
    minor_units,
    nth_working_day,
    read_day,
    read_instant,
)
from trivet.numbers.warehouse.tables import BY_NAME, TABLES, Kind
from trivet.vocabulary.period import FiscalCalendar, Period

OPEN_STAGES = ("Created", "Qualified", "Proposal")
COMPLETE = {table.name: "2000-01-01" for table in TABLES}


@dataclass
class Answer:
    """What an oracle says: the sums, the value made of them, and the rows they are sums of.

    contradicted   records under each flag of contradiction
    """

    value: Fraction | None
    numerator: Fraction | int
    denominator: Fraction | int
    rows: list[dict[str, Any]]
    reason: str = ""
    status: str = "final"
    companions: tuple[Any, ...] = ()
    flags: tuple[Any, ...] = ()
    interval: Any = None
    contradicted: Mapping[str, int] = field(default_factory=dict)

    @property
    def records(self) -> int:
        return len(self.rows)


@dataclass(frozen=True)
class Said:
    """A companion or a flag, by the names a figure gives them."""

    label: str = ""
    value: Fraction | None = None
    name: str = ""
    records: int = 0


@dataclass(frozen=True)
class Interval:
    low: float
    high: float


def wilson(successes: int, trials: int) -> Interval | None:
    """Wilson's 95 % interval, as in any textbook."""
    if trials == 0:
        return None
    z = 1.959963984540054
    share = successes / trials
    middle = share + z * z / (2 * trials)
    spread = z * sqrt(share * (1 - share) / trials + z * z / (4 * trials * trials))
    scale = 1 + z * z / trials
    return Interval((middle - spread) / scale, (middle + spread) / scale)


@dataclass
class RecordedCompany:
    """Rows by table, and the settings the rules need.

    tables         every row as it was told; of each instant also whether it has no hour, and the
                   instant of its export
    history_from   by table, the day from which on its feed says that it has everything
    kept           what was worked out already; forgotten when a row is added
    """

    currency: str = "USD"
    time_zone: str = "UTC"
    stages: Mapping[str, Any] | None = None
    lead_sources: Mapping[str, Sequence[str]] = field(default_factory=dict)
    exported_on: str = "2026-07-15"
    holidays: str | None = None
    opens: int = 9
    closes: int = 17
    cutoff_day: int = 5
    history_from: Mapping[str, str] = field(default_factory=lambda: dict(COMPLETE))
    tables: dict[str, list[dict[str, Any]]] = field(
        default_factory=lambda: {t.name: [] for t in TABLES}
    )
    read: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    kept: dict[Any, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        stages = dict(self.stages or {})
        self.open_stages = list(stages.get("open", OPEN_STAGES))
        self.won_stages = list(stages.get("won", ["Won"]))
        self.lost_stages = list(stages.get("lost", ["Lost"]))
        self.qualified_from = stages.get("qualified_from", "Qualified")
        self.accepted_from = stages.get("accepted_from", "Qualified")
        self.probability = stages.get("probability", {})
        self.days_off: Collection[date] = frozenset()
        if self.holidays:
            self.days_off = country_holidays(self.holidays, years=range(2023, 2029))
        self.calendar = FiscalCalendar(time_zone=self.time_zone)

    def add(self, table: str, *, exported_on: str | None = None, **columns: object) -> None:
        """One row of `table`, in the export of that evening."""
        found = BY_NAME[table]
        row: dict[str, Any] = {column.name: None for column in found.columns}
        unknown = columns.keys() - row.keys()
        assert not unknown, f"{table} has no column {unknown}"
        row.update(columns)
        if "currency" in row and not row["currency"]:
            row["currency"] = self.currency
        for column in found.columns:
            value = row[column.name]
            if value is None:
                continue
            if column.kind is Kind.MONEY:
                row[column.name] = minor_units(value, row.get("currency", self.currency))
            elif column.kind is Kind.DAY:
                row[column.name] = read_day(value)
            elif column.kind is Kind.INSTANT:
                row[column.name] = read_instant(value, self.time_zone)
                row[NO_HOUR.format(column.name)] = has_no_hour(value)
            elif column.kind in (Kind.ID, Kind.TEXT):
                row[column.name] = str(value)
        row["exported_at"] = evening(exported_on or self.exported_on)
        self.tables[table].append(row)
        self.read.clear()
        self.kept.clear()

    def __getitem__(self, table: str) -> list[dict[str, Any]]:
        """The rows of a table; an account that was merged away is its survivor everywhere."""
        if table not in self.read:
            self.read[table] = [self.under_survivor(row) for row in self.newest(table)]
            if table == "account":
                self.read[table] = [r for r in self.read[table] if not r["merged_into_id"]]
        return self.read[table]

    def newest(self, table: str) -> list[dict[str, Any]]:
        """Of each record the row of its newest export."""
        found: dict[Any, dict[str, Any]] = {}
        for number, row in enumerate(self.tables[table]):
            key = tuple(row[name] for name in BY_NAME[table].key)
            if None in key and BY_NAME[table].column(BY_NAME[table].key[0]).kind is Kind.ID:
                key = (number,)  # a row without an id is a record of its own
            if key not in found or row["exported_at"] > found[key]["exported_at"]:
                found[key] = row
        return list(found.values())

    def exports_of(self, opportunity_id: str) -> list[dict[str, Any]]:
        """What each export said of an opportunity, in order."""
        rows = [r for r in self.tables["opportunity"] if r["opportunity_id"] == opportunity_id]
        return sorted(rows, key=lambda row: row["exported_at"])

    def under_survivor(self, row: dict[str, Any]) -> dict[str, Any]:
        """The row with its account, and its account's parent, as they were merged."""
        if row.get("merged_into_id") and "parent_id" in row:
            return row
        columns = {"account_id", "parent_id"} & row.keys()
        return {**row, **{name: self.account_survivor(row[name]) for name in columns}}

    def account_survivor(self, account_id: str | None) -> str | None:
        for row in self.tables["account"]:
            if row["account_id"] == account_id and row["merged_into_id"]:
                return self.account_survivor(row["merged_into_id"])
        return account_id

    # ------------------------------------------------------------ days and instants

    def day_of(self, instant: datetime) -> date:
        return local_day(instant, self.time_zone)

    def start_of(self, day: date) -> datetime:
        return day_starts(day, self.time_zone)

    def end_of(self, day: date) -> datetime:
        return day_ends(day, self.time_zone)

    def books_close(self, period: Period) -> datetime:
        """The last tick of the working day on which the period's books close."""
        return self.end_of(nth_working_day(period.end, self.cutoff_day, self.days_off))

    def stage_kind(self, stage: str) -> str:
        """open, won or lost."""
        for kind, names in (
            ("open", self.open_stages), ("won", self.won_stages), ("lost", self.lost_stages),
        ):  # fmt: skip
            if stage.casefold() in [name.casefold() for name in names]:
                return kind
        raise AssertionError(f"unknown stage {stage}")

    def stage_rank(self, stage: str) -> int:
        every = [*self.open_stages, *self.won_stages, *self.lost_stages]
        return [name.casefold() for name in every].index(stage.casefold())

    def function_of_lead_source(self, lead_source: str | None) -> str | None:
        if not lead_source:
            return None
        for function, values in self.lead_sources.items():
            if lead_source.strip().casefold() in [v.strip().casefold() for v in values]:
                return str(function)
        return None

    def account(self, account_id: str | None) -> dict[str, Any] | None:
        for row in self["account"]:
            if row["account_id"] == account_id:
                return row
        return None

    def ultimate_parent(self, account_id: str) -> str:
        """The account at the top; a circle of parents has no top, so each stays its own."""
        seen = [account_id]
        while True:
            row = self.account(seen[-1])
            parent = row and row["parent_id"]
            if not parent or parent == seen[-1]:
                return seen[-1]
            if parent in seen:
                return account_id
            seen.append(parent)

    def entity(self, account_id: str | None, level: str) -> str | None:
        if account_id is None or level == "account":
            return account_id
        return self.ultimate_parent(account_id)

    # ------------------------------------------------------------ asking

    def metric(
        self,
        metric_id: str,
        period: str,
        *,
        as_of: str | date | None = None,
        options: Mapping[str, object] | None = None,
        base: Mapping[str, object] | None = None,
        customers: Mapping[str, object] | None = None,
        where: Mapping[str, str] | None = None,
        lint: bool = True,
    ) -> Answer:
        """`customers` are options of the retention base by which pipeline knows customers."""
        known_on = read_day(as_of or self.newest_export)
        assert known_on is not None
        oracle = import_module(f"tests.oracles.{metric_id}")
        asked = {**(base or {}), **(options or {})}
        own = {name: value for name, value in asked.items() if name in oracle.DEFAULTS}
        below = {name: value for name, value in asked.items() if name not in oracle.DEFAULTS}
        if customers:
            below["customers"] = dict(customers)
        found: Answer = oracle.measure(
            self, self.calendar.period(period), known_on, own, below, dict(where or {})
        )
        return found

    @property
    def newest_export(self) -> str:
        told = [row["exported_at"] for rows in self.tables.values() for row in rows]
        return max([evening(self.exported_on), *told]).date().isoformat()

    def rows_of(self, metric_id: str, period: str, **asked: Any) -> list[dict[str, Any]]:
        return self.metric(metric_id, period, **asked).rows


NO_HOUR = "{}_has_no_hour"


def evening(day: str) -> datetime:
    """The instant at which the export of a day was made."""
    return datetime.fromisoformat(day).replace(hour=23, minute=59)


@contextmanager
def recorded_company(**settings: Any) -> Iterator[RecordedCompany]:
    yield RecordedCompany(**settings)


def ratio_answer(rows: list[dict[str, Any]], reason: str, **more: Any) -> Answer:
    """The answer that is a sum over a sum; no value when there is nothing to divide by."""
    numerator = sum((row["numerator"] for row in rows), 0)
    denominator = sum((row["denominator"] for row in rows), 0)
    if denominator == 0:
        return Answer(None, numerator, denominator, rows, reason, "not_computable", **more)
    return Answer(Fraction(numerator) / denominator, numerator, denominator, rows, **more)
