"""The worked example of the mapping reference does what the page says, word for word."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.command import trivet
from tests.docs.pages import ROOT, section
from tests.docs.workbook import write_workbook

EXAMPLE = section(ROOT / "docs" / "reference" / "mapping.md", "A worked example")
FILES = {
    "exports/sales/Geschaefte_2026-07-01.csv": "cp1252",
    "exports/sales/Kunden_2026-07-01.csv": "cp1252",
    "exports/billing/contracts.csv": "utf-8",
    "exports/rates.csv": "utf-8",
}


def block_after(words: str) -> str:
    """The first code block after some words."""
    found = re.search(rf"{re.escape(words)}.*?\n```\n(.*?)```", EXAMPLE, re.DOTALL)
    assert found, words
    return found[1]


@pytest.fixture(scope="module")
def lynx(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("lynx")
    for name, encoding in FILES.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(block_after(f"`{name}`"), encoding=encoding)
    rows = [
        [cell.strip() for cell in line.strip().strip("|").split("|")]
        for line in EXAMPLE.splitlines()
        if line.startswith("|")
    ]
    (folder / "exports" / "marketing").mkdir()
    write_workbook(folder / "exports/marketing/people.xlsx", "Personen", [rows[0], *rows[2:]])
    mapping = "\n".join(re.findall(r"```toml\n(.*?)```", EXAMPLE, re.DOTALL))
    (folder / "trivet.toml").write_text(mapping)
    said = trivet("run", folder)
    assert said.status == 0, said.err
    return folder


def test_it_loads_as_many_rows_as_the_page_says(lynx: Path) -> None:
    shown = trivet("data", lynx, "--json").json
    rows: dict[str, int] = {}
    not_applicable: dict[str, int] = {}
    for source in shown["sources"]:
        for table in source["tables"]:
            name = table["table"]
            rows[name] = rows.get(name, 0) + table["rows"]
            not_applicable[name] = not_applicable.get(name, 0) + table["not_applicable"]
    assert shown["quarantine"]["rows"] == 0
    assert rows["opportunity"] == 3
    assert rows["account"] == 3
    assert rows["subscription"] == 3
    assert not_applicable["subscription"] == 1
    assert rows["contact"] == 2
    assert rows["lifecycle_stage_history"] == 2
    assert rows["fx_rate"] == 2


def test_the_won_deal_is_won_on_its_day_and_the_lost_one_lost(lynx: Path) -> None:
    definition = lynx / "all.json"
    definition.write_text('{"id": "win_rate", "options": {"sourced": "all", "min_stage": "any"}}')
    ask = ("metric", "win_rate", lynx, "--definition", definition, "--json", "--period")
    first = trivet(*ask, "2026-Q1").json
    assert (first["numerator"], first["denominator"]) == ("1", "1")
    second = trivet(*ask, "2026-Q2").json
    assert (second["numerator"], second["denominator"]) == ("0", "1")


def test_a_monthly_price_is_an_annual_value_and_the_last_day_is_included(lynx: Path) -> None:
    # On 31 December 2025 the contract of K-22 (CHF 750 a month) is in force for the last time;
    # K-22 belongs to K-21, whose own contract (EUR 2,500 a month) goes on.
    found = trivet("metric", "net_revenue_retention", lynx, "--period", "2026-Q1", "--json").json
    opening = 250_000 * 12 + round(75_000 * 12 * 1.05)
    assert found["denominator"] == str(opening)
    assert found["numerator"] == str(250_000 * 12)


def test_what_nobody_mapped_is_not_computable_and_says_what_to_map(lynx: Path) -> None:
    said = trivet("metric", "follow_up_sla", lynx, "--period", "2026-Q1", "--json")
    assert said.status == 3
    assert "assign" in said.json["reason"]


def test_the_commands_the_page_shows_are_understood(lynx: Path) -> None:
    shown = re.search(r"### Run it\n\n```\n(.*?)```", EXAMPLE, re.DOTALL)
    assert shown
    for line in shown[1].splitlines():
        words = line.replace(" lynx", f" {lynx}").split()
        assert words[0] == "trivet"
        said = trivet(*words[1:])
        assert said.status in (0, 3), said.err
