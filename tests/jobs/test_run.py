"""What the schedule runs: everything at once, any number of times, whatever happens on the way."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.numbers.warehouse.one_company_folder import (
    company_folder,
    export_week,
    published_amount,
)
from trivet.errors import ColumnMissing, WorkspaceBusy
from trivet.jobs.measure import figures_file, kept_figures
from trivet.jobs.run import build, run, sync
from trivet.numbers.shared_metrics.registry import METRICS
from trivet.numbers.warehouse.crash_point import CRASH_POINTS, VARIABLE
from trivet.numbers.warehouse.publish import published
from trivet.numbers.workspace.workspace import Workspace

ROOT = Path(__file__).parents[2]


@pytest.fixture
def workspace(tmp_path):
    found = company_folder(tmp_path / "norvik")
    export_week(found.folder, 1)
    return found


def test_a_run_takes_in_builds_publishes_and_asks_every_metric_once(workspace):
    said = []
    done = run(workspace, said.append)
    assert len(done.landing.landed) == 2
    assert done.build.is_new
    assert published_amount(workspace.folder) == 100_00
    kept = kept_figures(workspace, done.build.published.build)
    assert [figure["metric"] for figure in kept.figures] == list(METRICS)
    assert any("Landing" in sentence for sentence in said)


def test_a_second_run_with_nothing_new_changes_nothing(workspace):
    first = run(workspace)
    before = {p.name: p.stat().st_mtime_ns for p in workspace.folder.rglob("*") if p.is_file()}
    second = run(workspace)
    assert second.landing.landed == ()
    assert second.build.published == first.build.published
    after = {p.name: p.stat().st_mtime_ns for p in workspace.folder.rglob("*") if p.is_file()}
    assert after == before | {".lock": after[".lock"]}


def test_sync_and_build_come_to_what_run_does(workspace):
    sync(workspace)
    assert build(workspace).is_new
    assert not run(workspace).build.is_new


def test_an_export_that_lost_a_column_leaves_the_old_build_marked_stale(workspace):
    run(workspace)
    broken = workspace.folder / "exports" / "opportunity_2026-06-02.csv"
    broken.write_text("Id,AccountId\nO1,A1\n")
    with pytest.raises(ColumnMissing):
        run(workspace)
    assert published_amount(workspace.folder) == 100_00
    assert "opportunity_2026-06-02.csv" in published(workspace.builds).stale_reason
    broken.unlink()
    run(workspace)
    assert published(workspace.builds).stale_reason is None


def test_two_runs_at_once_are_refused_not_mixed(workspace):
    with workspace.lock(), pytest.raises(WorkspaceBusy, match="Another process"):
        run(Workspace.open(workspace.folder))


@pytest.mark.slow
@pytest.mark.parametrize("point", ["landed", "measured"])
def test_a_run_that_dies_is_taken_up_by_the_next(workspace, point):
    assert point in CRASH_POINTS
    ended = subprocess.run(
        [sys.executable, "-m", "trivet.cli.main", "run", str(workspace.folder)],
        cwd=ROOT,
        env={**os.environ, VARIABLE: point},
        capture_output=True,
        check=False,
    )
    assert ended.returncode == -signal.SIGKILL
    done = run(workspace)
    assert published_amount(workspace.folder) == 100_00
    figures = figures_file(workspace, done.build.published.build)
    assert len(json.loads(figures.read_text())["figures"]) == len(METRICS)
