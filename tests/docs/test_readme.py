"""The first page a visitor reads: its commands exist, and its picture is there."""

from __future__ import annotations

import re
import runpy
import sys

from tests.docs.pages import ROOT

README = ROOT / "README.md"
CONTRIBUTING = ROOT / "CONTRIBUTING.md"


def test_the_commands_of_the_readme_are_commands_of_dev() -> None:
    known = runpy.run_path(str(ROOT / "dev"), run_name="not main")["COMMANDS"]
    used = set(re.findall(r"\./dev (\w+)", README.read_text() + CONTRIBUTING.read_text()))
    assert {"demo", "test"} <= used
    assert used <= set(known)


def test_the_machine_runs_what_the_readme_says() -> None:
    assert "./dev test --ci" in (ROOT / ".ci" / "run").read_text()


def test_dev_is_a_program_that_needs_nothing_but_python() -> None:
    text = (ROOT / "dev").read_text()
    assert text.startswith("#!/usr/bin/env python3\n")
    assert (ROOT / "dev").stat().st_mode & 0o111
    imported = set(re.findall(r"^(?:from|import) (\w+)", text, re.MULTILINE))
    assert imported - {"__future__"} <= set(sys.stdlib_module_names)
