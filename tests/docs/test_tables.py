"""Somebody who maps an export finds every canonical table and column in the reference."""

from __future__ import annotations

import runpy

import pytest

from tests.docs.pages import ROOT, headings, section
from trivet.numbers.warehouse.tables import LINEAGE, TABLES, Kind, Table

PAGE = ROOT / "docs" / "reference" / "tables.md"


def test_the_pages_made_from_the_code_are_as_the_code_would_make_them() -> None:
    generate = runpy.run_path(str(ROOT / "docs" / "generate.py"))
    stale = [page.name for page in generate["stale"]()]
    assert stale == [], "run ./dev docs"


def test_tables_have_one_heading_each_in_the_order_of_the_code() -> None:
    names = [table.name for table in TABLES]
    assert [heading for heading in headings(PAGE) if heading in names] == names


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_a_table_says_each_of_its_columns_with_kind_and_whether_it_is_required(
    table: Table,
) -> None:
    rows = [
        [cell.strip().strip("`") for cell in line.strip("|").split("|")][:3]
        for line in section(PAGE, table.name).splitlines()
        if line.startswith("| `")
    ]
    assert rows == [[c.name, str(c.kind), "yes" if c.required else ""] for c in table.columns]


def test_every_kind_of_column_and_every_lineage_column_is_explained() -> None:
    explained = section(PAGE, "How to read this page")
    assert [kind for kind in Kind if f"| {kind} |" not in explained] == []
    assert [name for name in LINEAGE if f"`{name}`" not in explained] == []
