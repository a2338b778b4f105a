"""Make a build: a new file with every table, checked, and only then the one that answers.

The working file is this process's alone. What fails or is killed leaves the published build as it
was; the next run starts afresh from what was landed.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import duckdb
import sqlglot.expressions as exp

import trivet
from trivet.errors import AuditFailed, TrivetError
from trivet.numbers.warehouse.audits import audit
from trivet.numbers.warehouse.canonical import make_canonical
from trivet.numbers.warehouse.changes import Changes
from trivet.numbers.warehouse.code_hash import hash_of_code
from trivet.numbers.warehouse.crash_point import crash_point
from trivet.numbers.warehouse.disk import is_no_room, room_to_write
from trivet.numbers.warehouse.earlier import (
    KEPT_STAGED,
    copy_of,
    earlier_build,
    keep,
    lay_out,
    leave,
)
from trivet.numbers.warehouse.landing import loads_of
from trivet.numbers.warehouse.publish import (
    WORKING,
    Published,
    mark_current,
    mark_stale,
    publish,
    published_or_none,
    remove_leftovers,
)
from trivet.numbers.warehouse.shape import MEANING, differs
from trivet.numbers.warehouse.staging.staged_load import forget_staged
from trivet.numbers.workspace.private import private_folder
from trivet.numbers.workspace.progress import Progress, silent
from trivet.numbers.workspace.settings import Settings
from trivet.numbers.workspace.workspace import Workspace

STORAGE_VERSION = "v1.4.0"
"""The file format builds are written in: the release before this DuckDB can open them too."""

MEMORY_LIMIT = "3GB"
"""DuckDB's share; past it, it works on disk."""

Step = Callable[[duckdb.DuckDBPyConnection, Settings], None]
Stage = Callable[[duckdb.DuckDBPyConnection, Workspace, Progress], None]


@dataclass(frozen=True, slots=True)
class Build:
    """What a run came to.

    published   the build that answers now
    is_new      False when nothing had changed since it was made
    """

    published: Published
    is_new: bool


def run_build(
    workspace: Workspace,
    progress: Progress = silent,
    *,
    measure: Step | None = None,
    stage: Stage | None = None,
    agreed: str = "",
    force: bool = False,
) -> Build:
    """Build from what was landed, audit, publish. The caller holds the workspace's lock.

    measure   called on the finished tables before the audits
    agreed    hash of the definitions that `measure` asks under: others are another build
    stage     fills `staged`; the workspace's own staging if not given
    force     build again although nothing has changed, and from nothing but what was landed

    Raises   AuditFailed   an invariant is broken; the old build still answers, marked stale
             DiskFull      there is no room; the old build still answers, marked stale
             and what staging raises for exports that cannot be read
    """
    builds = workspace.builds
    private_folder(builds)
    remove_leftovers(builds)
    inputs = hash_of_inputs(workspace, agreed)
    before = published_or_none(builds)
    if before and before.inputs == inputs and not force and _can_be_read(before.path(builds)):
        mark_current(builds)
        progress("Nothing has changed since the published build")
        now = published_or_none(builds)
        return Build(now or before, is_new=False)
    if force:
        forget_staged(workspace)
    try:
        # Rows that did not come from landing cannot be told from those of an earlier build.
        earlier = None if force or stage else earlier_build(workspace)
        try:
            made = _build(workspace, inputs, progress, measure, stage, earlier)
        except (AuditFailed, duckdb.Error):
            if earlier is None:
                raise
            # What is wrong may be the earlier build: landing alone decides.
            progress("Building again, from nothing but what was landed")
            made = _build(workspace, inputs, progress, measure, stage, None)
        return Build(made, is_new=True)
    except TrivetError as wrong:
        mark_stale(builds, wrong.happened)
        raise


def _can_be_read(build: Path) -> bool:
    """False for a build that pages would refuse: to say that nothing has changed helps nobody."""
    try:
        with duckdb.connect(str(build), read_only=True) as connection:
            return not differs(lambda query: connection.execute(query).fetchall())
    except duckdb.Error:
        return False


def _build(
    workspace: Workspace,
    inputs: str,
    progress: Progress,
    measure: Step | None,
    stage: Stage | None,
    earlier: Path | None,
) -> Published:
    from trivet.numbers.warehouse.facts import make_facts

    from_landing = stage is None
    if stage is None:
        from trivet.numbers.warehouse.staging import stage as stage_landed

        stage = stage_landed
    settings = workspace.settings
    build = _build_id(workspace.builds, inputs)
    working = workspace.builds / f"{WORKING}{uuid4().hex}.duckdb"
    with room_to_write(working, "the build"), _removed_afterwards(working):
        if earlier is not None:
            copy_of(earlier, working)
        with working_file(working, workspace, earlier) as connection:
            progress("Reading what was landed")
            stage(connection, workspace, progress)
            crash_point("staged")
            progress("Joining accounts and contacts, keeping history")
            changes = Changes(connection)
            make_canonical(connection, settings, changes)
            crash_point("canonical")
            progress("Making the facts that metrics share")
            make_facts(connection, settings, changes)
            crash_point("facts")
            if measure is not None:
                progress("Measuring")
                measure(connection, settings)
            progress("Auditing")
            audit(connection)
            crash_point("audited")
            data_as_of = _data_as_of(connection)
            _write_build_info(connection, build, inputs, settings, earlier)
            if from_landing:
                keep(connection, KEPT_STAGED)
            leave(connection)
            progress("Writing the build")
            compact = _compacted(connection, working)
        crash_point("written")
        return publish(
            workspace.builds,
            compact,
            build,
            data_as_of=data_as_of,
            trivet_version=trivet.__version__,
            inputs=inputs,
        )


