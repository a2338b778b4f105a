"""The README shows what `./dev demo --no-serve` prints, to the last digit."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.command import trivet
from tests.docs.pages import ROOT

README = ROOT / "README.md"
pytestmark = pytest.mark.slow


def table(text: str) -> list[list[str]]:
    """The five lines of figures, cell by cell."""
    lines = re.findall(r"^\S.*?\d{4}-Q\d.*\b[0-9a-f]{12}\s+[0-9a-f]{12}\s*$", text, re.MULTILINE)
    return [re.split(r"\s{2,}", line.strip()) for line in lines]


def test_the_five_numbers_of_the_readme_are_those_of_the_demo(tmp_path: Path) -> None:
    said = trivet("demo", "--no-serve", "--folder", tmp_path / "demo")
    assert said.status == 0, said.err
    assert len(table(said.out)) == 5
    assert table(README.read_text()) == table(said.out)
