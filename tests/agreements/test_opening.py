"""The store comes up by itself, with a copy of how it was, and a backup holds it whole."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
import tarfile
import threading
from pathlib import Path

import pytest
from pysqlite3 import dbapi2

from trivet.agreements import opening
from trivet.agreements.store import FILE, KEY_FILE, secret_key
from trivet.errors import BackupUnreadable

ROOT = Path(__file__).parents[2]
SQLITE = {key: value for key, value in os.environ.items() if key != "TRIVET_DATABASE"}


def in_a_process(folder: Path, code: str) -> str:
    """Run code as a process of its own would, for this workspace."""
    head = (
        "from pathlib import Path; from trivet.agreements import opening;"
        f"folder = Path({str(folder)!r});"
    )
    done = subprocess.run(
        [sys.executable, "-c", head + code],
        env=SQLITE,
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "trivet.toml").write_text("")
    return tmp_path


UP = "print(opening.bring_up_to_date(folder))"
FOUND = (
    "opening.bring_up_to_date(folder);"
    "from datetime import datetime, UTC;"
    "from trivet.agreements.people.actions.found import found;"
    "found(name='Ada Hale', email='ada@norvik.example', password='x', now=datetime.now(UTC))"
)


@pytest.mark.slow
def test_a_new_store_is_made_and_an_old_one_is_copied_before_it_is_changed(folder: Path) -> None:
    assert in_a_process(folder, UP) == "None"
    assert stat.S_IMODE((folder / FILE).stat().st_mode) == 0o600
    assert in_a_process(folder, UP) == "None"
    assert not list(folder.glob(f"{opening.BEFORE}*"))
    undo = "opening.set_up(folder); from django.core.management import call_command as c;"
    in_a_process(folder, undo + "c('migrate', 'documents', '0001', verbosity=0)")
    copy = Path(in_a_process(folder, UP))
    assert copy.parent == folder
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    opening.check_store(copy)
    with dbapi2.connect(copy) as was:
        [(number,)] = was.execute(
            "select count(*) from django_migrations where app = 'documents' and name like '0002%'"
        )
    assert number == 0
    assert in_a_process(folder, UP) == "None"


@pytest.mark.slow
def test_verify_names_what_was_changed_by_hand(folder: Path) -> None:
    in_a_process(folder, FOUND)
    asked = (
        "from trivet.jobs.verify import _chain; from types import SimpleNamespace as S;"
        "print([(c.name, c.holds, c.says) for c in _chain(S(folder=folder))])"
    )
    said = in_a_process(folder, asked)
    assert "('audit chain', True" in said
    assert "('records', True" in said
    with dbapi2.connect(folder / FILE) as by_hand:
        by_hand.execute("update people_person set name = 'Somebody Else'")
    said = in_a_process(folder, asked)
    assert "('records', False, \"person 1 name was 'Ada Hale', is 'Somebody Else'\")" in said
    with dbapi2.connect(folder / FILE) as by_hand:
        by_hand.execute("drop trigger audit_auditrow_no_update")
        by_hand.execute("update audit_auditrow set says = 'nothing' where number = 2")
    assert "('audit chain', False, 'row 2" in in_a_process(folder, asked)


def a_store(folder: Path, rows: int = 0) -> Path:
    with dbapi2.connect(folder / FILE) as connection:
        connection.execute("pragma journal_mode=wal")
        connection.execute("create table pair (one integer, two integer)")
        for number in range(rows):
            connection.execute("insert into pair values (?, ?)", (number, number))
    return folder / FILE


def test_a_copy_is_of_one_moment_while_others_write(folder: Path) -> None:
    a_store(folder)
    stop = threading.Event()

    def write() -> None:
        connection = dbapi2.connect(folder / FILE, timeout=20)
        number = 0
        while not stop.is_set():
            with connection:
                connection.execute("insert into pair values (?, 0)", (number,))
                connection.execute("update pair set two = one where one = ?", (number,))
            number += 1
        connection.close()

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for turn in range(10):
            copy = folder / f"copy-{turn}"
            opening.copy_store(folder, copy)
            with dbapi2.connect(copy) as found:
                [(torn,)] = found.execute("select count(*) from pair where one != two")
            assert torn == 0
            assert not list(folder.glob(f"copy-{turn}-*"))
    finally:
        stop.set()
        writer.join()


def test_a_damaged_store_is_told(folder: Path) -> None:
    store = a_store(folder, 5_000)
    content = bytearray(store.read_bytes())
    content[8_192:12_000] = b"\xff" * 3_808
    store.write_bytes(content)
    with pytest.raises(BackupUnreadable, match="damaged"):
        opening.check_store(store)


def test_the_key_is_made_once_and_read_by_its_owner_only(folder: Path) -> None:
    key = secret_key(folder)
    assert len(key) >= 50
    assert secret_key(folder) == key
    (folder / KEY_FILE).chmod(0o644)
    assert secret_key(folder) == key
    assert stat.S_IMODE((folder / KEY_FILE).stat().st_mode) == 0o600
    (folder / KEY_FILE).write_text("")
    assert len(secret_key(folder)) >= 50


def test_a_backup_holds_the_store_without_its_log_and_without_the_key(tmp_path: Path) -> None:
    from tests.numbers.warehouse.one_company_folder import company_folder
    from trivet.jobs.backup import backup, restore

    workspace = company_folder(tmp_path / "norvik")
    a_store(workspace.folder, 100)
    secret_key(workspace.folder)
    (workspace.folder / f"{opening.BEFORE}20260101").write_text("older")
    # Held open: what was written last stands in the log beside it.
    held = dbapi2.connect(workspace.folder / FILE)
    held.execute("insert into pair values (7, 7)")
    held.commit()
    archive = tmp_path / "norvik.tar.gz"
    backup(workspace, archive)
    with tarfile.open(archive) as packed:
        names = packed.getnames()
    assert names[:2] == ["manifest.json", FILE]
    assert [name for name in names if name.startswith((FILE, "."))] == [FILE]
    assert not list(workspace.folder.glob(".store.part-*"))
    restored = restore(archive, tmp_path / "elsewhere")
    with dbapi2.connect(restored.folder / FILE) as found:
        [(number,)] = found.execute("select count(*) from pair")
    assert number == 101
    held.close()
