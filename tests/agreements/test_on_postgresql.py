"""What is promised holds on the team's PostgreSQL as on SQLite: the same tests, run there."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent


@pytest.mark.postgres
def test_the_agreements_hold_on_postgresql(postgres: str) -> None:
    told = dict(part.split("=", 1) for part in postgres.split())
    address = f"postgresql://{told['user']}@/{told['dbname']}?host={told['host']}"
    command = [sys.executable, "-m", "pytest", str(HERE), "-q", "-m", "not postgres and not soak"]
    done = subprocess.run(
        [*command, "-p", "no:cacheprovider", "-p", "no:xdist"],
        env={**os.environ, "TRIVET_DATABASE": address},
        cwd=HERE.parents[1],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-4_000:] + done.stderr[-2_000:]
    passed = re.search(r"(\d+) passed", done.stdout)
    assert passed
    assert int(passed[1]) > 100
