"""A build answers whole or not at all, and the one before it answers until then."""

from __future__ import annotations

import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import duckdb
import pytest

from tests.numbers.warehouse.one_company_folder import (
    build,
    company_folder,
    export_week,
    published_amount,
)
from tests.numbers.warehouse.small_company import canonical_rows
from trivet.errors import AuditFailed, DiskFull, NothingPublished, WorkspaceBusy
from trivet.numbers.warehouse.crash_point import CRASH_POINTS, VARIABLE
from trivet.numbers.warehouse.publish import BUILDS_KEPT, pin, published
from trivet.numbers.workspace.workspace import Workspace

ROOT = Path(__file__).parents[3]


@pytest.fixture
def folder(tmp_path):
    company_folder(tmp_path / "norvik")
    return tmp_path / "norvik"


def builder(folder, **environment):
    return subprocess.Popen(
        [sys.executable, "-m", "tests.numbers.warehouse.one_company_folder", str(folder)],
        cwd=ROOT,
        env={**os.environ, **environment},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def tables_of(folder):
    builds = folder / "builds"
    with duckdb.connect(str(published(builds).path(builds)), read_only=True) as connection:
        found = canonical_rows(connection)
    del found["build_info"]
    return found


def leftovers(folder):
    builds = folder / "builds"
    return [p.name for p in builds.iterdir() if p.name.startswith((".working", ".published"))]


def test_a_workspace_never_built_says_what_to_run(folder):
    with pytest.raises(NothingPublished, match="trivet run"):
        published(folder / "builds")


def test_a_build_says_what_it_was_made_of(folder):
    export_week(folder, 1)
    found = build(folder).published
    assert found.build.startswith("b20")
    # The newest export is of 1 June: known at the end of that day, in New York.
    assert found.data_as_of["crm"].isoformat() == "2026-06-02T03:59:59.999999+00:00"
    assert published(folder / "builds") == found
    assert published_amount(folder) == 100_00
    assert not os.access(found.path(folder / "builds"), os.W_OK) or os.geteuid() == 0
    assert leftovers(folder) == []


def test_building_the_same_again_changes_nothing(folder):
    export_week(folder, 1)
    first = build(folder)
    second = build(folder)
    assert first.is_new
    assert not second.is_new
    assert second.published == first.published


def test_a_damaged_build_is_made_again(folder):
    export_week(folder, 1)
    first = build(folder).published
    path = first.path(folder / "builds")
    content = path.read_bytes()
    path.chmod(0o644)
    path.write_bytes(content[: len(content) // 2])
    with pytest.raises(NothingPublished, match="damaged"):
        published(folder / "builds")
    assert build(folder).is_new
    assert published_amount(folder) == 100_00


@pytest.mark.slow
def test_a_newer_export_is_a_new_build(folder):
    export_week(folder, 1)
    build(folder)
    export_week(folder, 2)
    assert build(folder).is_new
    assert published_amount(folder) == 200_00


@pytest.mark.slow
def test_a_build_deleted_and_made_again_from_landing_has_the_same_tables(folder):
    for week in (1, 2, 3):
        export_week(folder, week)
    build(folder)
    before = tables_of(folder)
    shutil.rmtree(folder / "builds")
    for path in (folder / "exports").iterdir():
        path.rename(path.with_suffix(".gone"))
    workspace = Workspace.open(folder)
    from trivet.numbers.warehouse.build import run_build

    with workspace.lock():
        run_build(workspace)
    assert tables_of(folder) == before
    assert len(before["opportunity_history"]) == 60


@pytest.mark.slow
def test_loads_that_come_one_by_one_give_what_they_give_together(folder, tmp_path):
    together = tmp_path / "together"
    company_folder(together)
    for week in (1, 2, 3):
        export_week(folder, week)
        build(folder)
        export_week(together, week)
    build(together)
    one_by_one, at_once = tables_of(folder), tables_of(together)
    for found in (one_by_one, at_once):
        # When a load was landed is not what it says.
        del found["source_fact"]
    assert one_by_one == at_once


@pytest.mark.slow
def test_a_build_that_fails_an_audit_does_not_answer_and_the_old_one_says_why(folder):
    export_week(folder, 1)
    before = build(folder).published

    def double_an_opportunity(connection, settings):
        connection.execute("insert into opportunity select * from opportunity limit 1")

    export_week(folder, 2)
    with pytest.raises(AuditFailed, match="one_row_an_opportunity"):
        build(folder, measure=double_an_opportunity)
    now = published(folder / "builds")
    assert now.build == before.build
    assert now.status == "stale"
    assert "one_row_an_opportunity" in now.stale_reason
    assert published_amount(folder) == 100_00
    assert leftovers(folder) == []
    build(folder)
    assert published(folder / "builds").stale_reason is None


@pytest.mark.slow
def test_five_builds_are_kept_and_those_that_are_pinned(folder):
    export_week(folder, 1)
    first = build(folder).published
    pin(folder / "builds", first.build)
    for week in range(2, BUILDS_KEPT + 4):
        export_week(folder, week)
        build(folder)
    kept = sorted(p.stem for p in (folder / "builds").glob("*.duckdb"))
    assert len(kept) == BUILDS_KEPT + 1
    assert first.build in kept


@pytest.mark.slow
def test_a_reader_keeps_its_build_while_a_new_one_is_published(folder):
    export_week(folder, 1)
    found = build(folder).published
    with duckdb.connect(str(found.path(folder / "builds")), read_only=True) as reader:
        export_week(folder, 2)
        build(folder)
        assert reader.execute(
            "select amount_minor from opportunity where opportunity_id = 'O0'"
        ).fetchall() == [(100_00,)]
    assert published_amount(folder) == 200_00


def test_of_two_builders_one_is_told_to_wait(folder):
    export_week(folder, 1)
    with Workspace.open(folder).lock(), pytest.raises(WorkspaceBusy):
        build(folder)


BUILD_POINTS = [p for p in CRASH_POINTS if p not in ("landed", "measured", "book_written")]


@pytest.mark.slow
@pytest.mark.parametrize("point", BUILD_POINTS)
def test_a_process_that_dies_at_a_named_moment_leaves_the_old_answer_or_the_new(folder, point):
    export_week(folder, 1)
    build(folder)
    export_week(folder, 2)
    process = builder(folder, **{VARIABLE: point})
    assert process.wait(60) == -signal.SIGKILL
    assert published_amount(folder) == (200_00 if point == "published" else 100_00)
    build(folder)
    assert published_amount(folder) == 200_00
    assert leftovers(folder) == []
    files = {path.stem for path in (folder / "builds").glob("*.duckdb")}
    assert files == set(published(folder / "builds").kept)


def kill_at_random(folder, kills, seed):
    chance = random.Random(seed)
    export_week(folder, 1)
    build(folder)
    started = time.monotonic()
    export_week(folder, 2)
    assert builder(folder).wait(120) == 0
    takes = time.monotonic() - started
    for week in range(3, 3 + kills):
        before = published_amount(folder)
        export_week(folder, week)
        process = builder(folder)
        time.sleep(chance.uniform(0.1, takes * 1.1))
        process.kill()
        process.wait()
        assert published_amount(folder) in (before, week * 100_00)
    assert builder(folder).wait(120) == 0
    assert published_amount(folder) == (2 + kills) * 100_00
    assert leftovers(folder) == []


@pytest.mark.slow
def test_a_kill_at_random_moments_never_changes_the_published_answer(folder, tmp_path):
    kill_at_random(folder, kills=5, seed=7)
    undisturbed = tmp_path / "undisturbed"
    company_folder(undisturbed)
    for week in range(1, 8):
        export_week(undisturbed, week)
    build(undisturbed)
    disturbed, calm = tables_of(folder), tables_of(undisturbed)
    for found in (disturbed, calm):
        del found["source_fact"]
    assert disturbed == calm


@pytest.mark.soak
def test_twenty_kills_at_random_moments_never_change_the_published_answer(folder):
    kill_at_random(folder, kills=20, seed=20)


@pytest.mark.slow
def test_a_full_disk_keeps_the_old_build_and_leaves_nothing_half_written(folder):
    export_week(folder, 1)
    build(folder)
    export_week(folder, 2)

    def no_file_larger_than_50_kb():
        # The system's own limit on a file says "file too large", as a quota would.
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, 50_000))

    code = (
        "import sys; from pathlib import Path;"
        "from tests.numbers.warehouse.one_company_folder import build;"
        "from trivet.errors import DiskFull\n"
        "try: build(Path(sys.argv[1]))\n"
        "except DiskFull as full: sys.exit(28)"
    )
    ended = subprocess.run(
        [sys.executable, "-c", code, str(folder)],
        cwd=ROOT,
        preexec_fn=no_file_larger_than_50_kb,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ended.returncode == 28, ended.stderr
    assert published_amount(folder) == 100_00
    assert leftovers(folder) == []
    build(folder)
    assert published_amount(folder) == 200_00


@pytest.mark.slow
def test_a_full_volume_keeps_the_old_build_and_recovers_when_there_is_room(tmp_path):
    volume = tmp_path / "volume"
    volume.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", str(volume)],
        capture_output=True,
        check=False,
    )
    if mounted.returncode != 0:
        pytest.skip("a volume of 24 MB can only be mounted by root")
    try:
        folder = volume / "norvik"
        company_folder(folder)
        export_week(folder, 1)
        build(folder)
        filler = volume / "filler"
        free = os.statvfs(volume).f_bavail * os.statvfs(volume).f_frsize
        filler.write_bytes(b"\0" * (free - 600_000))
        export_week(folder, 2)
        with pytest.raises(DiskFull):
            build(folder)
        assert published_amount(folder) == 100_00
        assert leftovers(folder) == []
        filler.unlink()
        build(folder)
        assert published_amount(folder) == 200_00
    finally:
        subprocess.run(["umount", "-l", str(volume)], check=False)
