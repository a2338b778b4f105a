"""Two records with one id are never silently one: a scope keeps them apart, else it is told."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from tests.numbers.warehouse.one_company_folder import build
from trivet.numbers.warehouse.publish import published

TOML = """
format = 1
[company]
name = "Norvik Analytics"
currency = "USD"
time_zone = "UTC"
[stages]
open = ["Qualified"]
qualified_from = "Qualified"
won = ["Closed Won"]
lost = ["Closed Lost"]
[[source]]
name = "crm"
system = "crm"
"""

FEED = """
[[source.feed]]
table = "{table}"
files = ["exports/{name}*.csv"]
{more}
[source.feed.columns]
{columns}
"""


def feed(table: str, name: str, columns: dict[str, str], *more: str) -> str:
    mapped = "\n".join(f"{column} = {read}" for column, read in columns.items())
    return FEED.format(table=table, name=name, columns=mapped, more="\n".join(more))


def folder_of(tmp_path: Path, *feeds: str, **files: str) -> Path:
    (tmp_path / "exports").mkdir()
    (tmp_path / "trivet.toml").write_text(TOML + "".join(feeds))
    for name, text in files.items():
        (tmp_path / "exports" / f"{name}.csv").write_text(text)
    build(tmp_path)
    return tmp_path


def asked(folder: Path, query: str) -> list[tuple[object, ...]]:
    builds = folder / "builds"
    with duckdb.connect(str(published(builds).path(builds)), read_only=True) as connection:
        return connection.execute(query).fetchall()


CONTACTS = {"contact_id": '"Id"', "name": '"Name"'}
LEADS = {**CONTACTS, "converted_into_id": '"Contact"'}
STAGES = {
    "contact_id": '{ first_of = ["LeadId", "ContactId"], scope = { LeadId = "lead" } }',
    "stage": '"Stage"',
    "entered_at": '"At"',
}
QUARANTINED = "select table_name, file, file_row, value, rule from quarantine order by all"


def test_a_lead_and_a_contact_with_one_number_are_two_people(tmp_path):
    folder = folder_of(
        tmp_path,
        feed("contact", "contacts", CONTACTS),
        feed("contact", "leads", LEADS),
        feed("lifecycle_stage_history", "stages", STAGES),
        contacts="Id,Name\n1,Ann\n2,Ben\n",
        leads="Id,Name,Contact\n1,Cyd,\n2,Dee,1\n",
        stages="LeadId,ContactId,Stage,At\n1,,mql,2026-01-05\n,1,sql,2026-01-06\n",
    )
    people = asked(folder, "select contact_id, name from contact order by all")
    # Dee was converted into the contact 1, which is Ann by now.
    assert people == [("1", "Ann"), ("2", "Ben"), ("lead:1", "Cyd")]
    assert asked(folder, QUARANTINED) == []
    assert asked(
        folder, "select contact_id, stage from lifecycle_stage_history order by entered_at"
    ) == [("lead:1", "mql"), ("1", "sql")]


def test_without_a_scope_the_same_number_in_two_exports_is_told_row_by_row(tmp_path):
    folder = folder_of(
        tmp_path,
        feed("contact", "contacts", CONTACTS),
        feed("contact", "leads", LEADS, 'scope = ""'),
        contacts="Id,Name\n1,Ann\n2,Ben\n3,Cyd\n",
        leads="Id,Name,Contact\n1,Dee,\n2,Eve,\n9,Fay,\n",
    )
    told = asked(folder, QUARANTINED)
    assert [(table, row, value, rule) for table, _, row, value, rule in told] == [
        ("contact", 1, "1", "id_collision"),
        ("contact", 2, "2", "id_collision"),
    ]
    assert len(asked(folder, "select contact_id from contact")) == 4
    [(file, says)] = asked(folder, "select file, says from quarantine where value = '1'")
    [counted] = {"exports/contacts.csv", "exports/leads.csv"} - {file}
    assert says.startswith(f"The contact '1' is also in {counted}, exported at the same time,")
    assert "give the feed of one a `scope`" in says


def test_the_same_record_in_two_files_of_one_day_is_no_collision(tmp_path):
    folder = folder_of(
        tmp_path,
        feed("contact", "contacts", CONTACTS),
        contacts_one="Id,Name\n1,Ann\n2,Ben\n",
        contacts_two="Id,Name\n1,Ann\n",
    )
    assert asked(folder, QUARANTINED) == []


def test_a_later_export_is_a_newer_version_and_no_collision(tmp_path):
    folder = folder_of(
        tmp_path,
        feed("contact", "contacts", CONTACTS, 'exported_on = "filename"'),
        **{"contacts_2026-01-01": "Id,Name\n1,Ann\n", "contacts_2026-01-02": "Id,Name\n1,Bea\n"},
    )
    assert asked(folder, QUARANTINED) == []
    assert asked(folder, "select name from contact") == [("Bea",)]


@pytest.mark.parametrize("length", [14, 15, 18])
def test_a_long_id_is_the_vendors_for_all_its_objects_and_needs_no_scope(tmp_path, length):
    key = "0" * length
    folder = folder_of(
        tmp_path, feed("contact", "leads", LEADS), leads=f"Id,Name,Contact\n{key},Ann,\n"
    )
    shown = key if length >= 15 else f"lead:{key}"
    assert asked(folder, "select contact_id from contact") == [(shown,)]


def test_a_scoped_record_is_found_by_its_bare_number_where_no_other_has_it(tmp_path):
    folder = folder_of(
        tmp_path,
        feed("contact", "contacts", CONTACTS),
        feed("contact", "leads", LEADS),
        feed(
            "lifecycle_stage_history",
            "stages",
            {"contact_id": '"Who"', "stage": '"Stage"', "entered_at": '"At"'},
        ),
        contacts="Id,Name\n1,Ann\n",
        leads="Id,Name,Contact\n1,Cyd,\n7,Dee,\n",
        stages="Who,Stage,At\n7,mql,2026-01-05\n1,mql,2026-01-06\n",
    )
    found = asked(folder, "select contact_id from lifecycle_stage_history order by entered_at")
    assert found == [("lead:7",), ("1",)]
