"""Somebody whose rows were refused finds the rule, and what to do."""

from __future__ import annotations

import re

import pytest

from tests.docs.pages import ROOT, headings, section
from trivet.numbers.warehouse.staging import problem

PAGE = ROOT / "docs" / "reference" / "quarantine.md"
CANONICAL = ROOT / "src" / "trivet" / "numbers" / "warehouse" / "sql" / "canonical"
RULES = sorted(
    {value for name, value in vars(problem).items() if name.isupper() and isinstance(value, str)}
    # A rule of the canonical step is named for its file.
    | {path.stem for path in CANONICAL.glob("currency_*.sql")}
)


def test_every_rule_has_its_heading_and_no_other_has() -> None:
    assert sorted(h for h in headings(PAGE) if re.fullmatch(r"[a-z]+(_[a-z]+)+", h)) == RULES


@pytest.mark.parametrize("rule", RULES)
def test_a_rule_says_what_to_do(rule: str) -> None:
    assert "\nDo: " in section(PAGE, rule)
