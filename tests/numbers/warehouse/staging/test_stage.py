from __future__ import annotations

from datetime import UTC, datetime

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.numbers.exports import (
    COMPANY,
    CRM,
    LANDED_AT,
    OPPORTUNITY,
    Error,
    feed,
    quarantine,
    rows,
    staged,
    workbook,
    workspace,
)
from trivet.errors import AuditFailed, ColumnMissing
from trivet.numbers.warehouse.landing import land
from trivet.numbers.warehouse.staged_schema import staged_columns
from trivet.numbers.warehouse.staging import stage
from trivet.numbers.warehouse.staging.stage import _Staging
from trivet.numbers.warehouse.tables import TABLES
from trivet.numbers.workspace.workspace import Workspace

HEADINGS = "Id,Stage,Amount,Created,Close\n"
DEALS = feed("opportunity", OPPORTUNITY)


def deals(tmp_path, lines: str, feeds: str = DEALS, company: str = COMPANY):
    return staged(workspace(tmp_path, feeds, {"deals.csv": HEADINGS + lines}, company))


def test_every_table_is_there_though_nothing_feeds_it(tmp_path):
    connection = staged(workspace(tmp_path, "", {}, source=""))
    for table in TABLES:
        found = connection.execute(f"describe staged.{table.name}").fetchall()
        assert {row[0]: row[1].lower().replace(",", ", ") for row in found} == staged_columns(table)


def test_a_row_carries_where_it_came_from(tmp_path):
    connection = deals(tmp_path, "a,Proposal,1,,\nb,Proposal,2,,\n")
    assert rows(
        connection,
        "select opportunity_id, source, file, file_row, exported_at from staged.opportunity",
    ) == [
        ("a", "crm", "deals.csv", 1, LANDED_AT.replace(tzinfo=None)),
        ("b", "crm", "deals.csv", 2, LANDED_AT.replace(tzinfo=None)),
    ]


def test_a_bad_row_is_put_aside_with_its_place_and_the_good_ones_go_on(tmp_path):
    connection = deals(
        tmp_path,
        "a,Proposal,100,2026-01-01,2026-03-01\n"
        "b,Negotiating,100,2026-01-01,2026-03-01\n"
        ",Proposal,100,2026-01-01,2026-03-01\n"
        "d,Proposal,N/A,2026-01-01,2026-03-01\n"
        "e,Proposal,100,2026-13-01,2026-03-01\n"
        "f,Proposal,100\n"
        "a,Proposal,999,2026-01-01,2026-03-01\n"
        "h,Closed Won,100,2026-05-01,2026-03-01\n"
        "i,Proposal,100,2026-07-03,\n"
        "j,Closed Lost,100,2026-01-01,2026-08-01\n",
    )
    assert rows(connection, "select opportunity_id, amount_minor from staged.opportunity") == [
        ("a", 10000)
    ]
    assert quarantine(connection) == [
        (2, "stage", "Negotiating", "unknown_stage"),
        (3, "opportunity_id", None, "missing_required"),
        (4, "amount", "N/A", "unreadable_number"),
        (5, "created_at", "2026-13-01", "unreadable_date"),
        (6, None, "f,Proposal,100", "unreadable_row"),
        (7, "opportunity_id", "a", "duplicate_id"),
        (8, "close_on", "2026-03-01", "impossible_date"),
        (9, "created_at", "2026-07-03", "impossible_date"),
        (10, "close_on", "2026-08-01", "impossible_date"),
    ]
    [(file, load_id, says)] = rows(
        connection, "select file, load_id, says from quarantine where file_row = 2"
    )
    assert file == "deals.csv"
    assert rows(connection, "select load_id from staged.feed") == [(load_id,)]
    assert "The stage 'Negotiating' is not in [stages]" in str(says)
    assert "add it to open, won or lost" in str(says)


def test_a_rows_first_problem_is_told_and_the_row_counted_once(tmp_path):
    connection = deals(tmp_path, "a,Dreaming,N/A,never,never\n")
    assert quarantine(connection) == [(1, "stage", "Dreaming", "unknown_stage")]


def test_an_open_deal_may_hope_for_any_close_date(tmp_path):
    connection = deals(tmp_path, "a,Proposal,1,2026-05-01,2026-03-01\nb,Proposal,1,,2099-01-01\n")
    assert quarantine(connection) == []


