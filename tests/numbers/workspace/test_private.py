"""No other account of the machine reads the company's revenue, unless it was let in on purpose."""

from __future__ import annotations

import logging
import os
import stat
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.command import trivet
from tests.numbers.warehouse.one_company_folder import company_folder, export_week
from trivet.agreements import keyring, opening, store
from trivet.jobs.backup import backup, restore
from trivet.jobs.export import export
from trivet.jobs.run import run
from trivet.numbers.ledger.folder import BookFolder
from trivet.numbers.shared_metrics.in_force import Agreed, hand_over
from trivet.numbers.shared_metrics.registry import drafts
from trivet.numbers.workspace.private import (
    SECRET,
    close_to_others,
    open_private,
    open_to_others,
    private_folder,
    private_umask,
)
from trivet.numbers.workspace.workspace import Workspace

pytestmark = pytest.mark.skipif(os.name != "posix", reason="modes say nothing elsewhere")

IS_ROOT = hasattr(os, "geteuid") and os.geteuid() == 0
OPEN_FILE, OPEN_FOLDER = 0o644, 0o755


@pytest.fixture(autouse=True)
def careless_umask() -> Iterator[None]:
    """As careless as a machine is set up: what is written shall not depend on it."""
    before = os.umask(0)
    yield
    os.umask(before)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def readable(folder: Path) -> list[str]:
    """Everything in a folder that group or others can read, as `ls` would show it."""
    return [
        f"{stat.filemode(path.stat().st_mode)} {path.relative_to(folder)}"
        for path in [folder, *sorted(folder.rglob("*"))]
        if mode(path) & 0o077
    ]


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    """Made and run from Python, without the command line's umask."""
    found = Workspace.create(tmp_path / "norvik")
    found.settings_file.unlink()
    company_folder(found.folder)
    export_week(found.folder, 1)
    found.settings_file.chmod(0o600)
    return Workspace.open(found.folder)


def exports_aside(found: list[str]) -> list[str]:
    """Exports are whoever's delivers them; the folder around them is closed."""
    return [each for each in found if " exports" not in each]


