"""`trivet run` notices what is overdue, once, and starts what begins by itself."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.agreements.governance.deadlock import CAME, agreed, put, rejected, succeed
from tests.agreements.leaders import later, leaders
from tests.jobs.test_books import trivet
from tests.numbers.warehouse.one_company_folder import company_folder, export_week
from trivet.agreements import opening
from trivet.jobs.deadlines import DeadlinesRun, keep_deadlines
from trivet.numbers.workspace.workspace import Workspace

ROOT = Path(__file__).parents[2]


@pytest.fixture
def workspace(tmp_path, monkeypatch, db):
    """Its store is the test's: a process has one."""
    monkeypatch.setattr(opening, "is_there", lambda _: True)
    monkeypatch.setattr(opening, "bring_up_to_date", lambda _: None)
    return Workspace(tmp_path)


def test_a_run_says_once_what_is_overdue_and_who_is_new(workspace):
    people = leaders()
    put(rejected(agreed(people), people), people.cmo)
    succeed(people)
    first = keep_deadlines(workspace, now=later(days=CAME))
    assert first.overdue == ("Overdue since 2026-06-11: the question about Follow-Up.",)
    assert first.started == (
        (
            "Nilo Reyes is new as Chief revenue officer; everything the seat has signed is to be"
            " answered by 2026-08-10."
        ),
    )
    assert keep_deadlines(workspace, now=later(days=CAME, minutes=1)) == DeadlinesRun()


def test_a_workspace_without_a_store_has_promised_nothing(tmp_path):
    assert keep_deadlines(Workspace(tmp_path)) == DeadlinesRun()


FILL = """
import sys, pathlib
from trivet.agreements import opening
opening.bring_up_to_date(pathlib.Path(sys.argv[1]))
from tests.agreements.leaders import leaders
from tests.agreements.governance.deadlock import agreed, put, rejected, succeed
from django.db import transaction
with transaction.atomic():
    people = leaders()
    put(rejected(agreed(people), people), people.cmo)
"""


@pytest.mark.slow
def test_trivet_run_prints_it_once(tmp_path):
    folder = company_folder(tmp_path / "norvik").folder
    export_week(folder, 1)
    filled = [sys.executable, "-c", FILL, str(folder)]
    subprocess.run(filled, cwd=ROOT, check=True, env=_own())
    said = _run(folder)
    assert "Overdue since 2026-06-11: the question about Follow-Up." in said
    assert "Overdue" not in _run(folder)
    assert "each is what the chain says of it" in trivet("verify", folder)


def _own() -> dict[str, str]:
    own = {name: value for name, value in os.environ.items() if not name.startswith("TRIVET_")}
    return {**own, "PYTHONPATH": str(ROOT)}


def _run(folder: Path) -> str:
    command = [sys.executable, "-m", "trivet.cli.main", "run", str(folder)]
    done = subprocess.run(command, cwd=ROOT, env=_own(), capture_output=True, text=True, check=True)
    return done.stdout + done.stderr
