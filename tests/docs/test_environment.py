"""Every environment variable that the program or `./dev` reads is in the reference."""

from __future__ import annotations

import re

from tests.docs.pages import ROOT

READERS = [ROOT / "dev", *(ROOT / "src").rglob("*.py")]
PAGE = ROOT / "docs" / "reference" / "environment.md"


def test_every_variable_is_explained() -> None:
    read = {
        name
        for path in READERS
        for name in re.findall(r"""["'](TRIVET_[A-Z_]+)["']""", path.read_text())
    }
    explained = set(re.findall(r"TRIVET_[A-Z_]+", PAGE.read_text()))
    assert read - explained == set()
