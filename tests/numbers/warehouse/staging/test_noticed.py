"""What is read all the same is counted and said: rounding, and records that several rows say."""

from __future__ import annotations

import pytest

from tests.numbers.exports import COMPANY, CRM, feed, quarantine, rows, staged, workspace
from trivet.errors import SettingWrong
from trivet.jobs.run import run
from trivet.numbers.revenue_model import RevenueModel
from trivet.numbers.workspace.workspace import Workspace

OF_LINES = {"account_id": '"Customer"', "name": '"Name"', "country": '"Country"'}

LINES = """Line,Customer,Name,Country,Ordered,Amount
1,C1,Norvik,Norway,2026-01-05,10
2,C2,Brask,Sweden,2026-01-06,20
3,C1,Norvik,Denmark,2026-03-01,30
4,C1,Norvik,Norway,2026-02-01,40
5,C2,Brask,Sweden,,50
6,C3,Dorn,,2026-01-01,60
"""

INVOICES = {
    "invoice_line_id": '"Line"',
    "account_id": '"Customer"',
    "invoiced_on": '"Ordered"',
    "amount": '"Amount"',
}

NOTICED = "select kind, column_name, number from staged.noticed order by all"


def test_of_order_lines_each_customer_is_one_account_as_the_newest_line_says(tmp_path):
    accounts = feed("account", OF_LINES, distinct='"newest"', newest_by='"Ordered"')
    connection = staged(workspace(tmp_path, accounts, {"lines.csv": LINES}))
    query = "select account_id, country, file_row from staged.account order by all"
    assert rows(connection, query) == [("C1", "Denmark", 3), ("C2", "Sweden", 2), ("C3", None, 6)]
    assert quarantine(connection) == []
    # That two lines of a customer differ is told, not called a duplicate.
    assert rows(connection, NOTICED) == [("conflicting", "country", 1), ("repeated", "", 3)]
    counts = "select rows, staged_rows, quarantined_rows, not_applicable_rows, repeated_rows"
    assert rows(connection, f"{counts} from staged.feed") == [(6, 3, 0, 0, 3)]


def test_or_as_the_first_line_says(tmp_path):
    accounts = feed("account", OF_LINES, distinct='"first"')
    connection = staged(workspace(tmp_path, accounts, {"lines.csv": LINES}))
    query = "select account_id, country from staged.account order by all"
    assert rows(connection, query) == [("C1", "Norway"), ("C2", "Sweden"), ("C3", None)]


def test_a_value_that_only_some_lines_have_is_a_difference(tmp_path):
    accounts = feed("account", OF_LINES, distinct='"first"')
    lines = "Customer,Name,Country\nC1,Norvik,\nC1,Norvik,Norway\nC2,Brask,\nC2,Brask,\n"
    connection = staged(workspace(tmp_path, accounts, {"lines.csv": lines}))
    assert rows(connection, NOTICED) == [("conflicting", "country", 1), ("repeated", "", 2)]


def test_a_line_whose_date_cannot_be_read_is_not_taken_for_the_oldest(tmp_path):
    accounts = feed("account", OF_LINES, distinct='"newest"', newest_by='"Ordered"')
    of = workspace(tmp_path, accounts, {"lines.csv": LINES.replace("2026-03-01", "in March")})
    assert quarantine(staged(of)) == [(3, "Ordered", "in March", "unreadable_date")]


def test_two_feeds_of_one_file_say_each_account_once(tmp_path):
    bill = feed("account", OF_LINES, distinct='"first"')
    ship = feed("account", OF_LINES | {"account_id": '"Ship to"'}, distinct='"first"')
    lines = "Customer,Ship to,Name,Country\nC1,C2,a,b\nC2,C3,a,b\nC1,C3,a,b\n"
    connection = staged(workspace(tmp_path, bill + ship, {"lines.csv": lines}))
    found = rows(connection, "select account_id from staged.account order by all")
    assert found == [("C1",), ("C2",), ("C3",)]
    assert quarantine(connection) == []
    assert rows(connection, "select staged_rows, repeated_rows from staged.feed order by all") == [
        (1, 2),
        (2, 1),
    ]


@pytest.mark.parametrize("how", [{"distinct": '"newest"'}, {"newest_by": '"Ordered"'}])
def test_the_newest_row_is_the_newest_by_a_date(tmp_path, how):
    with pytest.raises(SettingWrong, match="go together"):
        workspace(tmp_path, feed("account", OF_LINES, **how), {})


def test_amounts_with_more_decimals_than_their_currency_are_counted(tmp_path):
    columns = {
        "opportunity_id": '"Id"',
        "stage": '{ constant = "Proposal" }',
        "amount": '"Amount"',
        "acv": '{ column = "Month", times = 12 }',
        "currency": '"Currency"',
    }
    lines = "Id,Amount,Month,Currency\n"
    lines += "a,1.005,1.005,USD\nb,1000.5,1,JPY\nc,1.005,,KWD\nd,1000,1.5,JPY\ne,12.50,1,\n"
    # What is not counted is not called rounded: a bad row, a duplicate.
    lines += "a,9.999,,USD\n,9.999,,USD\n"
    connection = staged(workspace(tmp_path, feed("opportunity", columns), {"x.csv": lines}))
    assert rows(connection, NOTICED) == [("rounded", "amount", 2)]
    assert rows(connection, "select amount_minor from staged.opportunity order by file_row") == [
        (100,), (1000,), (1005,), (1000,), (1250,),
    ]  # fmt: skip


@pytest.fixture
def flat(tmp_path):
    """Order lines that feed accounts and invoices, an amount of them with three decimals."""
    text = LINES.replace(",10\n", ",10.005\n").replace(",,50\n", ",2026-02-02,50.50\n")
    accounts = feed("account", OF_LINES, "lines*.csv", distinct='"newest"', newest_by='"Ordered"')
    invoices = feed("invoice_line", INVOICES, "lines*.csv")
    return workspace(tmp_path, accounts + invoices, {"lines-1.csv": text})


def noticed(of: Workspace) -> list[tuple[object, ...]]:
    model = RevenueModel.open(of.folder)
    try:
        found = model.data()["noticed"]
        assert isinstance(found, list)
        return [(f["table"], f["kind"], f["column"], f["number"], str(f["says"])) for f in found]
    finally:
        model.close()


def test_what_was_noticed_is_said_and_a_next_build_counts_as_one_from_nothing(flat):
    done = run(flat)
    assert (done.rounded, done.quarantined) == (1, 0)
    said = noticed(flat)
    assert said == [
        (
            "invoice_line", "rounded", "amount", 1,
            "1 amount of amount has more decimals than its currency; it was rounded",
        ),
        (
            "account", "repeated", "", 3,
            "3 rows say a record again; another row of the record counts",
        ),
        (
            "account", "conflicting", "country", 1,
            "1 record has rows that differ in country; one of them counts",
        ),
    ]  # fmt: skip
    (flat.folder / "lines-2.csv").write_text(
        "Line,Customer,Name,Country,Ordered,Amount\n7,C4,Falk,Norway,2026-04-01,5.0015\n"
    )
    done = run(flat)
    grown = noticed(flat)
    assert done.rounded == 2
    assert [row[3] for row in grown] == [2, 3, 1]
    run(flat, force=True)
    assert noticed(flat) == grown
    assert run(flat).rounded == 2


def test_a_company_by_hand_notices_nothing(tmp_path):
    company = workspace(tmp_path, "", {}, COMPANY, CRM)
    assert rows(staged(company), NOTICED) == []
