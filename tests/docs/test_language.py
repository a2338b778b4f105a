"""Whoever adds a language is given every text, by one line that needs nothing but Trivet."""

from __future__ import annotations

import os
import runpy
import subprocess
import sys
from pathlib import Path

import pytest
from babel.messages.pofile import read_po, write_po

SCRIPT = Path(__file__).parents[2] / "docs" / "language.py"
language = runpy.run_path(str(SCRIPT))


def texts(path: Path) -> set[str]:
    with path.open("rb") as file:
        found = read_po(file)
    return {m.id[0] if m.pluralizable else m.id for m in found}


def test_a_catalog_holds_texts_of_every_chapter(tmp_path):
    found = texts(language["write"]("de", tmp_path))
    for text in (
        "Quarantine",  # a template of the web
        "People and seats",  # a template of the agreements
        "Metric definition",  # a kind of document
        "%(count)s row",  # one of a pair
        "%(person)s neither signs %(document)s nor proposed this change.",  # a refusal
        "One of %(required)s or the proposer does this.",  # its remedy
        "known up to %(day)s; the books of %(period)s close on %(closes_on)s",  # a reason
        "The window is the %(value)s days before creation.",  # an option
        "Which people have to be there?",  # a section of the profile
        "Arrived after the books closed",  # a cause in the ledger
        "Chief revenue officer",  # a seat
        "No decision",  # a word that SQL writes
    ):
        assert text in found, text


@pytest.mark.slow
def test_what_was_translated_stays_and_what_is_said_no_more_is_put_aside(tmp_path):
    path = language["write"]("de", tmp_path)
    with path.open("rb") as file:
        catalog = read_po(file, locale="de")
    catalog["Quarantine"].string = "Quarantäne"
    catalog.add("Nobody says this any more", "Niemand sagt das noch")
    with path.open("wb") as file:
        write_po(file, catalog)
    language["write"]("de", tmp_path)
    with path.open("rb") as file:
        after = read_po(file, locale="de")
    assert after["Quarantine"].string == "Quarantäne"
    assert "Nobody says this any more" not in after
    assert "Nobody says this any more" in after.obsolete
    assert path.with_suffix(".mo").stat().st_size > 0


@pytest.mark.slow
def test_no_other_program_is_needed(tmp_path):
    """The line of the how-to, on a machine without GNU gettext."""
    code = (
        "import runpy, sys, pathlib;"
        f"runpy.run_path({str(SCRIPT)!r})['write']('pl', pathlib.Path(sys.argv[1]))"
    )
    bare = {name: value for name, value in os.environ.items() if name != "PATH"}
    bare.pop("DJANGO_SETTINGS_MODULE", None)
    ran = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)],
        env=bare | {"PATH": ""}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    assert (tmp_path / "pl" / "LC_MESSAGES" / "django.mo").exists()