def test_a_subscription_does_not_end_before_it_starts(tmp_path):
    columns = {
        "account_id": '"A"',
        "arr": '"Arr"',
        "starts_on": '"Start"',
        "ends_on": '"End"',
    }
    lines = "A,Arr,Start,End\na,1,2026-01-01,2026-01-01\nb,1,2026-01-02,2026-01-01\n"
    connection = staged(workspace(tmp_path, feed("subscription", columns), {"s.csv": lines}))
    assert quarantine(connection) == [(2, "ends_on", "2026-01-01", "impossible_date")]


def test_rows_that_are_no_record_of_the_table_are_counted_and_not_called_bad(tmp_path):
    columns = {
        "contact_id": '"Id"',
        "stage": '{ constant = "mql" }',
        "entered_at": '"MQL"',
    }
    people = feed(
        "lifecycle_stage_history",
        columns,
        when_present='["MQL"]',
        only='{ Deleted = ["", "0"] }',
    )
    lines = "Id,MQL,Deleted\n1,2026-01-01,\n2,,0\n3,2026-01-01,1\n4,2026-01-01,0\n5,x,0\n"
    connection = staged(workspace(tmp_path, people, {"people.csv": lines}))
    assert rows(
        connection,
        "select rows, staged_rows, quarantined_rows, not_applicable_rows from staged.feed",
    ) == [(5, 2, 1, 2)]


def test_a_load_whose_rows_do_not_add_up_stops_the_build(tmp_path, monkeypatch):
    columns = {"account_id": '"A"', "arr": '"Arr"', "starts_on": '"Start"'}
    lines = "A,Arr,Start\na,1,2026-01-01\nb,1,soon\nc,2,2026-01-01\n"
    company = workspace(tmp_path, feed("subscription", columns), {"s.csv": lines})
    monkeypatch.setattr(_Staging, "_quarantine", lambda *_: 0)
    with pytest.raises(AuditFailed, match=r"s\.csv has 3 rows as subscription.*staged_rows 2"):
        staged(company)


def test_one_file_may_feed_one_table_twice(tmp_path):
    def became(stage_name: str, column: str) -> str:
        columns = {
            "contact_id": '"Id"',
            "stage": f'{{ constant = "{stage_name}" }}',
            "entered_at": f'"{column}"',
        }
        return feed("lifecycle_stage_history", columns, when_present=f'["{column}"]')

    lines = "Id,MQL,SQL\n1,2026-01-01,2026-02-01\n2,2026-01-01,\n1,2026-01-01,2026-03-01\n"
    of = workspace(tmp_path, became("mql", "MQL") + became("sql", "SQL"), {"people.csv": lines})
    connection = staged(of)
    assert rows(
        connection, "select stage, contact_id from staged.lifecycle_stage_history order by all"
    ) == [("mql", "1"), ("mql", "2"), ("sql", "1"), ("sql", "1")]
    assert rows(
        connection, "select staged_rows, quarantined_rows, not_applicable_rows from staged.feed"
    ) == [(2, 1, 0), (2, 0, 1)]


def test_two_feeds_of_one_table_each_take_their_own_files(tmp_path):
    east = feed("account", {"account_id": '"Id"'}, "east*.csv")
    west = feed("account", {"account_id": '"Key"'}, "west*.csv")
    files = {"east.csv": "Id\n1\n", "west.csv": "Key\n2\n"}
    connection = staged(workspace(tmp_path, east + west, files))
    assert rows(connection, "select account_id, file from staged.account order by all") == [
        ("1", "east.csv"),
        ("2", "west.csv"),
    ]


def test_all_loads_stay_with_the_instant_they_speak_of(tmp_path):
    of = workspace(tmp_path, DEALS, {"deals.csv": HEADINGS + "a,Proposal,1,,\n"})
    land(of, now=LANDED_AT)
    (tmp_path / "deals.csv").write_text(HEADINGS + "a,Closed Won,1,,2026-07-02\n")
    connection = staged(of, datetime(2026, 7, 3, tzinfo=UTC))
    assert rows(
        connection, "select stage, exported_at::date::varchar from staged.opportunity order by 2"
    ) == [("Proposal", "2026-07-01"), ("Closed Won", "2026-07-03")]