@contextmanager
def working_file(
    path: Path, workspace: Workspace, earlier: Path | None = None
) -> Iterator[duckdb.DuckDBPyConnection]:
    """A DuckDB file that only this process can reach, and that reaches only the workspace.

    earlier   the build of which it is a copy; None if it is new

    Nothing is installed or loaded from outside, and what reads files reads the workspace's.
    """
    connection = duckdb.connect(
        ":memory:",
        config={
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
            "memory_limit": MEMORY_LIMIT,
            "temp_directory": str(path.with_suffix(".tmp")),
        },
    )
    try:
        connection.execute("set TimeZone = 'UTC'")
        connection.execute("set enable_progress_bar = false")
        _attach(connection, path, "build")
        connection.execute("use build")
        lay_out(connection, earlier)
        reachable = [str(workspace.folder) + os.sep]
        connection.execute("set allowed_directories = $reachable", {"reachable": reachable})
        connection.execute("set enable_external_access = false")
        connection.execute("set lock_configuration = true")
        yield connection
    finally:
        connection.close()


def _attach(connection: duckdb.DuckDBPyConnection, path: Path, name: str) -> None:
    place = exp.Literal.string(str(path)).sql("duckdb")
    connection.execute(f"attach {place} as {name} (storage_version '{STORAGE_VERSION}')")


def _compacted(connection: duckdb.DuckDBPyConnection, working: Path) -> Path:
    """A file without the room that staging took, which DuckDB does not give back by itself."""
    connection.execute("checkpoint build")
    size = connection.execute(
        "select used_blocks, free_blocks from pragma_database_size() where database_name = 'build'"
    ).fetchone()
    assert size is not None
    used, free = size
    if free <= used // 2:
        connection.execute("use memory")
        connection.execute("detach build")
        return working
    compact = working.with_name(f"{WORKING}{uuid4().hex}.duckdb")
    _attach(connection, compact, "compact")
    connection.execute("copy from database build to compact")
    connection.execute("checkpoint compact")
    connection.execute("use memory")
    connection.execute("detach compact")
    return compact


@contextmanager
def _removed_afterwards(working: Path) -> Iterator[None]:
    """Leave nothing of this run behind; what was published has another name by then.

    A full disk makes DuckDB give up its file altogether, so the file has to go with it.
    """
    try:
        yield
    finally:
        try:
            remove_leftovers(working.parent)
        except OSError as wrong:
            if not is_no_room(wrong):
                raise


def _write_build_info(
    connection: duckdb.DuckDBPyConnection,
    build: str,
    inputs: str,
    settings: Settings,
    earlier: Path | None,
) -> None:
    connection.execute("create or replace table main.build_info (key varchar, value varchar)")
    told = {
        "build": build,
        "inputs": inputs,
        "settings": settings.hash,
        "settings_document": settings.model_dump_json(by_alias=True),
        "company": settings.company.name,
        "currency": settings.company.currency,
        "time_zone": settings.company.time_zone,
        "trivet_version": trivet.__version__,
        "meaning": MEANING,
        "code": hash_of_code(),
        "duckdb_version": duckdb.__version__,
        "storage_version": STORAGE_VERSION,
        "started_from": earlier.stem if earlier else "",
    }
    connection.executemany(
        "insert into main.build_info values (?, ?)", [list(x) for x in told.items()]
    )


def _data_as_of(connection: duckdb.DuckDBPyConnection) -> dict[str, datetime]:
    rows = connection.execute(
        "select source, max(data_as_of) from main.source_fact"
        " where data_as_of is not null group by source order by source"
    ).fetchall()
    return {source: at.replace(tzinfo=UTC) for source, at in rows}


def _build_id(builds: Path, inputs: str) -> str:
    now = datetime.now(UTC)
    build = f"b{now:%Y%m%dT%H%M%SZ}-{inputs[:8]}"
    return (
        f"b{now:%Y%m%dT%H%M%S.%fZ}-{inputs[:8]}".replace(".", "")
        if (builds / f"{build}.duckdb").exists()
        else build
    )


def hash_of_inputs(workspace: Workspace, agreed: str = "") -> str:
    """SHA-256 of all that a build depends on: loads, settings, definitions, the code."""
    loads = sorted(
        {
            f"{source.name}/{feed.table}/{load.load_id}"
            for source in workspace.settings.sources
            for feed in source.feeds
            for load in loads_of(workspace, source, feed)
        }
    )
    parts = [*loads, workspace.settings.hash, hash_of_code(), duckdb.__version__]
    if agreed:
        parts.append(agreed)
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()
