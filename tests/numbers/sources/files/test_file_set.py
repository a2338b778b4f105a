from __future__ import annotations

import os
from datetime import date, datetime
from pathlib import Path

import pytest

from trivet.errors import ExportUnreadable, SettingWrong
from trivet.numbers.sources.files import file_set
from trivet.numbers.sources.files.file_set import exported_on, files_below, files_named, named
from trivet.numbers.workspace.feed import Feed

FEED = Feed.model_validate(
    {
        "table": "account",
        "files": ["exports/**/Account*.csv"],
        "columns": {"account_id": "Id"},
        "exported_on": "filename",
    }
)


@pytest.mark.parametrize(
    ("name", "day"),
    [
        ("Account_2026-07-01.csv", date(2026, 7, 1)),
        ("20260701-Account.csv", date(2026, 7, 1)),
        ("Account_2026-07-01T1530.csv", datetime(2026, 7, 1, 15, 30)),
        ("Account_2026-07-01_15-30-05.csv", datetime(2026, 7, 1, 15, 30, 5)),
        ("Account_0123456789_2026-07-01.csv", date(2026, 7, 1)),
    ],
)
def test_the_day_of_an_export_is_in_its_name(name, day):
    assert exported_on(Path(name), FEED) == day


@pytest.mark.parametrize("name", ["Account.csv", "Account_2026-02-30.csv", "Account_2026.csv"])
def test_a_name_without_a_day_is_refused_when_the_mapping_counts_on_it(name):
    with pytest.raises(SettingWrong, match="has no day in its name"):
        exported_on(Path(name), FEED)


def test_a_file_that_is_gone_is_still_known_by_its_name(tmp_path):
    assert named(FEED, "exports/crm/2026/Account_1.csv", tmp_path)
    assert named(FEED, "exports/Account.csv", tmp_path)
    assert not named(FEED, "exports/Contact.csv", tmp_path)


def test_a_file_may_have_a_name_that_looks_like_a_pattern(tmp_path):
    (tmp_path / "Account [old].csv").touch()
    assert files_named("Account [old].csv", tmp_path) == [tmp_path / "Account [old].csv"]


@pytest.mark.parametrize(
    "name", ["/**/*", "/*/*.csv", "../**", "../**/*.csv", "../*/x.csv", "a/../../**/*.csv"]
)
def test_a_pattern_that_would_search_the_whole_machine_is_refused(tmp_path, name):
    folder = tmp_path / "norvik"
    folder.mkdir()
    with pytest.raises(SettingWrong) as refused:
        files_named(name, folder)
    assert f"files = {name!r} would search all of {'/' if name[0] == '/' else tmp_path}" in (
        refused.value.happened
    )
    assert "before the first wildcard" in refused.value.remedy


def made(folder: Path, *names: str) -> None:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()


def test_a_pattern_finds_exports_and_nothing_that_trivet_keeps_itself(tmp_path):
    folder = tmp_path / "norvik"
    made(folder, "a.csv", "crm/b.csv", "crm/2026/c.csv", ".git/d.csv", "crm/.hidden.csv", "e.txt")
    made(folder, "landing/crm/account/1/rows.csv", "builds/x.csv", "books/y.csv")
    made(tmp_path, "beside.csv", "other/f.csv")

    def found(name: str) -> list[str]:
        return [os.path.relpath(path, folder) for path in files_named(name, folder)]

    assert found("**/*.csv") == ["a.csv", "crm/2026/c.csv", "crm/b.csv"]
    assert found("crm/**") == ["crm/2026/c.csv", "crm/b.csv"]
    assert found("crm/**/c.csv") == ["crm/2026/c.csv"]
    assert found("*/b.csv") == ["crm/b.csv"]
    assert found("crm/[bc].csv") == ["crm/b.csv"]
    assert found("landing/**/*.csv") == []
    assert found("*/x.csv") == []
    # One folder that is named may lie anywhere, also around the workspace.
    assert found("../*.csv") == ["../beside.csv"]
    assert found(f"{tmp_path}/other/**/*.csv") == ["../other/f.csv"]


def test_links_in_a_circle_come_to_an_end(tmp_path):
    made(tmp_path, "exports/a.csv", "elsewhere/b.csv")
    (tmp_path / "exports" / "again").symlink_to(tmp_path / "exports")
    (tmp_path / "exports" / "crm").symlink_to(tmp_path / "elsewhere")
    (tmp_path / "elsewhere" / "back").symlink_to(tmp_path / "exports")
    (tmp_path / "exports" / "self.csv").symlink_to("self.csv")
    found = files_named("exports/**/*.csv", tmp_path)
    assert [path.name for path in found] == ["a.csv", "b.csv"]


def test_a_search_without_end_is_ended(tmp_path, monkeypatch):
    monkeypatch.setattr(file_set, "LOOKED_AT_LIMIT", 20)
    made(tmp_path, *(f"exports/{n}/x.txt" for n in range(15)))
    with pytest.raises(SettingWrong, match="has looked at 20 files and folders"):
        files_named("exports/**/*.csv", tmp_path)
    with pytest.raises(ExportUnreadable, match="more than 20 files and folders"):
        files_below(tmp_path)


def test_folders_nested_without_end_are_no_crash(tmp_path):
    folder = tmp_path / "exports"
    for _ in range(1_200):
        folder.mkdir()
        folder /= "d"
    (folder.parent / "x.csv").touch()
    try:
        assert len(files_named("exports/**/*.csv", tmp_path)) == 1
    finally:
        # Whoever empties the folder of the tests would go down as deep, and stop on the way.
        (folder.parent / "x.csv").unlink()
        while folder.parent != tmp_path:
            folder = folder.parent
            folder.rmdir()


def test_a_pipe_is_no_export(tmp_path):
    os.mkfifo(tmp_path / "deals.csv")
    assert files_named("*.csv", tmp_path) == []
    assert files_named("deals.csv", tmp_path) == []


@pytest.mark.parametrize(
    "name", ["it's; drop.csv", "two\nlines.csv", "📈 [1].csv", "a\\b.csv", "-.csv"]
)
def test_a_file_may_have_any_name(tmp_path, name):
    made(tmp_path, name)
    assert files_named("*.csv", tmp_path) == [tmp_path / name]
    assert files_named(name, tmp_path) == [tmp_path / name]
