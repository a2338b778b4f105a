"""Every dependency has its reason written down, and every decision is in the list."""

from __future__ import annotations

import re
import tomllib

import pytest

from tests.docs.pages import ROOT, headings, links

DECISIONS = ROOT / "docs" / "decisions"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())


@pytest.mark.parametrize(
    "requirement",
    [*PROJECT["project"]["dependencies"], *PROJECT["dependency-groups"]["dev"]],
)
def test_a_dependency_has_its_reason(requirement: str) -> None:
    name = re.split(r"[^\w.-]", requirement)[0]
    assert f"`{name}`" in next(DECISIONS.glob("0002-*.md")).read_text()


def test_a_dependency_is_locked() -> None:
    locked = {
        package["name"] for package in tomllib.loads((ROOT / "uv.lock").read_text())["package"]
    }
    wanted = {
        re.split(r"[^\w.-]", requirement)[0]
        for requirement in (
            *PROJECT["project"]["dependencies"],
            *PROJECT["dependency-groups"]["dev"],
        )
    }
    assert wanted - locked == set()


def test_decisions_are_numbered_without_a_gap_and_all_in_the_list() -> None:
    pages = sorted(DECISIONS.glob("[0-9]*.md"))
    assert [int(page.name[:4]) for page in pages] == list(range(1, len(pages) + 1))
    assert links(DECISIONS / "README.md") == [page.name for page in pages]
    assert [headings(page)[0][:4] for page in pages] == [page.name[:4] for page in pages]
