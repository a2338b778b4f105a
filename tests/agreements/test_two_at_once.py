"""Whatever two do at the same instant, one of them does it: on SQLite and on PostgreSQL.

Between looking and writing each waits (at_once_process.py): whoever does not wait for their turn is
found out. Each act has a row below; a new action without one fails.
"""

from __future__ import annotations

import ast
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.postgresql import fresh_database
from trivet.agreements.opening import ADDRESS_VARIABLE

ROOT = Path(__file__).parents[2]
ACTIONS = sorted(ROOT.glob("src/trivet/agreements/*/actions/*.py"))

SAME, ONE = ("done", "done"), 1
EXPECTED: dict[str, tuple[tuple[str, ...], int]] = {
    # what is done: (what the two are answered, how many effects)
    "the first run": (("FoundedAlready", "done"), ONE),
    "one address invited twice": (("PersonKnown", "done"), ONE),
    "one seat given twice": (("SeatTaken", "done"), ONE),
    "one seat lent twice": (SAME, ONE),
    "taken back twice": (("NotAllowed", "done"), ONE),
    "one tenure ended twice": (("SeatTaken", "done"), ONE),
    "one person leaves twice": (("NotAllowed", "done"), ONE),
    "two for one seat": (("SeatTaken", "done"), ONE),
    "each administrator ends the other": (("NotAllowed", "done"), ONE),
    "one document begun twice": (("DocumentRefused", "done"), ONE),
    "one change proposed twice": (SAME, ONE),
    "two edits of one version": (("DocumentChanged", "done"), ONE),
    "one comment twice": (SAME, ONE),
    "one comment settled twice": (SAME, ONE),
    "one seat signs twice": (("SignatureRefused", "done"), ONE),
    "the last signature and a rejection": (("ProposalClosed", "done"), ONE),
    "withdrawn and rejected": (("ProposalClosed", "done"), ONE),
    "one question put twice": (SAME, ONE),
    "one side spoken for twice": (SAME, ONE),
    "one deadline noticed twice": (SAME, ONE),
    "two rulings": (("EscalationClosed", "done"), ONE),
    "one ruling sent twice": (SAME, ONE),
    "one onboarding started twice": (SAME, ONE),
    "affirmed twice": (("AnswerRefused", "done"), ONE),
    "contested twice": (SAME, ONE),
    "two workshops opened": (SAME, ONE),
    "two first drafts of one function": (("DocumentChanged", "done"), ONE),
    "one draft handed in twice": (SAME, ONE),
    "the drafting ended twice": (("DocumentRefused", "done"), ONE),
    "merged twice": (("done", "done"), ONE),
    "one review recorded twice": (SAME, ONE),
    "one book closed twice": (SAME, ONE),
    "the books compared twice": (SAME, ONE),
    "one correction proposed twice": (("CorrectionRefused", "done"), ONE),
    "three approve one correction": (("CorrectionRefused", "done", "done"), ONE),
    "two reject what took effect": (("CorrectionRefused", "CorrectionRefused"), 0),
}


@pytest.mark.slow
@pytest.mark.parametrize(
    "store", ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)]
)
def test_two_at_once_are_one(store, request, tmp_path):
    own = {name: value for name, value in os.environ.items() if not name.startswith("TRIVET_")}
    if store == "postgresql":
        own[ADDRESS_VARIABLE] = fresh_database(request.getfixturevalue("postgres"), "at_once")
    done = subprocess.run(
        [sys.executable, "-m", "tests.agreements.at_once_process", str(tmp_path)],
        cwd=ROOT,
        env={**own, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
        timeout=400,
    )
    assert done.returncode == 0, done.stderr[-4_000:]
    told = json.loads(done.stdout.splitlines()[-1])
    assert told.pop("chain") == []
    found = {name: (tuple(each["answers"]), each["effects"]) for name, each in told.items()}
    assert found == EXPECTED


@pytest.mark.parametrize("path", ACTIONS, ids=lambda path: f"{path.parts[-3]}-{path.stem}")
def test_no_action_writes_out_of_turn(path):
    """`transaction.atomic` alone would hold on SQLite only."""
    used = {
        node.attr
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Attribute)
    }
    assert "atomic" not in used
