"""Two that close at once make one book; one that dies half-way leaves none."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from trivet.numbers.ledger.folder import BookFolder
from trivet.numbers.warehouse.crash_point import CRASH_POINTS, VARIABLE

ROOT = Path(__file__).parents[3]

pytestmark = pytest.mark.slow


def closer(folder: Path, **environment: str) -> subprocess.Popen[str]:
    own = {name: value for name, value in os.environ.items() if not name.startswith("TRIVET_")}
    return subprocess.Popen(
        [sys.executable, "-m", "tests.agreements.books.closing_process", str(folder)],
        cwd=ROOT,
        env={**own, "PYTHONPATH": str(ROOT), **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def count(folder: Path, table: str) -> int:
    with sqlite3.connect(folder / "store.sqlite3") as connection:
        return connection.execute(f"select count(*) from {table}").fetchone()[0]


def tables(folder: Path) -> list[str]:
    return [path.stem for path in sorted((folder / "books").glob("*.parquet"))]


def test_two_closers_at_once_make_one_book(tmp_path):
    both = [closer(tmp_path) for _ in range(2)]
    said = [process.communicate(timeout=120) for process in both]
    assert [process.returncode for process in both] == [0, 0], said
    assert sorted(out.split()[0] for out, _ in said) == ["0", "1"]
    assert (count(tmp_path, "books_book"), count(tmp_path, "books_edition")) == (1, 1)
    assert len(tables(tmp_path)) == 2


def test_killed_between_the_file_and_the_row_nothing_is_half_closed(tmp_path):
    assert "book_written" in CRASH_POINTS
    dying = closer(tmp_path, **{VARIABLE: "book_written"})
    dying.communicate(timeout=120)
    assert dying.returncode == -signal.SIGKILL
    assert count(tmp_path, "books_book") == 0
    left = tables(tmp_path)
    assert len(left) == 2
    # What it left is what the next closing needs, or it is removed: here one more, of nobody's.
    stray = BookFolder(tmp_path / "books").write(
        BookFolder(tmp_path / "books").read(left[0]).slice(1)
    )
    again = closer(tmp_path)
    out, err = again.communicate(timeout=120)
    assert again.returncode == 0, err
    assert out.split()[0] == "1"
    assert (count(tmp_path, "books_book"), count(tmp_path, "books_edition")) == (1, 1)
    assert tables(tmp_path) == left
    assert stray not in tables(tmp_path)
