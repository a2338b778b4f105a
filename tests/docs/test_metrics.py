"""Somebody who signs a definition finds every metric, option and value in the reference."""

from __future__ import annotations

import runpy

import pytest

from tests.docs.pages import ROOT, headings, links, section
from trivet.numbers.shared_metrics.definition import Subject

PAGE = ROOT / "docs" / "reference" / "metrics.md"
SHARED_METRICS = ROOT / "src" / "trivet" / "numbers" / "shared_metrics"
IDS = sorted(page.parent.name for page in SHARED_METRICS.glob("*/definition.py"))
subject = runpy.run_path(str(ROOT / "docs" / "generate.py"))["subject"]


def test_every_definition_has_its_heading_and_no_other_has() -> None:
    assert sorted(h for h in headings(PAGE) if h.isidentifier() and "_" in h) == sorted(
        name for name in IDS if "_" in name
    )
    assert set(IDS) <= set(headings(PAGE))


@pytest.mark.parametrize("name", IDS)
def test_a_definition_says_each_option_with_its_values_and_default(name: str) -> None:
    found: Subject = subject(name)
    text = section(PAGE, name)
    for option in found.options:
        assert f"| `{option.name}` |" in text
        for choice in option.choices:
            assert f"`{choice.value}`" in text
            assert choice.says in text


@pytest.mark.parametrize("name", IDS)
def test_a_metric_says_what_has_to_be_loaded(name: str) -> None:
    if subject(name).shared:
        return
    needs = section(ROOT / "docs" / "reference" / "tables.md", "What each metric needs")
    assert f"[`{name}`](metrics.md#{name})" in needs


def test_a_definition_links_to_what_it_rests_on() -> None:
    for name in IDS:
        assert {f"#{base}" for base in subject(name).uses or ()} <= set(links(PAGE))
