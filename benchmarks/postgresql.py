"""The same five metrics from the same SQL files on PostgreSQL, with the same answers.

The files are in a portable subset; SQLGlot turns them into PostgreSQL's dialect. What PostgreSQL
spells differently is mapped below, never what is asked. A parameter becomes a literal, so that both
planners see constants. Steps that DuckDB inlines are tables here too, analysed like the others:
PostgreSQL plans much better when it knows how many rows a step has.

Loading is not timed, on either side. The touches are indexed, the tables analysed, and the server
is given memory and as many workers as DuckDB has threads.

Goal: 5 times faster than PostgreSQL 15.
"""

from __future__ import annotations

import io
import tempfile
import time
from collections.abc import Iterable, Mapping
from pathlib import Path

import duckdb
import psycopg
import pyarrow as pa
import sqlglot
from sqlglot import exp

from benchmarks.company import (
    THREADS,
    built_company,
    connect,
    every_period,
    measurement,
    settings_of,
    working_copy,
)
from benchmarks.five_metrics import facts
from benchmarks.report import Line, Result
from benchmarks.stopwatch import timed
from tests.postgresql import server
from trivet.numbers.shared_metrics.added_up import added_up
from trivet.numbers.shared_metrics.definition import Definition
from trivet.numbers.shared_metrics.measure import Measurement
from trivet.numbers.shared_metrics.metric import Metric
from trivet.numbers.shared_metrics.registry import FIVE, drafts, metric_named, steps
from trivet.numbers.warehouse.engine import Parameter
from trivet.numbers.warehouse.sql_text import SqlText
from trivet.vocabulary.period import Period

GOAL = 5
TYPES = {
    "BIGINT": "bigint",
    "INTEGER": "integer",
    "TINYINT": "smallint",
    "HUGEINT": "numeric",
    "DOUBLE": "double precision",
    "BOOLEAN": "boolean",
    "DATE": "date",
    "TIMESTAMP": "timestamp",
    "VARCHAR": "text",
}
TABLES = (
    "account",
    "account_key",
    "closing",
    "company_day",
    "contact_key",
    "crm_campaign",
    "fx_span",
    "known_from",
    "lead_source_function",
    "lifecycle_stage_history",
    "opportunity_fact",
    "opportunity_key",
    "opportunity_role",
    "opportunity_value",
    "opportunity_contact_role",
    "stage_entry",
    "stage",
    "subscription",
    "invoice_line",
    "arr_movement",
    "touch",
)
TOUCH_COLUMNS = (
    "account_no",
    "contact_no",
    "opportunity_no",
    "code",
    "slack",
    "evidence",
    "touched_at",
)
INDEXES = (
    "create index on touch (account_no, code)",
    "create index on touch (contact_no, code)",
    "create index on opportunity_value (opportunity_no)",
    "create index on opportunity_role (opportunity_no)",
    "create index on stage_entry (opportunity_no)",
    "create index on closing (opportunity_no)",
    "create index on subscription (account_id)",
)
TUNED = {
    "shared_buffers": "4GB",
    "work_mem": "512MB",
    "effective_cache_size": "12GB",
    "max_parallel_workers_per_gather": str(THREADS),
    "max_parallel_workers": str(THREADS),
    "jit": "off",
    "fsync": "off",
    "synchronous_commit": "off",
    "timezone": "UTC",
    "random_page_cost": "1.1",
    # Of a grouped step it expects two hundred rows where there are a million; with nested loops
    # in its plan the last metric then takes hours. A tuner would switch them off.
    "enable_nestloop": "off",
}


