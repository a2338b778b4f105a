"""The same seed and scale give the same company, byte for byte; another seed another one."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from tests.demo_company.conftest import WrittenCompany
from trivet.demo_company import write_company
from trivet.errors import SettingWrong


def digests(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_the_same_seed_writes_the_same_bytes(norvik: WrittenCompany, tmp_path: Path) -> None:
    write_company(tmp_path, seed=7, scale=1)
    assert digests(tmp_path) == digests(norvik.folder)


def test_another_seed_is_another_company_with_the_same_mapping(
    norvik: WrittenCompany, tmp_path: Path
) -> None:
    write_company(tmp_path, seed=8)
    other, usual = digests(tmp_path), digests(norvik.folder)
    assert other.keys() == usual.keys()
    assert other["trivet.toml"] == usual["trivet.toml"]
    assert other["exports/map/email_events.csv"] != usual["exports/map/email_events.csv"]
    opportunities = next(name for name in usual if "Opportunity_2026-11-20" in name)
    assert other[opportunities] != usual[opportunities]


def test_writing_over_a_company_leaves_nothing_of_the_one_before(
    norvik: WrittenCompany, tmp_path: Path
) -> None:
    write_company(tmp_path, seed=8)
    write_company(tmp_path, seed=7)
    assert digests(tmp_path) == digests(norvik.folder)


def test_progress_is_told_part_by_part(tmp_path: Path) -> None:
    said: list[str] = []
    write_company(tmp_path, scale=2, progress=said.append)
    assert [sentence.split(": ")[1] for sentence in said] == ["part 1 of 2", "part 2 of 2"]


@pytest.mark.parametrize("scale", [0, -3])
def test_a_company_of_no_size_is_refused(tmp_path: Path, scale: int) -> None:
    with pytest.raises(SettingWrong, match=f"scale {scale} "):
        write_company(tmp_path, scale=scale)
    assert list(tmp_path.iterdir()) == []
