"""The made-up company that is measured: generated once, kept in a cache folder.

Scale 33 is about 10 million touches, 66,000 accounts, 400,000 people, 196,000 opportunities.
"""

from __future__ import annotations

import os
import shutil
from datetime import date, datetime
from pathlib import Path

import duckdb

from trivet.demo_company import write_company
from trivet.jobs.run import build, sync
from trivet.numbers.shared_metrics.measure import Measurement
from trivet.numbers.shared_metrics.registry import steps
from trivet.numbers.warehouse.build import MEMORY_LIMIT
from trivet.numbers.warehouse.engine import Engine
from trivet.numbers.warehouse.publish import published, published_or_none
from trivet.numbers.workspace.settings import Settings
from trivet.numbers.workspace.workspace import Workspace
from trivet.vocabulary.period import Grain, Period

SEED = 7
THREADS = 2


def cache() -> Path:
    """Where companies are kept: `TRIVET_BENCH_CACHE`, else ~/.cache/trivet-bench."""
    named = os.environ.get("TRIVET_BENCH_CACHE")
    folder = Path(named) if named else Path.home() / ".cache" / "trivet-bench"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def exported_company(scale: int) -> Path:
    """The folder with the company's exports and `trivet.toml`, written if it is not there."""
    folder = cache() / f"scale-{scale}"
    if not (folder / "written").exists():
        shutil.rmtree(folder, ignore_errors=True)
        write_company(folder, seed=SEED, scale=scale)
        (folder / "written").touch()
    return folder


def built_company(scale: int) -> Workspace:
    """The company with a published build of today's code.

    `TRIVET_BENCH_AS_BUILT` takes a build that an earlier version of the code published: whoever
    changes the SQL of facts and metrics need not wait for staging again.
    """
    workspace = Workspace.open(exported_company(scale))
    if os.environ.get("TRIVET_BENCH_AS_BUILT") and published_or_none(workspace.builds):
        return workspace
    sync(workspace)
    build(workspace)
    return workspace


def build_file(workspace: Workspace) -> Path:
    return published(workspace.builds).path(workspace.builds)


def working_copy(workspace: Workspace, name: str) -> Path:
    """A copy of the published build that may be written to. The caller removes it."""
    copy = cache() / f"working-{os.getpid()}-{name}.duckdb"
    shutil.copyfile(build_file(workspace), copy)
    return copy


def connect(path: Path) -> duckdb.DuckDBPyConnection:
    """Open a working copy with the memory a build may have, its tables by their plain names."""
    connection = duckdb.connect(
        ":memory:", config={"threads": THREADS, "memory_limit": MEMORY_LIMIT}
    )
    connection.execute("set TimeZone = 'UTC'")
    connection.execute("set enable_progress_bar = false")
    escaped = str(path).replace("'", "''")
    connection.execute(f"attach '{escaped}' as build")
    connection.execute("use build")
    return connection


def settings_of(connection: duckdb.DuckDBPyConnection) -> Settings:
    [(document,)] = connection.execute(
        "select value from build_info where key = 'settings_document'"
    ).fetchall()
    return Settings.model_validate_json(document)


def measurement(connection: duckdb.DuckDBPyConnection, settings: Settings) -> Measurement:
    """A measurement that has kept nothing yet."""
    engine = Engine(connection, "build", steps())
    found = engine.rows(
        "select source, max(data_as_of) as at from source_fact"
        " where data_as_of is not null group by source"
    ).to_pylist()
    newest: dict[str, datetime] = {row["source"]: row["at"] for row in found}
    return Measurement(engine, settings, "benchmark", newest)


def every_period(connection: duckdb.DuckDBPyConnection, settings: Settings) -> list[Period]:
    """Every month, quarter and year from the first opportunity to the last export."""
    [(first, last)] = connection.execute(
        "select (select min(created_on) from opportunity_fact),"
        " (select cast(max(data_as_of) as date) from source_fact)"
    ).fetchall()
    assert isinstance(first, date)
    grains = (Grain.MONTH, Grain.QUARTER, Grain.YEAR)
    return [period for grain in grains for period in settings.calendar.between(first, last, grain)]
