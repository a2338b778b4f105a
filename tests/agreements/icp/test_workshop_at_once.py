"""Three functions hand in, somebody presses twice, revenue operations ends it: all at once."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.postgresql import database_beside
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
    if ADDRESS_VARIABLE in own:
        own[ADDRESS_VARIABLE] = database_beside(own[ADDRESS_VARIABLE], "workshop_at_once")
    done = subprocess.run(
        [sys.executable, "-m", "tests.agreements.icp.workshop_process", str(folder)],
        cwd=ROOT,
        env={**own, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
    )
    assert done.returncode == 0, done.stderr[-4_000:]
    return json.loads(done.stdout.splitlines()[-1])


def test_three_who_hand_in_at_once_end_the_drafting_once(told):
    found = told["three"]
    assert found["answers"] == [303, 303, 303]
    assert (found["handed_in"], found["told"], found["is_drafting"]) == (3, 3, False)


def test_the_last_function_pressing_twice_hands_in_once(told):
    found = told["twice"]
    assert found["answers"] == [303, 303]
    assert (found["handed_in"], found["told"]) == (3, 3)


def test_merge_pressed_twice_is_one_proposal(told):
    assert told["merged"] == {"answers": [303, 303], "proposals": 1}


def test_who_hands_in_while_the_drafting_is_ended_is_in_or_told(told):
    found = told["closed"]
    handed_in, ended = found["answers"]
    assert ended == 303
    assert handed_in in (303, 422)
    assert found["handed_in"] == found["told"] == (2 if handed_in == 303 else 1)
    assert not found["is_drafting"]


def test_after_the_end_nothing_is_handed_in_any_more(told):
    assert told["late"]["answers"] == [422]
    assert told["late"]["handed_in"] == told["closed"]["handed_in"]


def test_the_chain_tells_all_of_it(told):
    assert told["chain"] == []
