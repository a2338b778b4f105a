"""A record that names nobody who is loaded is said, with what to do: it is in no figure."""

from __future__ import annotations

from tests.command import trivet
from tests.company import company
from trivet.numbers.revenue_model.references import references


def found_in(made):
    return {(r["table"], r["column"]): r for r in references(made.measurement.engine)}


def counts(row):
    return row["rows"], row["empty"], row["unknown"]


def test_records_that_name_nobody_and_nobody_loaded_are_counted_apart():
    with company() as made:
        made.add("account", account_id="A1")
        made.add("contact", contact_id="C1", account_id="A1")
        for number, account in enumerate(["A1", "A9", None]):
            made.add(
                "opportunity", opportunity_id=f"O{number}", account_id=account, stage="Created",
                amount="1", created_at="2026-05-01",
            )  # fmt: skip
        for number, contact in enumerate(["C1", "C8", "C9"]):
            made.add(
                "touchpoint", touchpoint_id=f"T{number}", contact_id=contact, kind="form",
                touched_at="2026-05-01",
            )  # fmt: skip
        made.add("opportunity_contact_role", opportunity_id="O1", contact_id="C9")
        made.add("opportunity_contact_role", opportunity_id="O9", contact_id="C1")
        found = found_in(made)
    assert counts(found["opportunity", "account_id"]) == (3, 1, 1)
    assert counts(found["touchpoint", "contact_id"]) == (3, 0, 2)
    assert counts(found["opportunity_contact_role", "contact_id"]) == (2, 0, 1)
    assert counts(found["opportunity_contact_role", "opportunity_id"]) == (2, 0, 1)
    assert found["contact", "account_id"]["remedy"] == ""


def test_what_to_do_depends_on_why_nobody_is_found():
    with company() as made:
        for number in range(2):
            made.add("touchpoint", touchpoint_id=f"T{number}", contact_id=f"vid-{number}",
                     kind="form", touched_at="2026-05-01")  # fmt: skip
        assert "add a feed" in found_in(made)["touchpoint", "contact_id"]["remedy"]
        made.add("contact", contact_id="C1")
        assert "another kind of id" in found_in(made)["touchpoint", "contact_id"]["remedy"]
        made.add("touchpoint", touchpoint_id="T9", contact_id="C1", kind="form",
                 touched_at="2026-05-01")  # fmt: skip
        assert "Export those records too" in found_in(made)["touchpoint", "contact_id"]["remedy"]
        made.add("opportunity", opportunity_id="O1", stage="Created", amount="1")
        assert "Map the column" in found_in(made)["opportunity", "account_id"]["remedy"]


def test_a_person_known_under_two_ids_and_a_test_person_are_loaded():
    with company() as made:
        made.add("contact", contact_id="C1", email="ada@fjordlight.example")
        made.add("contact", contact_id="C2", merged_into_id="C1")
        made.add("contact", contact_id="C3", is_test=True)
        for number in (1, 2, 3):
            made.add("touchpoint", touchpoint_id=f"T{number}", contact_id=f"C{number}", kind="form",
                     touched_at="2026-05-01")  # fmt: skip
        found = found_in(made)
    assert counts(found["touchpoint", "contact_id"]) == (3, 0, 0)


def test_stages_made_from_opportunities_are_no_loaded_history():
    with company() as made:
        for number in range(3):
            made.add("opportunity", opportunity_id=f"O{number}", account_id="A1", stage="Qualified",
                     amount="1", created_at="2026-05-01")  # fmt: skip
        for number in (2, 8, 9):
            made.add("opportunity_stage_history", opportunity_id=f"O{number}", stage="Created",
                     entered_at="2026-04-01")  # fmt: skip
        found = found_in(made)["opportunity_stage_history", "opportunity_id"]
        [fact] = made.measurement.engine.rows(
            "select rows, derived from source_fact where table_name = 'opportunity_stage_history'"
        ).to_pylist()
        [(every,)] = made.measurement.engine.pairs("select count(*) from opportunity_stage_history")
    assert counts(found) == (3, 0, 2)
    assert fact["rows"] == 3
    assert fact["rows"] + fact["derived"] == every
    assert fact["derived"] > 0


def test_touchpoints_made_of_responses_are_derived():
    with company() as made:
        made.add("crm_campaign", campaign_id="K1")
        made.add("contact", contact_id="C1")
        made.add("campaign_membership", campaign_id="K1", contact_id="C1", responded=True,
                 first_responded_at="2026-05-01")  # fmt: skip
        made.add("touchpoint", touchpoint_id="T1", contact_id="C1", kind="form",
                 touched_at="2026-05-01")  # fmt: skip
        [fact] = made.measurement.engine.rows(
            "select rows, derived from source_fact where table_name = 'touchpoint'"
        ).to_pylist()
    assert (fact["rows"], fact["derived"]) == (1, 1)


TOML = """
format = 1
[company]
name = "Norvik Analytics"
currency = "USD"
[stages]
open = ["Qualified"]
qualified_from = "Qualified"
[[source]]
name = "crm"
system = "crm"
[[source.feed]]
table = "opportunity"
files = ["opportunity.csv"]
[source.feed.columns]
opportunity_id = "Id"
account_id = "AccountId"
stage = "Stage"
[[source.feed]]
table = "touchpoint"
files = ["touch.csv"]
[source.feed.columns]
contact_id = "Who"
touched_at = "At"
kind = { constant = "form" }
"""


def test_the_command_line_says_them_in_words_and_that_one_source_joins_nothing(tmp_path):
    (tmp_path / "trivet.toml").write_text(TOML)
    (tmp_path / "opportunity.csv").write_text("Id,AccountId,Stage\nO1,,Qualified\n")
    (tmp_path / "touch.csv").write_text("Who,At\nC1,2026-05-01\nC2,2026-05-01\n")
    assert trivet("run", tmp_path).status == 0
    said = trivet("data", tmp_path)
    assert "touchpoint: 2 of 2 name a contact that is not loaded" in said.out
    assert "opportunity: 1 of 1 name no account" in said.out
    assert "One source only: nothing to join." in said.out
    found = trivet("data", tmp_path, "--json").json
    assert found["identity"] == []
    [lost] = [r for r in found["references"] if r["unknown"]]
    assert lost == {
        "source": "crm",
        "table": "touchpoint",
        "column": "contact_id",
        "refers_to": "contact",
        "rows": 2,
        "empty": 0,
        "unknown": 2,
        "remedy": lost["remedy"],
    }
    assert lost["remedy"]
