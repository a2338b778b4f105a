"""Two rulings at the same moment make one, and enact once."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]

pytestmark = pytest.mark.slow


def process(*told: object) -> subprocess.Popen[str]:
    own = {name: value for name, value in os.environ.items() if not name.startswith("TRIVET_")}
    return subprocess.Popen(
        [sys.executable, "-m", "tests.agreements.governance.ruling_process", *map(str, told)],
        cwd=ROOT, env={**own, "PYTHONPATH": str(ROOT)}, stdin=subprocess.PIPE,
        stdout=subprocess.PIPE, text=True,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("keys", "answers"), [(("a", "b"), ["closed", "ruled"]), (("a", "a"), ["ruled", "ruled"])]
)
def test_two_rulings_at_once_are_one(tmp_path, keys, answers):
    shown, _ = process(tmp_path, "fill").communicate(timeout=120)
    both = [process(tmp_path, "rule", key, shown.strip()) for key in keys]
    for each in both:
        assert each.stdout
        assert each.stdout.readline().strip() == "ready"
    for each in both:
        assert each.stdin
        each.stdin.write("\n")
        each.stdin.flush()
    said = sorted(each.communicate(timeout=120)[0].strip() for each in both)
    assert [each.returncode for each in both] == [0, 0]
    assert said == answers
    with sqlite3.connect(tmp_path / "store.sqlite3") as store:
        [[rulings, enacted]] = store.execute(
            "select (select count(*) from governance_ruling),"
            " (select count(*) from documents_enactment where ruling)"
        )
    assert (rulings, enacted) == (1, 1)
