"""Whoever finds a backup signs in with nothing of it; whoever restores one signs in anew."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.db import models
from pysqlite3 import dbapi2

from tests import postgresql
from tests.numbers.warehouse.one_company_folder import company_folder, export_week
from trivet.agreements import bearer_secrets
from trivet.agreements.audit.models import Audited
from trivet.agreements.bearer_secrets import KEPT, LEFT_OUT, is_a_store, leave_out
from trivet.agreements.keyring import FILE as KEYS
from trivet.agreements.store import FILE, KEY_FILE
from trivet.jobs.backup import backup, left_out, restore
from trivet.numbers.workspace.workspace import Workspace

ROOT = Path(__file__).parents[2]

HOLDS_TEXT = (models.CharField, models.TextField, models.JSONField, models.BinaryField)
MAY_BE_A_SECRET = re.compile(
    r"key$|token|secret|passw|code$|seed|nonce|session|cookie|link|credential|otp|salt"
)
NO_SECRET = {"period_key", "settings_hash"}


def model_untold(model: type[models.Model]) -> frozenset[str]:
    return model.untold if issubclass(model, Audited) else frozenset()


def columns_that_may_hold_a_secret() -> Iterator[str]:
    """A record of ours tells all its columns to the chain, in the open; but for those untold."""
    for model in apps.get_models(include_auto_created=True):
        for column in model._meta.concrete_fields:
            name = f"{model._meta.db_table}.{column.column}"
            if model._meta.db_table in LEFT_OUT or column.column in NO_SECRET:
                continue
            told = issubclass(model, Audited) and column.attname not in model.untold
            if told or model.__module__.startswith("trivet.agreements.audit"):
                if MAY_BE_A_SECRET.search(column.column):
                    yield name
            elif isinstance(column, HOLDS_TEXT) or column.column in model_untold(model):
                yield name


def test_every_column_that_may_hold_a_way_in_has_a_decision() -> None:
    assert set(columns_that_may_hold_a_secret()) == KEPT.keys()


def test_what_is_left_out_is_there_to_be_left_out() -> None:
    tables = {model._meta.db_table for model in apps.get_models(include_auto_created=True)}
    assert tables >= LEFT_OUT.keys()


@dataclass
class Kept:
    """A workspace with sign-ins in it, and what was kept of it.

    files   a backup's or a dump's, by name
    """

    workspace: Workspace
    begun: dict[str, Any]
    environment: dict[str, str]
    static: Path
    archive: Path
    said: str
    dump: bytes = b""
    files: dict[str, bytes] = field(default_factory=dict)


def asked(
    environment: dict[str, str], *told: object, given: str = "", status: int = 0
) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        [sys.executable, "-m", *map(str, told)],
        cwd=ROOT,
        env=environment,
        input=given,
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
    )
    assert done.returncode == status, done.stdout[-2_000:] + done.stderr[-3_000:]
    return done


def own_environment(**more: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("TRIVET_")}
    return {**kept, "PYTHONPATH": str(ROOT), "COLUMNS": "1000", **more}


def keep(folder: Path, environment: dict[str, str]) -> Kept:
    workspace = company_folder(folder / "norvik")
    export_week(workspace.folder, 1)
    asked(environment, "trivet.cli.main", "run", workspace.folder)
    process = "tests.agreements.sign_ins_process"
    begun = asked(environment, process, "begin", workspace.folder, folder / "static")
    archive = folder / "norvik.tar.gz"
    said = asked(environment, "trivet.cli.main", "backup", workspace.folder, "--to", archive).stderr
    files = {}
    with tarfile.open(archive) as tar:
        for member in tar:
            files[member.name] = tar.extractfile(member).read()  # type: ignore[union-attr]
    told = json.loads(begun.stdout)
    return Kept(
        workspace, told, environment, folder / "static", archive, " ".join(said.split()), b"", files
    )


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Kept:
    return keep(tmp_path_factory.mktemp("sqlite"), own_environment())


def restored_from(kept: Kept, folder: Path, **more: str) -> Workspace:
    """With the authenticators' keys of that time, as whoever runs the server kept them."""
    folder.mkdir()
    shutil.copy(kept.workspace.folder / KEYS, folder / KEYS)
    environment = {**kept.environment, **more}
    said = asked(environment, "trivet.cli.main", "restore", kept.archive, folder)
    kept.said = " ".join(said.stderr.split())
    return Workspace.open(folder)


