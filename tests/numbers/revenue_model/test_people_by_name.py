"""People are called by their names wherever a name is known, and two of one name stay two."""

from __future__ import annotations

import csv

import pytest

from tests.company import company
from trivet.jobs.rows_file import write_rows
from trivet.numbers.revenue_model import RevenueModel
from trivet.numbers.workspace.workspace import Workspace

QUARTER = "2026-Q2"


@pytest.fixture(scope="module")
def made():
    """Three leads of three people, two of whom have one name; the fourth person has none."""
    with company(
        dimensions={"csm": "account.csm_id", "seller": "opportunity.owner_id"},
        lead_sources={"marketing": ["Webinar"]},
    ) as c:
        c.add("crm_user", user_id="U1", name="Ada Placeholder", email="ada@norvik.example")
        c.add("crm_user", user_id="U2", name="Ben Placeholder", email="ben@norvik.example")
        c.add("crm_user", user_id="U3", name="Ben Placeholder")
        for number, user in enumerate(("U1", "U2", "U3", "U4")):
            key = f"{number}"
            c.add("account", account_id=f"A{key}", name=f"Osprey {key}", owner_id=user, csm_id="U1")
            c.add("contact", contact_id=f"P{key}", account_id=f"A{key}", name=f"Person {key}")
            c.add(
                "lead_assignment", contact_id=f"P{key}", user_id=user,
                assigned_at="2026-06-01T10:00:00",
            )  # fmt: skip
            c.add(
                "sales_activity", activity_id=f"S{key}", contact_id=f"P{key}", kind="call",
                happened_at="2026-06-01T11:00:00",
            )  # fmt: skip
            c.add(
                "opportunity", opportunity_id=f"O{key}", account_id=f"A{key}", owner_id=user,
                stage="Qualified", acv=100, created_at="2026-05-01", lead_source="Webinar",
            )  # fmt: skip
        yield c


@pytest.fixture
def model(made, tmp_path):
    return RevenueModel(made.measurement.engine, made.settings, "b", Workspace(tmp_path))


def test_the_rows_of_follow_up_say_who_was_to_follow_up(model, tmp_path):
    found = model.row_page("follow_up_sla", QUARTER, order_by="record_id", descending=False)
    assert dict(found.columns)["user_id"] == "id:user"
    assert [(row["user_id"], row["user_name"]) for row in found.rows] == [
        ("U1", "Ada Placeholder"),
        ("U2", "Ben Placeholder (ben@norvik.example)"),
        ("U3", "Ben Placeholder (U3)"),
        ("U4", None),
    ]
    rows = model.rows("follow_up_sla", QUARTER)
    write_rows(tmp_path / "rows.csv", model.named(rows))
    with (tmp_path / "rows.csv").open(encoding="utf-8-sig", newline="") as file:
        written = list(csv.DictReader(file))
    assert [row["user_id"] for row in written] == rows["user_id"].to_pylist()
    assert {row["user_id"]: row["user_name"] for row in written}["U1"] == "Ada Placeholder"
    assert written[0]["account_name"].startswith("Osprey")
    assert "opportunity_name" not in written[0], "these rows are about no opportunity"


@pytest.mark.parametrize("by", ["owner", "seller"])
def test_two_people_of_one_name_are_two_parts(model, by):
    split = model.metric("marketing_sourced_pipeline", QUARTER, by=by)
    assert {part.scope[by]: part.records for part in split.segments} == {
        "Ada Placeholder": 1,
        "Ben Placeholder (U3)": 1,
        "Ben Placeholder (ben@norvik.example)": 1,
        "U4": 1,
    }


def test_a_declared_dimension_of_people_is_by_name(model):
    split = model.metric("follow_up_sla", QUARTER, by="csm")
    assert [part.scope for part in split.segments] == [{"csm": "Ada Placeholder"}]


def test_a_record_page_calls_owner_and_success_manager_by_name(model):
    account = {fact.label: (fact.value, fact.kind) for fact in model.account("A0").facts}
    assert account["Owner"] == (("U1", "Ada Placeholder"), "id:user")
    assert account["Csm"] == (("U1", "Ada Placeholder"), "id:user")
    assert account["Account id"][0] == "A0"
    unnamed = {fact.label: fact.value for fact in model.account("A3").facts}
    assert unnamed["Owner"] == "U4"
    opportunity = model.opportunity("O0")
    facts = {fact.label: fact.value for fact in opportunity.facts}
    assert facts["Account"] == ("A0", "Osprey 0")
    [(_, history)] = [table for table in opportunity.tables if table[0] == "Values over time"]
    assert [row["owner"] for row in history] == ["Ada Placeholder"]