def measure(scale: int) -> Result:
    copy = working_copy(built_company(scale), "postgresql")
    try:
        connection = connect(copy)
        settings = settings_of(connection)
        facts(connection, settings)
        periods = every_period(connection, settings)
        measuring = measurement(connection, settings)
        ours, expected = timed(lambda: duckdb_sums(measuring, periods))
        with server(TUNED) as address, psycopg.connect(address, autocommit=True) as other:
            loading = time.perf_counter()
            load(connection, other)
            loaded = time.perf_counter() - loading
            measuring = measurement_again(connection, measuring)
            theirs, found = timed(lambda: postgresql_sums(other, measuring, periods))
            [(version,)] = other.execute("show server_version").fetchall()
        again, same = timed(lambda: duckdb_sums(measurement_again(connection, measuring), periods))
        connection.close()
    finally:
        copy.unlink(missing_ok=True)
    assert expected == same
    differing = [key for key in expected if expected[key] != found.get(key)]
    if differing or expected.keys() != found.keys():
        raise AssertionError(f"PostgreSQL answers otherwise: {differing[:5]}")
    wall = min(ours.wall, again.wall)
    ratio = theirs.wall / wall
    return Result(
        "postgresql",
        f"five metrics, {len(periods)} periods, the same SQL; {len(expected)} equal answers",
        (
            Line("DuckDB, facts to sums", f"{wall:.2f} s", numbers={"wall_s": wall}),
            Line(
                f"PostgreSQL {version}, the same",
                f"{theirs.wall:.1f} s",
                numbers={"wall_s": theirs.wall},
            ),
            Line(
                "times as fast as PostgreSQL",
                f"{ratio:.1f} ×",
                f"≥ {GOAL} ×",
                ratio >= GOAL,
                {"ratio": ratio},
            ),
            Line("PostgreSQL's load and indexes, not in the ratio", f"{loaded:.0f} s"),
        ),
    )


Sums = dict[tuple[str, str], tuple[int | None, ...]]


def whole(sums: Iterable[object]) -> tuple[int | None, ...]:
    """The sums as integers; of no row at all a sum is null."""
    return tuple(None if value is None else int(str(value)) for value in sums)


def measurement_again(connection: duckdb.DuckDBPyConnection, before: Measurement) -> Measurement:
    connection.execute("drop schema if exists memory.step cascade")
    return measurement(connection, before.settings)


def flags_of(metric: Metric, definition: Definition) -> tuple[str, ...]:
    """The flags that a figure counts, with the one that speaks against its rows."""
    counted = metric.adds_up(definition) or ()
    return tuple(dict.fromkeys((*counted, *filter(None, [metric.contradicted_if]))))


def duckdb_sums(measuring: Measurement, periods: list[Period]) -> Sums:
    """Metric and period -> records, numerator, denominator and the counts of its flags."""
    found: Sums = {}
    for name in FIVE:
        metric, definition = metric_named(name), drafts()[name]
        [asked] = measuring.asked(metric, periods, None)
        rows = measuring.sums_of(metric, definition, asked, {}, flags_of(metric, definition))
        for row in rows.to_pylist():
            period, *sums = row.values()
            found[name, period] = whole(sums)
    return found


def postgresql_sums(
    other: psycopg.Connection, measuring: Measurement, periods: list[Period]
) -> Sums:
    found: Sums = {}
    kept: dict[str, str] = {}
    for name in FIVE:
        metric, definition = metric_named(name), drafts()[name]
        [asked] = measuring.asked(metric, periods, None)
        read = {
            **steps(),
            "scoped": inlined(metric.query),
            "added_up": added_up(flags_of(metric, definition), metric.counted_if),
        }
        plan = Plan(other, kept, read, *measuring.inputs(definition, asked))
        text = plan.whole(read["added_up"])
        for row in other.execute(text).fetchall():
            found[name, row[0]] = whole(row[1:])
    return found


def inlined(text: SqlText) -> SqlText:
    from dataclasses import replace

    return replace(text, is_inlined=True)


