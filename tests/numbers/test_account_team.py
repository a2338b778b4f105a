"""Whose accounts somebody opens is what the CRM says: owner or customer success manager."""

from __future__ import annotations

import pyarrow as pa

from tests.numbers.warehouse.one_company_folder import company_folder, export_week
from trivet.jobs.run import run
from trivet.numbers.revenue_model import AccountTeam, RevenueModel
from trivet.numbers.revenue_model.account_team import account_team, rows_of_team


class Tables:
    """Three accounts and two opportunities, asked as the warehouse is."""

    def __init__(self) -> None:
        import duckdb

        self.connection = duckdb.connect()
        self.connection.execute(
            "create table crm_user as select * from (values ('u1', 'Ilya@norvik.example'),"
            " ('u2', 'nilo@norvik.example')) as t(user_id, email);"
            "create table account as select * from (values ('a1', 'u1', 'u2'), ('a2', 'u2', 'u1'),"
            " ('a3', 'u2', 'u2')) as t(account_id, owner_id, csm_id);"
            "create table opportunity as select * from (values ('o1', 'a3', 'u1'),"
            " ('o2', 'a3', 'u2')) as t(opportunity_id, account_id, owner_id)"
        )

    def rows(self, query: str, asked: dict[str, object]) -> pa.Table:
        return self.connection.execute(query, asked).to_arrow_table()


def test_owned_looked_after_and_sold_to_are_own_and_nothing_else():
    found = account_team(Tables(), "ilya@NORVIK.example")
    assert found == AccountTeam(frozenset({"a1", "a2", "a3"}), frozenset({"o1"}))
    assert account_team(Tables(), "") == AccountTeam(frozenset(), frozenset())
    assert account_team(Tables(), "nobody@norvik.example").accounts == frozenset()


def test_a_row_that_names_no_account_is_nobodys():
    rows = pa.table({"account_id": ["a1", "a9", None], "numerator": [1, 2, 3]})
    team = AccountTeam(frozenset({"a1"}), frozenset({"o1"}))
    assert rows_of_team(rows, team)["numerator"].to_pylist() == [1]
    assert len(rows_of_team(pa.table({"numerator": [1]}), team)) == 0


def test_a_real_build_can_be_asked(tmp_path):
    workspace = company_folder(tmp_path / "norvik")
    export_week(workspace.folder, 1)
    run(workspace)
    model = RevenueModel.open(workspace.folder)
    team = model.account_team("nobody@norvik.example")
    assert team == AccountTeam(frozenset(), frozenset())
    page = model.row_page("marketing_sourced_pipeline", "2026", team=team)
    assert page.total == 0
    assert model.account_of("no such opportunity") == ""
