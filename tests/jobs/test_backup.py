"""A backup brings the same workspace back, or says that it cannot."""

from __future__ import annotations

import tarfile

import pytest

from tests.numbers.warehouse.one_company_folder import (
    company_folder,
    export_week,
    published_amount,
)
from trivet.errors import BackupUnreadable, WorkspaceExists
from trivet.jobs.backup import backup, restore
from trivet.jobs.run import run
from trivet.jobs.verify import verify
from trivet.numbers.warehouse.disk import sha256_of
from trivet.numbers.warehouse.publish import published


@pytest.fixture
def workspace(tmp_path):
    found = company_folder(tmp_path / "norvik")
    export_week(found.folder, 1)
    run(found)
    return found


def hashes(folder):
    return {
        path.relative_to(folder).as_posix(): sha256_of(path)
        for path in folder.rglob("*")
        # What begins with a dot is a lock or a cache: it is made again when it is missing.
        if path.is_file()
        and not any(part.startswith(".") for part in path.relative_to(folder).parts)
    }


def test_what_is_restored_is_what_was_backed_up_and_answers_at_once(workspace, tmp_path):
    backup(workspace, tmp_path / "norvik.tar.gz")
    restored = restore(tmp_path / "norvik.tar.gz", tmp_path / "elsewhere")
    assert hashes(restored.folder) == hashes(workspace.folder)
    assert published_amount(restored.folder) == 100_00
    assert all(check.holds is not False for check in verify(restored))
    assert not run(restored).build.is_new


def test_nothing_is_restored_over_something(workspace, tmp_path):
    backup(workspace, tmp_path / "norvik.tar.gz")
    with pytest.raises(WorkspaceExists):
        restore(tmp_path / "norvik.tar.gz", workspace.folder)


def test_a_damaged_backup_restores_nothing(workspace, tmp_path):
    archive = tmp_path / "norvik.tar.gz"
    backup(workspace, archive)
    content = bytearray(archive.read_bytes())
    archive.write_bytes(content[: len(content) // 2])
    with pytest.raises(BackupUnreadable):
        restore(archive, tmp_path / "elsewhere")
    assert not (tmp_path / "elsewhere").exists()
    assert [p.name for p in tmp_path.iterdir() if ".part-" in p.name] == []


def test_an_archive_of_something_else_is_no_backup(tmp_path):
    with tarfile.open(tmp_path / "other.tar.gz", "w:gz") as tar:
        (tmp_path / "letter.txt").write_text("Dear customer")
        tar.add(tmp_path / "letter.txt", "letter.txt")
    with pytest.raises(BackupUnreadable, match="no manifest"):
        restore(tmp_path / "other.tar.gz", tmp_path / "elsewhere")


def test_a_changed_file_in_the_archive_is_found(workspace, tmp_path):
    archive = tmp_path / "norvik.tar.gz"
    backup(workspace, archive)
    opened = tmp_path / "opened"
    with tarfile.open(archive) as tar:
        tar.extractall(opened)  # our own archive, made two lines above
    (opened / "exports" / "account_2026-06-01.csv").write_text("Id\nA9\n")
    with tarfile.open(archive, "w:gz") as tar:
        for path in sorted(p for p in opened.rglob("*") if p.is_file()):
            tar.add(path, path.relative_to(opened).as_posix())
    with pytest.raises(BackupUnreadable, match="not what was backed up"):
        restore(archive, tmp_path / "elsewhere")


def test_verify_finds_a_load_that_lost_its_rows(workspace):
    assert all(check.holds is not False for check in verify(workspace))
    rows = next(workspace.landing.rglob("rows.parquet"))
    rows.write_bytes(b"")
    [landing] = [check for check in verify(workspace) if check.name == "landing"]
    assert landing.holds is False


def test_verify_finds_a_figure_that_is_no_longer_what_it_was(workspace):
    builds = workspace.builds
    figures = builds / f"{published(builds).build}.figures.json"
    figures.write_text(figures.read_text().replace('"definition_hash": "', '"definition_hash": "0'))
    [found] = [check for check in verify(workspace) if check.name == "figures"]
    assert found.holds is False


@pytest.mark.parametrize(
    "name", ["../outside.txt", "/tmp/outside.txt", "landing/../../outside.txt"]
)
def test_a_name_that_leads_out_of_the_folder_restores_nothing(tmp_path, name):
    archive = tmp_path / "norvik.tar.gz"
    with tarfile.open(archive, "w:gz") as tar:
        tar.addfile(tarfile.TarInfo(name))
    with pytest.raises(BackupUnreadable, match="no file of a workspace"):
        restore(archive, tmp_path / "elsewhere")
    assert not (tmp_path / "outside.txt").exists()


def test_a_link_in_an_archive_restores_nothing(tmp_path):
    archive = tmp_path / "norvik.tar.gz"
    link = tarfile.TarInfo("trivet.toml")
    link.type, link.linkname = tarfile.SYMTYPE, "/etc/hostname"
    with tarfile.open(archive, "w:gz") as tar:
        tar.addfile(link)
    with pytest.raises(BackupUnreadable, match="no file of a workspace"):
        restore(archive, tmp_path / "elsewhere")
