"""No file that Trivet leaves holds an authenticator secret, but the one the key is kept beside.

A whole workspace, brought up from before sealing, backed up and restored with and without its key.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

from tests.agreements.test_sealing import SECRET, SEED
from tests.numbers.warehouse.one_company_folder import company_folder, export_week
from trivet.agreements import keyring as keyrings
from trivet.agreements.keyring import read_keyring
from trivet.jobs.run import run
from trivet.numbers.workspace.workspace import Workspace

ROOT = Path(__file__).parents[2]

pytestmark = pytest.mark.slow


def trivet(*told: object, status: int = 0) -> str:
    """What the command line says, on one line: a table breaks its sentences."""
    done = subprocess.run(
        [sys.executable, "-m", "trivet.cli.main", *map(str, told)],
        env={
            **{n: v for n, v in os.environ.items() if not n.startswith("TRIVET_")},
            "COLUMNS": "1000",
        },
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
    )
    assert done.returncode == status, done.stdout + done.stderr
    return " ".join((done.stdout + done.stderr).split())


@pytest.fixture(scope="module")
def workspace(tmp_path_factory):
    found = company_folder(tmp_path_factory.mktemp("sealed") / "norvik")
    export_week(found.folder, 1)
    # Files are looked at here: the store is one, wherever the suite keeps its own.
    with pytest.MonkeyPatch.context() as here:
        here.delenv("TRIVET_DATABASE", raising=False)
        run(found)
    own = {name: value for name, value in os.environ.items() if not name.startswith("TRIVET_")}
    done = subprocess.run(
        [sys.executable, "-m", "tests.agreements.sealing_process", found.folder, SECRET, SEED],
        cwd=ROOT,
        env={**own, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
    )
    assert done.returncode == 0, done.stderr[-3_000:]
    assert done.stdout.strip()
    return Workspace.open(found.folder)


@pytest.fixture(scope="module")
def archive(workspace, tmp_path_factory):
    to = tmp_path_factory.mktemp("kept") / "norvik.tar.gz"
    trivet("backup", workspace.folder, "--to", to)
    return to


def test_no_byte_of_a_secret_is_in_the_store(workspace):
    # The copy of how it was before is the one place: whoever kept it can look.
    [before] = workspace.folder.glob("store.sqlite3.before-*")
    assert SECRET.encode() in before.read_bytes()
    store = workspace.folder / "store.sqlite3"
    files = [store, *workspace.folder.glob("store.sqlite3-*")]
    for path in files:
        content = path.read_bytes()
        assert SECRET.encode() not in content, path
        assert SEED.encode() not in content, path


def test_nor_in_the_backup_which_has_no_key_either(workspace, archive):
    [key] = read_keyring(workspace.folder).keys
    with tarfile.open(archive) as tar:
        for member in tar:
            assert keyrings.FILE not in member.name
            content = tar.extractfile(member).read()
            for wanted in (SECRET, SEED, key):
                assert wanted.encode() not in content, member.name
            if member.name == "manifest.json":
                assert read_keyring(workspace.folder).fingerprints[0].encode() in content


def test_who_restores_without_the_key_is_told_what_to_do(workspace, archive, tmp_path):
    [under] = read_keyring(workspace.folder).fingerprints
    said = trivet("restore", archive, tmp_path / "there")
    assert under in said
    assert keyrings.FILE in said
    assert "trivet recover EMAIL" in said
    checks = trivet("verify", tmp_path / "there", status=1)
    assert "2 under key" in checks
    assert "2 under key" in trivet("doctor", tmp_path / "there", status=1)
    # Put back, everything holds.
    content = (workspace.folder / keyrings.FILE).read_text()
    (tmp_path / "there" / keyrings.FILE).write_text(content)
    assert "2 lie sealed" in trivet("verify", tmp_path / "there")


def test_who_puts_the_key_into_the_folder_first_is_told_nothing(workspace, archive, tmp_path):
    (tmp_path / "there").mkdir()
    (tmp_path / "there" / keyrings.FILE).write_bytes(
        (workspace.folder / keyrings.FILE).read_bytes()
    )
    assert "do not work yet" not in trivet("restore", archive, tmp_path / "there")
    assert "2 lie sealed" in trivet("doctor", tmp_path / "there")
    assert [path.name for path in tmp_path.iterdir()] == ["there"]


def test_a_file_of_keys_that_holds_none_is_said(workspace, archive, tmp_path):
    trivet("restore", archive, tmp_path / "there")
    (tmp_path / "there" / keyrings.FILE).write_text("not a key")
    assert "cannot be read" in trivet("verify", tmp_path / "there", status=1)