def test_a_column_mapped_later_is_empty_in_older_exports_and_missing_in_the_newest_is_an_error(
    tmp_path,
):
    few = feed("opportunity", {"opportunity_id": '"Id"', "stage": '"Stage"'})
    of = workspace(tmp_path, few, {"deals.csv": "Id,Stage\na,Proposal\n"})
    land(of, now=LANDED_AT)
    (tmp_path / "deals.csv").write_text(HEADINGS + "a,Proposal,5,,\n")
    connection = staged(workspace(tmp_path, DEALS, {}), datetime(2026, 7, 3, tzinfo=UTC))
    assert rows(connection, "select amount_minor from staged.opportunity") == [(None,), (500,)]
    mapped = rows(connection, "select len(columns_mapped) from staged.feed order by exported_at")
    assert mapped == [(2,), (5,)]

    columns = OPPORTUNITY | {"name": '"Amout"'}
    (tmp_path / "trivet.toml").write_text(COMPANY + CRM + feed("opportunity", columns))
    with pytest.raises(ColumnMissing, match="no column 'Amout' \\(did you mean 'Amount'\\?\\)"):
        stage(connection, Workspace.open(tmp_path))


def test_csv_parquet_and_workbook_give_the_same_rows(tmp_path):
    records = [("a", "Proposal", 1234.5, "2026-01-01", "2026-03-01"), ("b", "Proposal", 7, "", "")]
    lines = "".join(",".join(map(str, record)) + "\n" for record in records)
    connection = deals(tmp_path / "csv", lines)
    query = "select * exclude (file, load_id) from staged.opportunity order by file_row"
    expected = rows(connection, query)
    assert len(expected) == 2

    names = HEADINGS.strip().split(",")
    folder = tmp_path / "parquet"
    of = workspace(folder, feed("opportunity", OPPORTUNITY, "deals.parquet"), {})
    columns = [
        pa.array([record[place] or None for record in records]) for place in range(len(names))
    ]
    pq.write_table(pa.table(columns, names), folder / "deals.parquet")
    assert rows(staged(of), query) == expected

    folder = tmp_path / "workbook"
    of = workspace(folder, feed("opportunity", OPPORTUNITY, "deals.xlsx"), {})
    cells = [[cell if cell != "" else None for cell in record] for record in records]
    workbook(folder / "deals.xlsx", {"Deals": [names, *cells]})
    assert rows(staged(of), query) == expected


def test_an_error_of_a_spreadsheet_is_neither_a_value_nor_an_empty_cell(tmp_path):
    columns = {
        "opportunity_id": '"Id"',
        "stage": '"Stage"',
        "amount": '"Amount"',
        "name": '{ joined = ["First", "Last"] }',
        "motion": '{ column = "Type", values = { New = "new_business" }, otherwise = "expansion" }',
        "lead_source": '"Source"',
    }
    heading = ["Id", "Stage", "Amount", "First", "Last", "Type", "Source", "Nobody maps this"]
    good = ["a", "Proposal", 5, "Ada", "Brask", "New", "Web", Error("#REF!")]
    cells = [good, ["b", "Proposal", None, *good[3:]]]
    for place, name in enumerate(heading[:-1]):
        broken: list[object] = [name, *good[1:]]
        broken[place] = ("=A1", None) if name == "Amount" else Error("#N/A")
        cells.append(broken)
    of = workspace(tmp_path, feed("opportunity", columns, "x.xlsx"), {})
    workbook(tmp_path / "x.xlsx", {"S": [heading, *cells]})
    connection = staged(of)
    assert rows(connection, "select opportunity_id, amount_minor from staged.opportunity") == [
        ("a", 500),
        ("b", None),
    ]
    assert quarantine(connection) == [
        (3, "opportunity_id", "#N/A", "spreadsheet_error"),
        (4, "stage", "#N/A", "spreadsheet_error"),
        (5, "amount", "#NOT CALCULATED!", "spreadsheet_error"),
        (6, "name", "#N/A Brask", "spreadsheet_error"),
        (7, "name", "Ada #N/A", "spreadsheet_error"),
        (8, "motion", "#N/A", "spreadsheet_error"),
        (9, "lead_source", "#N/A", "spreadsheet_error"),
    ]


def test_what_a_mapping_says_of_an_errors_text_is_taken(tmp_path):
    columns = OPPORTUNITY | {"lead_source": '{ column = "Source", values = { "#WOW!" = "#WOW!" } }'}
    deals = feed("opportunity", columns, missing='["#N/A"]')
    lines = "Id,Stage,Amount,Created,Close,Source\n"
    lines += "a,Proposal,#N/A,,,#WOW!\nb,Proposal,1,,,#REF!\nc,Proposal,1,,,#1 in town\n"
    connection = staged(workspace(tmp_path, deals, {"deals.csv": lines}))
    assert quarantine(connection) == [(2, "lead_source", "#REF!", "spreadsheet_error")]
    query = "select opportunity_id, amount_minor, lead_source from staged.opportunity"
    assert rows(connection, query) == [("a", None, "#WOW!"), ("c", 100, "#1 in town")]


