"""People sign at the same instant, each on a connection of their own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from trivet.agreements.opening import ADDRESS_VARIABLE

ROOT = Path(__file__).parents[3]

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    folder = tmp_path_factory.mktemp("at-once")
    own = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("TRIVET_") or name == ADDRESS_VARIABLE
    }
    done = subprocess.run(
        [sys.executable, "-m", "tests.agreements.documents.signing_process", str(folder)],
        cwd=ROOT,
        env={**own, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
    )
    assert done.returncode == 0, done.stderr[-4_000:]
    return json.loads(done.stdout.splitlines()[-1])


def test_three_who_sign_at_once_put_it_in_force_once(told):
    found = told["three"]
    assert found["answers"] == [303, 303, 303]
    assert (found["signatures"], found["enactments"]) == (3, 1)


def test_the_same_form_sent_twice_at_once_signs_once(told):
    assert told["twice"]["answers"] == [303, 303]
    assert told["twice"]["signatures"] == 1


def test_who_signs_while_another_edits_has_not_signed_the_edit(told):
    found = told["beside"]
    assert found["newest"] == 2
    # Signed before the edit and lapsed with it, or refused with the difference.
    assert found["answers"][0] in (303, 409)
    assert found["signatures"] == (1 if found["answers"][0] == 303 else 0)
    assert found["under_newest"] == 0


def test_the_chain_tells_all_of_it(told):
    assert told["chain"] == []
