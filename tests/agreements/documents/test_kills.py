"""Killed at any moment, the store keeps every signature it acknowledged, and no half of one."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]

KILLS = 200


def killed(folder: Path, kills: int, seed: int) -> dict[str, object]:
    own = {name: value for name, value in os.environ.items() if not name.startswith("TRIVET_")}
    done = subprocess.run(
        [
            sys.executable, "-m", "tests.agreements.documents.killed_writers",
            str(folder), str(kills), str(seed),
        ],
        cwd=ROOT,
        env={**own, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    found: dict[str, object] = json.loads(done.stdout)
    return found


def check(found: dict[str, object]) -> None:
    told = found.pop("told")
    assert isinstance(told, dict)
    # The writers did write: a loop in which nothing was acknowledged would prove nothing.
    assert told["signed"] > 100, told
    assert told["wrote"] > 5, told
    assert told["rejected"] > 0, told
    assert found == {name: [] for name in found}


@pytest.mark.slow
def test_two_hundred_kills_of_four_writers_lose_no_acknowledged_signature(tmp_path):
    check(killed(tmp_path, KILLS, seed=1))


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(2, 12))
def test_two_thousand_kills_more(tmp_path, seed):
    check(killed(tmp_path, KILLS, seed))