def test_an_id_that_a_spreadsheet_has_shortened_is_no_id(tmp_path):
    lines = "1.23E+15,Proposal,1,,\n1.23457e+17,Proposal,1,,\nA\u200b1,Proposal,1,,\n"
    lines += "007,Proposal,1,,\n1E5,Proposal,1,,\nä+1,Proposal,1,,\n \u200eZ9\u200f,Proposal,1,,\n"
    connection = deals(tmp_path, lines)
    assert quarantine(connection) == [
        (1, "opportunity_id", "1.23E+15", "mangled_id"),
        (2, "opportunity_id", "1.23457e+17", "mangled_id"),
        (3, "opportunity_id", "A\u200b1", "mangled_id"),
    ]
    ids = rows(connection, "select opportunity_id from staged.opportunity order by file_row")
    assert ids == [("007",), ("1E5",), ("ä+1",), ("Z9",)]


def test_a_custom_dimension_comes_along_for_the_rows_that_are_staged(tmp_path):
    dimensions = '[dimensions]\ntier = { table = "account", column = "Customer Tier" }\n'
    accounts = feed("account", {"account_id": '"Id"'}, missing='["Select"]')
    lines = "Id,Customer Tier\na, Gold\nb,Select\n,Gold\na,Silver\n"
    of = workspace(tmp_path, accounts, {"accounts.csv": lines}, COMPANY + dimensions)
    assert rows(
        staged(of), "select dimension, table_name, record_id, value from staged.custom_value"
    ) == [("tier", "account", "a", "Gold")]


def test_a_custom_dimension_that_no_export_has_is_named(tmp_path):
    dimensions = '[dimensions]\ntier = { table = "account", column = "CustomerTier" }\n'
    accounts = feed("account", {"account_id": '"Id"'})
    of = workspace(tmp_path, accounts, {"a.csv": "Id,Customer Tier\n1,x\n"}, COMPANY + dimensions)
    with pytest.raises(ColumnMissing, match="did you mean 'Customer Tier'"):
        staged(of)


def test_columns_may_have_any_name(tmp_path):
    name = 'Stage"; drop table staged.feed; -- $1 {x} %'
    columns = {"opportunity_id": "'Id'", "stage": f"'{name}'"}
    heading = '"' + name.replace('"', '""') + '"'
    of = workspace(tmp_path, feed("opportunity", columns), {"d.csv": f"Id,{heading}\n1,Proposal\n"})
    assert rows(staged(of), "select stage from staged.opportunity") == [("Proposal",)]


def test_a_value_in_a_message_is_shown_as_it_is(tmp_path):
    connection = deals(tmp_path, 'a,"\'; drop table x; {value}",1,,\n')
    [(says,)] = rows(connection, "select says from quarantine")
    assert "'; drop table x; {value}" in str(says)


CELLS = st.sampled_from(
    ["a", "b", "Proposal", "closed won", "Nowhere", "1", "-2.50", "N/A", "", "2026-01-01",
     "2026-02-30", "0", "-", "1,000", "2027-01-01"]
)  # fmt: skip


@pytest.mark.slow
@settings(max_examples=25)
@given(st.lists(st.tuples(CELLS, CELLS, CELLS, CELLS, CELLS), max_size=12))
def test_no_row_is_lost_and_no_amount_is_made_up(tmp_path_factory, records):
    folder = tmp_path_factory.mktemp("workspace")
    lines = "".join(",".join(f'"{cell}"' for cell in record) + "\n" for record in records)
    connection = deals(folder, lines)
    [counts] = rows(
        connection,
        "select rows, staged_rows, quarantined_rows, not_applicable_rows from staged.feed",
    )
    kept = rows(connection, "select file_row, amount_minor from staged.opportunity")
    aside = rows(connection, "select file_row from quarantine")
    assert counts == (len(records), len(kept), len(aside), 0)
    assert sorted([row for row, _ in kept] + [row for (row,) in aside]) == list(
        range(1, len(records) + 1)
    )
    written = {"1": 100, "-2.50": -250, "": None, "0": 0, "1,000": 100000}
    for row, minor in kept:
        assert minor == written[records[int(str(row)) - 1][2]]


def test_an_amount_of_a_thousand_million_millions_is_a_slip(tmp_path):
    connection = deals(tmp_path, "a,Proposal,999999999999999.99,,\nb,Proposal,1000000000000000,,\n")
    assert rows(connection, "select opportunity_id, amount_minor from staged.opportunity") == [
        ("a", 99_999_999_999_999_999)
    ]
    assert quarantine(connection) == [(2, "amount", "1000000000000000", "unreadable_number")]