class Plan:
    """One question to PostgreSQL: the same steps, each kept in a table."""

    def __init__(
        self,
        other: psycopg.Connection,
        kept: dict[str, str],
        given: Mapping[str, SqlText],
        parameters: Mapping[str, Parameter],
        relations: Mapping[str, pa.Table],
    ) -> None:
        self._other = other
        self._kept = kept
        self._steps = given
        self._parameters = parameters
        self._relations = relations

    def whole(self, text: SqlText) -> str:
        named = [
            f"{name} as not materialized ({self._source(name)})"
            for name in sorted(text.reads)
            if name in self._relations or name in self._steps
        ]
        prefix = f"with {', '.join(named)}\n" if named else ""
        return f"{prefix}select * from (\n{dialect(text, self._parameters)}) as step"

    def _source(self, name: str) -> str:
        if name in self._relations:
            rows = self._relations[name]
            key = f"{name}{rows.to_pylist()}{rows.schema}"
            return f"select * from {self._keep(key, lambda table: write(self._other, table, rows))}"
        step = self._steps[name]
        text = self.whole(step)
        if name == "scoped":
            return text

        def make(table: str) -> None:
            self._other.execute(f"create unlogged table {table} as {text}")
            self._other.execute(f"analyze {table}")

        return f"select * from {self._keep(text, make)}"

    def _keep(self, key: str, make) -> str:
        if key not in self._kept:
            table = f"step_{len(self._kept)}"
            make(table)
            self._kept[key] = table
        return self._kept[key]


def dialect(text: SqlText, parameters: Mapping[str, Parameter]) -> str:
    """The same question in PostgreSQL's words, with literals for parameters."""
    tree = sqlglot.parse_one(text.text, read="duckdb")

    def spelled(node: exp.Expression) -> exp.Expression:
        # Days between two dates: what DuckDB's date_diff('day', a, b) says of dates.
        if isinstance(node, exp.DateDiff):
            return exp.paren(exp.Sub(this=node.this.copy(), expression=node.expression.copy()))
        if isinstance(node, exp.Anonymous) and node.name.lower() == "to_months":
            return sqlglot.parse_one(
                f"make_interval(0, {node.expressions[0].sql('postgres')})", read="postgres"
            )
        return node

    for node in list(tree.find_all(exp.Parameter, exp.Placeholder)):
        node.replace(exp.convert(parameters[node.name]))
    for node in list(tree.find_all(exp.DateDiff, exp.Anonymous)):
        node.replace(spelled(node))
    return tree.sql(dialect="postgres", comments=False)


def write(other: psycopg.Connection, table: str, rows: pa.Table) -> None:
    """A small relation as a table."""
    import duckdb as here

    small = here.connect()
    small.register("given", rows)
    copy_over(small, other, "given", table, ("*",))
    small.close()


def load(connection: duckdb.DuckDBPyConnection, other: psycopg.Connection) -> None:
    for table in TABLES:
        columns = TOUCH_COLUMNS if table == "touch" else ("*",)
        copy_over(connection, other, table, table, columns)
    for index in INDEXES:
        other.execute(index)
    other.execute("vacuum analyze")


def copy_over(
    connection: duckdb.DuckDBPyConnection,
    other: psycopg.Connection,
    source: str,
    table: str,
    columns: tuple[str, ...],
) -> None:
    query = f"select {', '.join(columns)} from {source}"
    described = connection.execute(f"describe {query}").fetchall()
    shapes = ", ".join(
        f'"{name}" {TYPES.get(kind, kind.lower().replace("decimal", "numeric"))}'
        for name, kind, *_ in described
    )
    other.execute(f"create unlogged table {table} ({shapes})")
    with tempfile.NamedTemporaryFile(suffix=".csv") as file:
        connection.execute(f"copy ({query}) to '{file.name}' (format csv, header false)")
        with (
            Path(file.name).open("rb") as text,
            other.cursor().copy(f"copy {table} from stdin (format csv)") as into,
        ):
            while block := text.read(io.DEFAULT_BUFFER_SIZE * 64):
                into.write(block)
