"""What was landed and what was published stay what they were, or `trivet verify` says so."""

from __future__ import annotations

import json

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.numbers.warehouse.one_company_folder import company_folder, export_week
from trivet.jobs.run import run
from trivet.jobs.verify import verify


@pytest.fixture
def workspace(tmp_path):
    found = company_folder(tmp_path / "norvik")
    export_week(found.folder, 1)
    run(found)
    return found


def landing(workspace):
    [check] = [check for check in verify(workspace) if check.name == "landing"]
    return check


def rows_file(workspace):
    return next(workspace.landing.glob("*/opportunity/*/rows.parquet"))


def test_everything_holds_after_a_run(workspace):
    assert all(check.holds is not False for check in verify(workspace))
    assert landing(workspace).says.endswith("loads are as they were landed")


def test_a_landed_amount_that_somebody_changed_is_found(workspace):
    path = rows_file(workspace)
    rows = pq.read_table(path)
    changed = rows.set_column(
        rows.column_names.index("Amount"), "Amount", pa.array(["7"] * len(rows))
    )
    pq.write_table(changed, path)
    assert not landing(workspace).holds
    assert "other bytes than were landed" in landing(workspace).says


def test_a_load_of_a_trivet_that_noted_no_hash_is_held_to_its_rows(workspace):
    about = rows_file(workspace).with_name("load.json")
    told = json.loads(about.read_text("utf-8"))
    del told["rows_sha256"]
    about.write_text(json.dumps(told), "utf-8")
    assert landing(workspace).holds
    pq.write_table(pq.read_table(rows_file(workspace)).slice(1), rows_file(workspace))
    assert "rows, not" in landing(workspace).says
