from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from tests.numbers.exports import CRM, feed, quarantine, rows, staged, workspace
from trivet.numbers.warehouse.staging.stage import READERS

ACCOUNT = {"account_id": '"Id"', "parent_id": '"Parent"'}
MAP = '[[source]]\nname = "map"\nsystem = "marketing_automation"\n'


REAL_EXPORT = Path(__file__).parents[3] / "real_inputs" / "salesforce_workshop_export" / "data"


@pytest.mark.parametrize("name", ["Account", "Contact", "Lead", "Opportunity", "Campaign", "Task"])
def test_the_long_form_is_the_one_that_salesforce_itself_exports(name):
    connection = duckdb.connect()
    connection.execute(READERS.read_text("utf-8"))
    found = connection.execute(
        "select count(*), count(*) filter (where read_salesforce_id(Id[:15]) = Id)"
        " from read_csv($file, all_varchar = true)",
        {"file": str(REAL_EXPORT / f"{name}.csv")},
    ).fetchone()
    assert found is not None
    assert found[0] == found[1] > 0


def test_salesforces_short_and_long_ids_are_one(tmp_path):
    lines = "Id,Parent\n001D000000IRFmaIAH,\n001D000000IRFmb,001D000000IRFma\n"
    of = workspace(tmp_path, feed("account", ACCOUNT), {"a.csv": lines})
    assert rows(staged(of), "select account_id, parent_id from staged.account order by all") == [
        ("001D000000IRFmaIAH", None),
        ("001D000000IRFmbIAH", "001D000000IRFmaIAH"),
    ]


def test_the_same_account_under_both_forms_is_a_duplicate(tmp_path):
    lines = "Id,Parent\n001D000000IRFma,\n001D000000IRFmaIAH,\n"
    connection = staged(workspace(tmp_path, feed("account", ACCOUNT), {"a.csv": lines}))
    assert quarantine(connection) == [(2, "account_id", "001D000000IRFmaIAH", "duplicate_id")]


def test_what_refers_to_the_crm_from_elsewhere_has_the_crms_form(tmp_path):
    feeds = (
        feed("account", {"account_id": '"Id"'}, "crm.csv")
        + MAP
        + feed("account", {"account_id": '"Key"', "crm_id": '"Crm"'}, "map.csv")
    )
    files = {"crm.csv": "Id\n001D000000IRFmaIAH\n", "map.csv": "Key,Crm\n1,001D000000IRFma\n"}
    connection = staged(workspace(tmp_path, feeds, files))
    found = rows(connection, "select account_id, crm_id from staged.account where source = 'map'")
    assert found == [("1", "001D000000IRFmaIAH")]


def test_another_systems_ids_of_fifteen_letters_stay_as_they_are(tmp_path):
    lines = "Id,Parent\nACC000000000001,\nACC000000000002,ACC000000000001\n"
    of = workspace(tmp_path, feed("account", ACCOUNT), {"a.csv": lines})
    assert rows(staged(of), "select account_id from staged.account order by all") == [
        ("ACC000000000001",),
        ("ACC000000000002",),
    ]


TOUCH = {"contact_id": '"Who"', "touched_at": '"When"', "kind": '"What"'}


def test_a_touch_without_an_id_is_the_same_one_in_the_next_export(tmp_path):
    files = {
        "jan.csv": "Who,When,What\n1,2026-01-01T10:00:00Z,form\n1,2026-01-01T10:00:00Z,form\n",
        "feb.csv": "What,Who,When,More\nform,1,2026-01-01 10:00,x\nform,1,2026-02-01 10:00,x\n",
    }
    connection = staged(workspace(tmp_path, feed("touchpoint", TOUCH), files, source=CRM))
    ids = rows(connection, "select count(*), count(distinct touchpoint_id) from staged.touchpoint")
    assert ids == [(3, 2)]
    assert [row[3] for row in quarantine(connection)] == ["duplicate_id"]


def test_two_equal_invoice_lines_are_two_sales_and_the_next_export_does_not_make_four(tmp_path):
    columns = {"account_id": '"A"', "invoiced_on": '"On"', "amount": '"Sum"'}
    lines = "A,On,Sum\na,2026-01-01,50\na,2026-01-01,50\n"
    files = {"jan.csv": lines, "feb.csv": lines + "a,2026-02-01,50\n"}
    connection = staged(workspace(tmp_path, feed("invoice_line", columns), files))
    assert quarantine(connection) == []
    assert rows(
        connection, "select count(*), count(distinct invoice_line_id) from staged.invoice_line"
    ) == [(5, 3)]


def test_a_subscription_without_an_id_stays_the_same_when_its_end_becomes_known(tmp_path):
    columns = {"account_id": '"A"', "arr": '"Arr"', "starts_on": '"S"', "ends_on": '"E"'}
    files = {
        "jan.csv": "A,Arr,S,E\na,50,2026-01-01,\n",
        "feb.csv": "A,Arr,S,E\na,50,2026-01-01,2026-12-31\n",
    }
    connection = staged(workspace(tmp_path, feed("subscription", columns), files))
    assert rows(
        connection, "select count(*), count(distinct subscription_id) from staged.subscription"
    ) == [(2, 1)]


def test_a_field_historys_values_have_one_form_whatever_the_export_writes(tmp_path):
    columns = {
        "opportunity_id": '"Id"',
        "field": '{ column = "Field", values = { Amount = "amount", StageName = "stage",'
        ' CloseDate = "close_on" } }',
        "changed_at": '"At"',
        "old_value": '"Old"',
        "new_value": '"New"',
    }
    history = feed(
        "opportunity_field_history", columns, decimal_comma="true", date_format='"%d.%m.%Y"'
    )
    lines = (
        "Id;Field;At;Old;New\n"
        "1;Amount;01.03.2026;;1.234,50\n"
        "1;StageName;01.03.2026;proposal;CLOSED WON\n"
        "1;CloseDate;01.03.2026;31.03.2026;30.04.2026\n"
        "1;Description;01.03.2026;old;1.234,50\n"
    )
    connection = staged(workspace(tmp_path, history, {"h.csv": lines}))
    assert rows(
        connection,
        "select old_value, new_value from staged.opportunity_field_history order by file_row",
    ) == [
        (None, "1234.500000"),
        ("Proposal", "Closed Won"),
        ("2026-03-31", "2026-04-30"),
        ("old", "1.234,50"),
    ]


def test_a_field_historys_value_that_cannot_be_read_is_set_aside_and_named(tmp_path):
    columns = {
        "opportunity_id": '"Id"',
        "field": '"Field"',
        "changed_at": '"At"',
        "old_value": '"Old"',
        "new_value": '"New"',
    }
    lines = (
        "Id,Field,At,Old,New\n"
        "1,amount,2026-03-01,,lots\n"
        "1,amount,2026-03-02,,\n"
        "1,stage,2026-03-01,Proposal,Somewhere\n"
        "1,close_on,2026-03-01,never,2026-04-30\n"
        "1,description,2026-03-01,old,anything\n"
        "1,owner_id,2026-03-01,,U1\n"
    )
    connection = staged(
        workspace(tmp_path, feed("opportunity_field_history", columns), {"h.csv": lines})
    )
    assert rows(
        connection,
        "select file_row, column_name, value, rule from quarantine order by file_row",
    ) == [
        (1, "new_value", "lots", "unreadable_number"),
        (3, "new_value", "Somewhere", "unknown_stage"),
        (4, "old_value", "never", "unreadable_date"),
    ]
    assert rows(connection, "select count(*) from staged.opportunity_field_history") == [(3,)]