class TestWhatIsWritten:
    def test_a_run_leaves_nothing_that_others_can_read(self, workspace: Workspace) -> None:
        run(workspace)
        export_week(workspace.folder, 2)
        run(workspace)
        names = {path.name for path in workspace.builds.rglob("*")}
        assert {"published.json", ".lock"} <= names
        assert [name for name in names if name.endswith(".figures.json")]
        assert exports_aside(readable(workspace.folder)) == []
        assert open_to_others(workspace.folder) == []

    def test_nor_while_it_writes(
        self, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """DuckDB makes the build, its log and what it swaps out itself: the folder is closed."""
        seen: list[str] = []

        def look(sentence: str) -> None:
            seen.extend(
                stat.filemode(f.stat().st_mode) for f in workspace.builds.glob(".working-*")
            )
            assert mode(workspace.folder) == mode(workspace.builds) == 0o700
            assert mode(workspace.landing) == 0o700

        run(workspace, look)
        assert seen

    def test_nor_do_definitions_and_closed_books(self, tmp_path: Path) -> None:
        import pyarrow as pa

        definition = drafts()["win_rate"]
        hand_over(tmp_path / "definitions", [Agreed(definition.document(), 1)], [])
        books = BookFolder(tmp_path / "books")
        with books.lock():
            books.write(pa.table({"record": ["a"]}))
        assert readable(tmp_path / "definitions") == []
        assert readable(tmp_path / "books") == []

    def test_nor_do_backups_exports_and_what_is_restored(
        self, workspace: Workspace, tmp_path: Path
    ) -> None:
        run(workspace)
        archive = tmp_path / "kept.tar.gz"
        backup(workspace, archive)
        assert mode(archive) == 0o600
        restored = restore(archive, tmp_path / "again")
        assert readable(restored.folder) == []
        for file_format in ("csv", "parquet"):
            into = tmp_path / f"out-{file_format}"
            export(workspace, into, file_format)  # type: ignore[arg-type]
            assert readable(into) == []

    def test_nor_an_older_backup_that_is_restored(
        self, workspace: Workspace, tmp_path: Path
    ) -> None:
        run(workspace)
        archive = tmp_path / "kept.tar.gz"
        backup(workspace, archive)
        older = tmp_path / "older.tar.gz"
        with tarfile.open(archive) as tar, tarfile.open(older, "w:gz") as out:
            for member in tar:
                content = tar.extractfile(member)
                member.mode = 0o755
                out.addfile(member, content)
        assert readable(restore(older, tmp_path / "again").folder) == []

    def test_nor_does_the_command_line(self, workspace: Workspace, tmp_path: Path) -> None:
        assert trivet("run", workspace.folder).status == 0
        rows = tmp_path / "rows.csv"
        asked = ("metric", "time_to_close", workspace.folder, "--period", "2026-Q2")
        assert trivet(*asked, "--rows", rows).status == 0
        assert mode(rows) == 0o600
        assert exports_aside(readable(workspace.folder)) == []
        assert os.umask(0) == 0, "The umask of whoever called is as it was."

    @pytest.mark.slow
    def test_nor_the_store_with_its_log_and_keys_while_it_is_written(self, tmp_path: Path) -> None:
        workspace = company_folder(tmp_path / "norvik")
        code = (
            "import os, sys; os.umask(0); from pathlib import Path;"
            "from trivet.agreements import opening; folder = Path(sys.argv[1]);"
            "opening.bring_up_to_date(folder);"
            "from trivet.agreements.keyring import keyring_to_seal; keyring_to_seal(folder);"
            "from django.db import connection, transaction;"
            "from django.contrib.sessions.backends.db import SessionStore;"
            "connection.ensure_connection(); s = SessionStore(); s['a'] = 1; s.save();"
            "print(*sorted(f'{p.stat().st_mode & 0o777:o} {p.name}' for p in folder.iterdir()"
            " if 'store' in p.name or 'key' in p.name), sep='\\n')"
        )
        own = {name: v for name, v in os.environ.items() if not name.startswith("TRIVET_")}
        done = subprocess.run(
            [sys.executable, "-c", code, workspace.folder],
            env=own, capture_output=True, text=True, check=True,
        )  # fmt: skip
        found = done.stdout.split("\n")[:-1]
        assert {line.split()[1] for line in found} >= {
            store.FILE, f"{store.FILE}-wal", f"{store.FILE}-shm",
            store.KEY_FILE, keyring.FILE, opening.LOCK,
        }  # fmt: skip
        assert {line.split()[0] for line in found} == {"600"}

    def test_what_is_never_shared_is_what_lets_somebody_in(self) -> None:
        names = (store.FILE, store.KEY_FILE, keyring.FILE, opening.LOCK, opening.BEFORE)
        assert all(name.startswith(SECRET) for name in names)


class TestWhatWasOpenBefore:
    @pytest.fixture
    def opened(self, workspace: Workspace) -> Workspace:
        """As an earlier version left it under an ordinary umask."""
        run(workspace)
        # As it was before an upgrade: a store itself would be asked.
        (workspace.folder / f"{opening.BEFORE}2026").touch(OPEN_FILE)
        for path in [workspace.folder, *workspace.folder.rglob("*")]:
            path.chmod(OPEN_FOLDER if path.is_dir() else OPEN_FILE)
        return workspace

    def test_doctor_tells_and_a_run_closes_it_and_says_so(
        self, opened: Workspace, caplog: pytest.LogCaptureFixture
    ) -> None:
        told = trivet("doctor", opened.folder, "--json").json
        [check] = [each for each in told if each["name"] == "other accounts"]
        assert check["holds"] is False
        assert "`trivet run` closes them" in check["says"]
        assert f"chmod 700 {opened.folder}" in check["says"]
        run(opened)
        assert open_to_others(opened.folder) == []
        found = [each for each in readable(opened.folder) if "trivet.toml" not in each]
        assert exports_aside(found) == []
        [said] = [each for each in caplog.records if each.name == "trivet.workspace"]
        assert said.levelno == logging.WARNING
        assert "Other accounts of this machine could read" in said.getMessage()
        [check] = [
            each
            for each in trivet("doctor", opened.folder, "--json").json
            if each["name"] == "other accounts"
        ]
        assert check["holds"] is True

    def test_once(self, opened: Workspace, caplog: pytest.LogCaptureFixture) -> None:
        run(opened)
        caplog.clear()
        run(opened)
        assert [each for each in caplog.records if each.name == "trivet.workspace"] == []

    def test_a_link_out_of_the_workspace_is_not_followed(
        self, opened: Workspace, tmp_path: Path
    ) -> None:
        beside = tmp_path / "theirs.csv"
        beside.touch(OPEN_FILE)
        beside.chmod(OPEN_FILE)
        (opened.landing / "link").symlink_to(beside)
        close_to_others(opened.folder)
        assert mode(beside) == OPEN_FILE

    @pytest.mark.skipif(not IS_ROOT, reason="only root gives files to other accounts")
    def test_a_folder_into_which_another_account_delivers_stays_open_for_it(
        self, opened: Workspace
    ) -> None:
        os.chown(opened.folder / "exports", 65_534, 65_534)
        found = close_to_others(opened.folder)
        assert found.left == (opened.folder,)
        assert mode(opened.folder) == OPEN_FOLDER
        assert mode(opened.builds) == mode(opened.landing) == 0o700


class TestAGroup:
    """A folder that was given to a group, its set-group-id bit set, is that group's on purpose."""

    def test_reads_what_is_written_and_none_of_what_lets_somebody_in(
        self, workspace: Workspace, caplog: pytest.LogCaptureFixture
    ) -> None:
        workspace.folder.chmod(0o2750)
        for path in (workspace.landing, workspace.builds):
            path.chmod(0o2750)
        older = workspace.folder / f"{opening.BEFORE}2026"
        older.touch()
        older.chmod(0o640)
        run(workspace)
        folders = [path for path in workspace.builds.rglob("*") if path.is_dir()]
        files = [path for path in workspace.builds.rglob("*") if path.is_file()]
        assert {mode(path) for path in [workspace.folder, workspace.builds, *folders]} == {0o2750}
        assert {mode(path) for path in files if path.suffix == ".duckdb"} == {0o440}
        assert {mode(path) for path in files if path.suffix == ".json"} == {0o640}
        assert {mode(path) & 0o007 for path in workspace.landing.rglob("*")} == {0}
        assert mode(next(workspace.landing.rglob("rows.parquet"))) == 0o640
        assert mode(older) == 0o600
        [check] = [
            each
            for each in trivet("doctor", workspace.folder, "--json").json
            if each["name"] == "other accounts"
        ]
        assert check["holds"] is True
        assert "by choice" in check["says"]

    def test_without_that_bit_it_is_an_accident(self, workspace: Workspace) -> None:
        workspace.folder.chmod(0o770)
        run(workspace)
        assert mode(workspace.folder) == 0o700


def test_a_folder_above_that_is_made_on_the_way_is_private_too(tmp_path: Path) -> None:
    private_folder(tmp_path / "a" / "b")
    assert mode(tmp_path / "a") == mode(tmp_path / "a" / "b") == 0o700


def test_a_file_that_is_there_keeps_the_mode_that_somebody_gave_it(tmp_path: Path) -> None:
    (tmp_path / "rows.csv").touch()
    (tmp_path / "rows.csv").chmod(0o640)
    with open_private(tmp_path / "rows.csv") as file:
        file.write(b"x")
    assert mode(tmp_path / "rows.csv") == 0o640


def test_the_umask_is_given_back(tmp_path: Path) -> None:
    with private_umask():
        (tmp_path / "a").touch()
    (tmp_path / "b").touch()
    assert (mode(tmp_path / "a"), mode(tmp_path / "b")) == (0o600, 0o666)
