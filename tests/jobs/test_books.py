"""`trivet run` closes what is due and keeps the ledger; `trivet books` lists it."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.numbers.warehouse.one_company_folder import company_folder, export_week
from trivet.numbers.warehouse.crash_point import VARIABLE

ROOT = Path(__file__).parents[2]

pytestmark = pytest.mark.slow


def trivet(*arguments: object, status: int = 0, **environment: str) -> str:
    """In a process of its own: a process has one store."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("TRIVET_")}
    done = subprocess.run(
        [sys.executable, "-m", "trivet.cli.main", *map(str, arguments)],
        cwd=ROOT,
        env={**own, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == status, done.stderr
    return done.stdout


def agree(folder: Path) -> None:
    """Open the store, and have three leaders sign every definition."""
    command = [sys.executable, "-m", "tests.agreements.agreed", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True)


def norvik(folder: Path) -> Path:
    """May's books close on Friday, 5 June; the newest export is of the 8th."""
    found = company_folder(folder).folder
    for week in (1, 8):
        export_week(found, week)
    return found


@pytest.fixture
def folder(tmp_path):
    return norvik(tmp_path / "norvik")


@pytest.fixture(scope="module")
def closed_once(tmp_path_factory):
    found = norvik(tmp_path_factory.mktemp("closed") / "norvik")
    agree(found)
    assert "Closed" in trivet("run", found)
    return found


@pytest.fixture
def closed(closed_once, tmp_path):
    """A workspace of one's own whose books were closed."""
    return Path(shutil.copytree(closed_once, tmp_path / "norvik"))


def listed(folder: Path) -> list[dict[str, object]]:
    found: list[dict[str, object]] = json.loads(trivet("books", folder, "--json"))
    return found


def test_without_a_store_nobody_was_told_anything_and_no_book_is_kept(folder):
    assert "Closed" not in trivet("run", folder)
    assert listed(folder) == []
    assert not (folder / "books").exists()
    assert "No book has been closed yet." in trivet("books", folder)


def test_a_run_closes_what_is_due_and_the_next_one_only_compares(closed):
    first = listed(closed)
    assert {line["metric"] for line in first} >= {"expansion_pipeline"}
    assert {line["period"]["key"] for line in first} == {"2026-05", "2026-Q1", "2025"}
    assert "Closed" not in trivet("run", closed)
    assert listed(closed) == first
    assert "each has the rows that were frozen" in trivet("verify", closed)


def test_what_arrives_later_is_in_the_ledger_and_not_in_the_figure(closed):
    before = {line["metric"]: line for line in listed(closed) if line["period"]["key"] == "2026-05"}
    late = closed / "exports" / "opportunity_2026-06-09.csv"
    newest = (closed / "exports" / "opportunity_2026-06-08.csv").read_text()
    late.write_text(f"{newest}O99,A1,Qualified,500,2026-05-20,2026-09-30\n")
    assert "Restated in closed books: 2 late arrival." in trivet("run", closed)
    after = {line["metric"]: line for line in listed(closed) if line["period"]["key"] == "2026-05"}
    one, same = after["expansion_pipeline"], before["expansion_pipeline"]
    assert (one["value"], one["rows_hash"]) == (same["value"], same["rows_hash"])
    assert (one["restatements"], one["restated_denominator"]) == (1, 500_00)


def test_a_byte_changed_in_a_frozen_file_fails_the_verification(closed):
    path = sorted((closed / "books").glob("*.parquet"))[0]
    path.chmod(0o644)
    path.write_bytes(path.read_bytes()[:-1] + b"!")
    assert "other bytes than were frozen" in trivet("verify", closed, status=1)


def test_a_run_that_dies_while_it_closes_is_taken_up_by_the_next(folder):
    agree(folder)
    trivet("run", folder, status=-signal.SIGKILL, **{VARIABLE: "book_written"})
    assert listed(folder) == []
    assert "Closed" in trivet("run", folder)
    assert "each has the rows that were frozen" in trivet("verify", folder)


def test_the_command_line_answers_officially_and_counts_today_when_asked(closed):
    """What arrived after the book closed is in today's count, and not in the official figure."""
    late = closed / "exports" / "opportunity_2026-06-09.csv"
    newest = (closed / "exports" / "opportunity_2026-06-08.csv").read_text()
    late.write_text(f"{newest}O99,A1,Qualified,500,2026-05-20,2026-09-30\n")
    trivet("run", closed)

    def asked(*how: object) -> dict[str, object]:
        told = trivet("metric", "expansion_pipeline", closed, "--period", "2026-05", "--json", *how)
        found: dict[str, object] = json.loads(told)
        return found

    [book] = [
        line
        for line in listed(closed)
        if (line["metric"], line["period"]["key"]) == ("expansion_pipeline", "2026-05")
    ]
    official, today = asked("--by", "segment"), asked("--today")
    assert official["counted"] == "official"
    assert (official["closed_on"], official["edition"]) == ("2026-06-05", 1)
    for side in ("value", "numerator", "denominator", "records", "rows_hash"):
        assert official[side] == book[side]
    assert sum(int(part["denominator"]) for part in official["segments"]) == int(
        official["denominator"]
    )
    assert today["counted"] == "today"
    assert "closed_on" not in today
    assert int(today["denominator"]) == int(official["denominator"]) + book["restated_denominator"]
    assert asked("--as-of", "2026-06-05")["counted"] == "2026-06-05"
    rows = closed / "rows.csv"
    asked("--rows", rows)
    assert len(rows.read_text("utf-8-sig").splitlines()) == 1 + official["records"]
    text = trivet("metric", "expansion_pipeline", closed, "--period", "2026-05")
    assert "Closed on 2026-06-05, edition 1" in text
