"""Somebody who writes a `trivet.toml` finds every key in the reference, and no key that is not."""

from __future__ import annotations

import re

import pytest

from tests.docs.pages import ROOT, section
from trivet.numbers.workspace.company import Company
from trivet.numbers.workspace.dimension import Dimension
from trivet.numbers.workspace.feed import DATE_CODES, ColumnRule, Feed, Source
from trivet.numbers.workspace.part import Part
from trivet.numbers.workspace.settings import Settings
from trivet.numbers.workspace.stages import Stages
from trivet.vocabulary.function import Function

SETTINGS = ROOT / "docs" / "reference" / "settings.md"
MAPPING = ROOT / "docs" / "reference" / "mapping.md"


def documented(heading: str) -> list[str]:
    """The keys of the table under a heading, in order."""
    return re.findall(r"^\| `(\w+)` \|", section(SETTINGS, heading), re.MULTILINE)


@pytest.mark.parametrize(
    ("heading", "part", "unwritten"),
    [
        ("company", Company, set()),
        ("stages", Stages, set()),
        ("dimensions", Dimension, {"custom"}),
        ("source", Source, set()),
        ("feed", Feed, set()),
        ("columns", ColumnRule, set()),
    ],
)
def test_every_key_of_a_part_has_its_row_and_no_other_has(
    heading: str, part: type[Part], unwritten: set[str]
) -> None:
    keys = {field.alias or name for name, field in part.model_fields.items()}
    assert set(documented(heading)) == keys - unwritten


def test_every_part_of_the_file_has_its_heading() -> None:
    for name, field in Settings.model_fields.items():
        assert section(SETTINGS, field.alias or name)


def test_lead_sources_may_belong_to_every_function() -> None:
    assert documented("lead_sources") == [function.value for function in Function]


def test_every_date_format_shown_is_one_that_staging_reads() -> None:
    shown = re.findall(r"`([^`]*%[^`]*)`", section(MAPPING, "Dates"))
    codes = {code for text in shown for code in re.findall(r"%-?(.)", text)}
    assert codes
    assert codes <= DATE_CODES
