"""An old dump that nobody dated says which period to ask for, not only that there is nothing."""

from __future__ import annotations

import re

import pytest

from tests.command import trivet
from tests.numbers.warehouse.one_company_folder import TOML

UNDATED = TOML.replace('exported_on = "filename"\n', "")
CLOSED_IN_2021 = """Id,AccountId,StageName,Amount,CreatedDate,CloseDate
O1,A1,Closed Won,100,2021-01-05,2021-02-20
O2,A1,Closed Lost,100,2021-01-05,2021-03-30
O3,A1,Qualified,100,2021-01-05,2031-01-01
"""


@pytest.fixture
def workspace(tmp_path):
    (tmp_path / "exports").mkdir()
    (tmp_path / "exports" / "account_2021.csv").write_text("Id,Name,Segment\nA1,Fjordlight,SMB\n")
    (tmp_path / "exports" / "opportunity_2021.csv").write_text(CLOSED_IN_2021)
    return tmp_path


def test_a_dump_dated_by_its_landing_says_which_period_it_covers(workspace):
    (workspace / "trivet.toml").write_text(UNDATED)
    for command in ("run", "measure"):
        said = trivet(command, workspace)
        assert "the newest record is of 2021-03" in said.err
        assert "exported_on" in said.err
    [(metric, period)] = re.findall(r"`trivet metric (\w+) --period (\S+)`", said.err)
    assert period == "2021-Q1"
    assert trivet("metric", metric, workspace, "--period", period).status == 0


def test_a_dated_dump_needs_no_hint(workspace):
    dated = 'exported_on = "2021-04-20"\n[source.feed.columns]'
    (workspace / "trivet.toml").write_text(UNDATED.replace("[source.feed.columns]", dated))
    said = trivet("run", workspace)
    assert said.status == 0
    assert "newest record" not in said.err


def test_where_nothing_could_be_computed_another_period_is_no_help(workspace):
    (workspace / "trivet.toml").write_text(UNDATED)
    (workspace / "exports" / "opportunity_2021.csv").write_text(
        CLOSED_IN_2021.splitlines()[0] + "\n"
    )
    said = trivet("run", workspace)
    assert said.status == 0, said.err
    assert "newest record" not in said.err
