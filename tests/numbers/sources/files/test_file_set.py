from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import pytest

from trivet.errors import SettingWrong
from trivet.numbers.sources.files.file_set import exported_on, files_named, named
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