def tried_in(kept: Kept, workspace: Workspace, **more: str) -> dict[str, Any]:
    process = "tests.agreements.sign_ins_process"
    told = [process, "try", workspace.folder, kept.static]
    done = asked({**kept.environment, **more}, *told, given=json.dumps(kept.begun))
    found: dict[str, Any] = json.loads(done.stdout)
    return found


@pytest.mark.slow
class TestInSQLite:
    def test_all_of_it_lets_people_in_where_it_was_made(self, kept: Kept) -> None:
        """Else nothing below would show anything."""
        let_in = tried_in(kept, kept.workspace)["let in"]
        # Whoever was recovered has no session any more.
        assert len(let_in) == len(kept.begun["sessions"]) - 1 + len(kept.begun["links"])

    def test_no_byte_of_it_is_in_the_backup(self, kept: Kept) -> None:
        wanted = [*kept.begun["never"], *kept.begun["sessions"].values()]
        wanted += [(kept.workspace.folder / KEY_FILE).read_text().strip()]
        wanted += (kept.workspace.folder / KEYS).read_text().split()
        store = kept.files[FILE]
        assert b"Mira Okafor" in store
        for name, content in kept.files.items():
            for each in wanted:
                assert each.encode() not in content, (name, each)

    def test_the_backup_says_what_it_left_out(self, kept: Kept) -> None:
        assert re.search(r"Left out: \d+ sign-ins", kept.said)
        told = left_out(kept.archive)
        assert told
        assert told[bearer_secrets.OPEN_SECRETS] == 1
        assert told.keys() >= set(LEFT_OUT.values())

    def test_a_restored_workspace_lets_nobody_in_by_it_and_everything_holds(
        self, kept: Kept, tmp_path: Path
    ) -> None:
        restored = restored_from(kept, tmp_path / "there")
        assert "everybody signs in again" in kept.said
        assert "trivet recover EMAIL" in kept.said
        assert tried_in(kept, restored) == {"let in": [], "anew": 302, "me": 200}
        # What was planted is not believed there either; that is all that is told.
        checks = asked(
            kept.environment, "trivet.cli.main", "verify", restored.folder, "--json", status=1
        )
        wrong = [each for each in json.loads(checks.stdout) if each["holds"] is False]
        assert [each["name"] for each in wrong] == ["authenticator secrets"]
        assert "1 are not sealed" in wrong[0]["says"]

    def test_no_session_lives_on_with_the_signing_key_of_before_either(
        self, kept: Kept, tmp_path: Path
    ) -> None:
        restored = restored_from(kept, tmp_path / "there")
        shutil.copy(kept.workspace.folder / KEY_FILE, restored.folder / KEY_FILE)
        found = tried_in(kept, restored)
        assert [each for each in found["let in"] if each.startswith("the session")] == []

    def test_an_earlier_backup_or_copy_in_the_folder_is_not_packed_with_it(
        self, kept: Kept, tmp_path: Path
    ) -> None:
        folder = kept.workspace.folder
        shutil.copy(kept.archive, folder / "of last week.bin")
        shutil.copy(folder / FILE, folder / "exports" / "store copied by hand.csv")
        (folder / ".store.part-left").write_bytes(b"of a backup that was killed")
        try:
            backup(kept.workspace, tmp_path / "again.tar.gz")
        finally:
            (folder / "of last week.bin").unlink()
            (folder / "exports" / "store copied by hand.csv").unlink()
        assert not (folder / ".store.part-left").exists()
        with tarfile.open(tmp_path / "again.tar.gz") as tar:
            assert set(tar.getnames()) == kept.files.keys()
        assert (left_out(tmp_path / "again.tar.gz") or {})[
            "earlier backups and copies of the store"
        ]

    def test_a_backup_of_an_older_version_is_restored_without_the_sign_ins_in_it(
        self, kept: Kept, tmp_path: Path
    ) -> None:
        older = tmp_path / "older.tar.gz"
        whole = tmp_path / FILE
        with dbapi2.connect(kept.workspace.folder / FILE) as source, dbapi2.connect(whole) as copy:
            source.backup(copy)
            copy.execute("pragma journal_mode=delete")
        assert kept.begun["never"][-1].encode() in whole.read_bytes()
        from trivet.numbers.warehouse.disk import sha256_of

        with tarfile.open(older, "w:gz") as tar, tarfile.open(kept.archive) as packed:
            for member in packed:
                content = packed.extractfile(member)
                if member.name == FILE:
                    tar.add(whole, FILE)
                elif member.name == "manifest.json":
                    told = json.load(content)  # type: ignore[arg-type]
                    del told["left_out"]
                    told["files"][FILE] = {"sha256": sha256_of(whole)}
                    (tmp_path / member.name).write_text(json.dumps(told))
                    tar.add(tmp_path / member.name, member.name)
                else:
                    tar.addfile(member, content)
        restored = restore(older, tmp_path / "there")
        found = (restored.folder / FILE).read_bytes()
        for each in kept.begun["never"]:
            assert each.encode() not in found, each

    def test_the_copy_of_before_an_upgrade_holds_no_sign_in_but_every_second_factor(
        self, kept: Kept, tmp_path: Path
    ) -> None:
        from trivet.agreements import opening

        opening.copy_store(kept.workspace.folder, tmp_path / "before")
        content = (tmp_path / "before").read_bytes()
        for session in kept.begun["sessions"].values():
            assert session.encode() not in content
        assert b"GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ" in content

    def test_what_people_leave_with_holds_no_way_in(self, kept: Kept, tmp_path: Path) -> None:
        asked(
            kept.environment,
            *("trivet.cli.main", "export", kept.workspace.folder),
            *("--into", tmp_path / "out", "--format", "csv"),
        )
        for path in (tmp_path / "out").iterdir():
            for each in kept.begun["never"]:
                assert each.encode() not in path.read_bytes(), path


