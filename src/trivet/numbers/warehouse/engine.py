"""Ask a build: run steps of SQL, each once, and answer with Arrow.

A metric is a few steps (`pipeline_base`, `sourcing` ...) and a query over them. A step's result
depends only on its text, its parameters and the steps it reads, so it is kept under the hash of
those: five metrics that share a base compute it once, and two definitions that differ in one
option share all that the option does not touch. A step that says it is inlined is not kept: it is
put into the text of what reads it, so that only the columns and rows that are read are made.
"""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Iterable, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING

import rfc8785

from trivet.errors import BuildDamaged
from trivet.numbers.warehouse.sql_text import SqlText

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import duckdb
    import pyarrow as pa

Parameter = str | int | bool | None

LOCKED_DOWN = {
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
}
"""No statement may fetch code; `lock_down` then closes files and the configuration itself."""

STEPS_KEPT = 400


def lock_down(connection: duckdb.DuckDBPyConnection) -> None:
    """Close the way to files and network, and the way to open it again."""
    connection.execute("set enable_external_access = false")
    connection.execute("set lock_configuration = true")


class Engine:
    """Runs steps on one warehouse and keeps their results.

    catalog    the attached database that holds the canonical tables and facts
    steps      every step that a query may read, by name

    Threads may share an engine: each question runs on its own cursor.
    """

    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        catalog: str,
        steps: Mapping[str, SqlText],
        kept_in: str = "memory",
    ) -> None:
        self._connection = connection
        self._catalog = catalog
        self._steps = steps
        self._kept_in = kept_in
        self._kept: OrderedDict[str, str] = OrderedDict()
        self._in_use: dict[str, int] = {}
        self._lock = threading.RLock()
        self._connection.execute(f"create schema if not exists {kept_in}.step")

    @classmethod
    def open(
        cls, build: Path, steps: Mapping[str, SqlText], threads: int = 2, memory: str = "2GB"
    ) -> Engine:
        """Attach a published build read-only; nothing else can be reached from it.

        Raises   BuildDamaged if the file cannot be read
        """
        import duckdb

        connection = duckdb.connect(
            ":memory:", config={**LOCKED_DOWN, "threads": threads, "memory_limit": memory}
        )
        connection.execute("set enable_progress_bar = false")
        place = str(build).replace("'", "''")
        try:
            connection.execute(f"attach '{place}' as build (read_only)")
            connection.execute("select count(*) from build.main.build_info").fetchall()
        except duckdb.Error as wrong:
            connection.close()
            raise BuildDamaged(
                "The build %(name)s cannot be read: %(why)s",
                remedy="Run `trivet run --force`: a build is always made again from landing.",
                name=build.name,
                why=str(wrong).splitlines()[0],
            ) from wrong
        lock_down(connection)
        return cls(connection, "build", steps)

    def close(self) -> None:
        self._connection.close()

    def forget(self) -> None:
        """Drop every kept step; the warehouse itself stays as it is."""
        self._kept.clear()
        self._in_use.clear()
        self._connection.execute(f"drop schema if exists {self._kept_in}.step cascade")

    @contextmanager
    def cursor(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """A cursor of one's own that sees the warehouse's tables by their plain names."""
        cursor = self._connection.cursor()
        try:
            cursor.execute(f"use {self._catalog}")
            yield cursor
        finally:
            cursor.close()

    def rows(self, sql: str, parameters: Mapping[str, object] | None = None) -> pa.Table:
        """Run one query that needs no step."""
        with self.cursor() as cursor:
            found: pa.Table = cursor.sql(sql, params=dict(parameters or {})).to_arrow_table()
            return found

    def pairs(self, sql: str) -> list[tuple[str, str]]:
        """The rows of a query of two text columns."""
        with self.cursor() as cursor:
            return cursor.execute(sql).fetchall()

    def ask(
        self,
        query: SqlText,
        parameters: Mapping[str, Parameter],
        relations: Mapping[str, pa.Table],
        more_steps: Mapping[str, SqlText] | None = None,
    ) -> pa.Table:
        """The rows of a query.

        parameters   for the query and every step it reads, by name; those not named are left out
        relations    small tables the SQL reads by name, such as the asked periods
        more_steps   steps only this query reads, such as a metric's own rows as `contribution`
        """
        plan = _Plan(self, parameters, relations, {**self._steps, **(more_steps or {})})
        with self._lock:
            prefix = plan.sources(query)
            used = tuple(plan.tables)
            for table in used:
                self._in_use[table] = self._in_use.get(table, 0) + 1
        try:
            with self.cursor() as cursor:
                # What is put in are names of tables that this engine made.
                text = f"{prefix}select * from (\n{query.text}) as answer"  # noqa: S608
                found: pa.Table = cursor.sql(text, params=plan.given(query)).to_arrow_table()
                return found
        finally:
            with self._lock:
                for table in used:
                    self._in_use[table] -= 1
                self._forget_oldest()

    def query_hash(self, query: SqlText) -> str:
        """SHA-256 over the text of a query and of every step below it."""
        below = sorted(self._below(query))
        parts = [query.sha256, *(self._steps[name].sha256 for name in below)]
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()

    def texts(self, query: SqlText) -> list[SqlText]:
        """The steps below a query, in the order they run, then the query itself."""
        ordered: list[SqlText] = []

        def visit(text: SqlText) -> None:
            for name in sorted(text.reads & self._steps.keys()):
                visit(self._steps[name])
            if text not in ordered:
                ordered.append(text)

        visit(query)
        return ordered

    def parameters_of(self, query: SqlText) -> frozenset[str]:
        """Every parameter that a query or a step below it takes."""
        names = set(query.parameters)
        for name in self._below(query):
            names |= self._steps[name].parameters
        return frozenset(names)

    def _below(self, text: SqlText) -> set[str]:
        found: set[str] = set()
        for name in text.reads & self._steps.keys():
            found |= {name} | self._below(self._steps[name])
        return found

    # How a step is kept; called by _Plan under the lock.

    def keep(self, key: str, sql: str, parameters: Mapping[str, Parameter]) -> str:
        """Make the step's table unless it is there, and say its name."""
        table = self._kept.get(key)
        if table is None:
            table = f"{self._kept_in}.step.s_{key[:24]}"
            with self.cursor() as cursor:
                cursor.execute(f"create table if not exists {table} as {sql}", dict(parameters))
            self._kept[key] = table
        self._kept.move_to_end(key)
        return table

    def keep_rows(self, key: str, rows: pa.Table) -> str:
        table = self._kept.get(key)
        if table is None:
            table = f"{self._kept_in}.step.r_{key[:24]}"
            with self.cursor() as cursor:
                cursor.register("given_rows", rows)
                cursor.execute(f"create table if not exists {table} as from given_rows")
                cursor.unregister("given_rows")
            self._kept[key] = table
        self._kept.move_to_end(key)
        return table

    def _forget_oldest(self) -> None:
        for key in list(self._kept):
            if len(self._kept) <= STEPS_KEPT:
                return
            table = self._kept[key]
            if self._in_use.get(table, 0) == 0:
                with self.cursor() as cursor:
                    cursor.execute(f"drop table if exists {table}")
                del self._kept[key]
                self._in_use.pop(table, None)


class _Plan:
    """One question: which steps it needs, and the table each is kept in."""

    def __init__(
        self,
        engine: Engine,
        parameters: Mapping[str, Parameter],
        relations: Mapping[str, pa.Table],
        steps: Mapping[str, SqlText],
    ) -> None:
        self._engine = engine
        self._steps = steps
        self._parameters = parameters
        self._relations = relations
        self._keys: dict[str, str] = {}
        self.tables: dict[str, None] = {}

    def given(self, text: SqlText) -> dict[str, Parameter]:
        named = self._parameters_in(text)
        missing = sorted(named - self._parameters.keys())
        if missing:
            raise KeyError(f"{text.name} needs the parameters {', '.join(missing)}")
        return {name: self._parameters[name] for name in sorted(named)}

    def _parameters_in(self, text: SqlText) -> set[str]:
        """The parameters a text takes once the steps that are inlined stand in it."""
        named = set(text.parameters)
        for name in self._readable(text.reads):
            step = self._steps.get(name)
            if name not in self._relations and step is not None and step.is_inlined:
                named |= self._parameters_in(step)
        return named

    def sources(self, text: SqlText) -> str:
        """`with pipeline_base as (select * from step.s_…), …`, so that the text runs as written."""
        named = [f"{name} as ({self._source(name)})" for name in sorted(self._readable(text.reads))]
        return f"with {', '.join(named)}\n" if named else ""

    def _source(self, name: str) -> str:
        step = self._steps.get(name)
        if name not in self._relations and step is not None and step.is_inlined:
            return f"{self.sources(step)}select * from (\n{step.text}) as step"  # noqa: S608
        return f"select * from {self._table(name)}"  # noqa: S608 - a name made here

    def _table(self, name: str) -> str:
        if name in self._relations:
            table = self._engine.keep_rows(self._key(name), self._relations[name])
        else:
            step = self._steps.get(name)
            assert step is not None
            prefix = self.sources(step)
            sql = f"{prefix}select * from (\n{step.text}) as step"  # noqa: S608
            table = self._engine.keep(self._key(name), sql, self.given(step))
        self.tables[table] = None
        return table

    def _key(self, name: str) -> str:
        if name not in self._keys:
            digest = hashlib.sha256(name.encode())
            if name in self._relations:
                digest.update(_as_written(self._relations[name]))
            else:
                step = self._steps.get(name)
                assert step is not None
                digest.update(step.sha256.encode())
                digest.update(rfc8785.dumps(_plain(self.given(step))))
                for below in sorted(self._readable(step.reads)):
                    digest.update(self._key(below).encode())
            self._keys[name] = digest.hexdigest()
        return self._keys[name]

    def _readable(self, names: Iterable[str]) -> list[str]:
        return [n for n in names if n in self._relations or self._steps.get(n)]


def _plain(parameters: Mapping[str, Parameter]) -> dict[str, str | int | bool | None]:
    return {name: str(v) if not isinstance(v, bool | int) else v for name, v in parameters.items()}


def _as_written(rows: pa.Table) -> memoryview:
    """The rows with the types of their columns, as Arrow writes them to a stream."""
    import pyarrow as pa

    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, rows.schema) as stream:
        stream.write_table(rows)
    return memoryview(sink.getvalue())
