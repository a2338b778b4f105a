"""A workspace served for a browser as `trivet serve` serves it, in a process of its own."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parents[2]


def own_environment() -> dict[str, str]:
    """Nothing of the tests' own settings reaches the process."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("TRIVET_")}
    return {**kept, "PYTHONPATH": str(ROOT)}


def seat_leaders(folder: Path, password: str) -> None:
    """Everybody of tests/agreements/leaders.py in their seats, with a password."""
    seat = [sys.executable, "-m", "tests.web.leaders_process", str(folder), password]
    subprocess.run(seat, cwd=ROOT, env=own_environment(), check=True, timeout=120)


@contextmanager
def serving(folder: Path) -> Iterator[str]:
    """`http://localhost:PORT`: browsers keep passkeys by name."""
    process = subprocess.Popen(
        [sys.executable, "-m", "trivet.cli.main", "serve", str(folder), "--port", "0"],
        cwd=ROOT,
        env=own_environment(),
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout
        port = re.search(r":(\d+)/", process.stdout.readline())
        assert port
        yield f"http://localhost:{port[1]}"
    finally:
        process.terminate()
        process.wait(timeout=20)