@pytest.mark.postgres
def test_a_dump_of_the_teams_postgresql_holds_no_way_in_either(
    postgres: str, tmp_path: Path
) -> None:
    address = postgresql.fresh_database(postgres, "leaks")
    kept = keep(tmp_path, own_environment(TRIVET_DATABASE=address))
    options = re.search(r"pg_dump (.*) DATABASE", kept.said)
    assert options
    dump = postgresql.dumped(address, options[1].split())
    assert "Mira Okafor" in dump
    for each in [*kept.begun["never"], *kept.begun["sessions"].values()]:
        if each != "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ":
            assert each not in dump
    for name, content in kept.files.items():
        for each in kept.begun["never"]:
            assert each.encode() not in content, name
    there = {"TRIVET_DATABASE": postgresql.fresh_database(postgres, "restored_leaks")}
    postgresql.loaded(there["TRIVET_DATABASE"], dump)
    restored = restored_from(kept, tmp_path / "there", **there)
    assert tried_in(kept, restored, **there) == {"let in": [], "anew": 302, "me": 200}
    checks = asked(
        {**kept.environment, **there},
        *("trivet.cli.main", "verify", restored.folder, "--json"),
        status=1,
    )
    wrong = [each for each in json.loads(checks.stdout) if each["holds"] is False]
    assert [each["name"] for each in wrong] == ["authenticator secrets"]


def test_a_store_is_known_by_what_is_in_it(tmp_path: Path) -> None:
    with dbapi2.connect(tmp_path / "a.csv") as connection:
        connection.execute("create table django_session (session_key, session_data)")
        connection.execute("insert into django_session values ('a key', 'its data')")
    with dbapi2.connect(tmp_path / "b.csv") as connection:
        connection.execute("create table their_own (session_key)")
    (tmp_path / "c.csv").write_text("Id,Name\n")
    assert [is_a_store(tmp_path / f"{name}.csv") for name in "abc"] == [True, False, False]
    assert leave_out(tmp_path / "a.csv", also_open=True) == {"sign-ins": 1}
    assert b"its data" not in (tmp_path / "a.csv").read_bytes()
