"""The command line: the answer on standard output, two sentences on standard error, a status."""

from __future__ import annotations

import csv
import json
from types import SimpleNamespace

import duckdb
import pytest

from tests.numbers.exports import COMPANY, feed, workspace
from tests.numbers.warehouse.build_shape import made_by_another_version
from tests.numbers.warehouse.one_company_folder import company_folder, export_week
from trivet.cli.main import COMMANDS, main
from trivet.errors import DimensionUnknown
from trivet.jobs.run import run
from trivet.numbers.revenue_model import RevenueModel
from trivet.numbers.workspace.workspace import Workspace


@pytest.fixture
def trivet(capsys):
    def call(*arguments):
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main([str(argument) for argument in arguments])
        said = capsys.readouterr()
        return SimpleNamespace(status=ended.value.code, out=said.out, err=said.err)

    return call


@pytest.fixture
def folder(tmp_path):
    workspace = company_folder(tmp_path / "norvik")
    export_week(workspace.folder, 1)
    return workspace.folder


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    workspace = company_folder(tmp_path_factory.mktemp("built") / "norvik")
    export_week(workspace.folder, 1)
    run(workspace)
    return workspace.folder


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_explains_itself(trivet, name):
    answer = trivet(name, "--help")
    assert answer.status == 0
    assert "Usage: trivet" in answer.out


def test_a_mistyped_command_is_told_what_was_meant(trivet):
    answer = trivet("metrik")
    assert answer.status == 2
    assert "Did you mean metric?" in answer.err


def test_a_folder_that_is_no_workspace_is_wrong_use_and_says_what_to_do(trivet, tmp_path):
    answer = trivet("run", tmp_path)
    assert answer.status == 2
    assert "is not a Trivet workspace" in answer.err
    assert "trivet init" in answer.err
    assert "Traceback" not in answer.err
    assert answer.out == ""


@pytest.mark.parametrize("command", ["run", "sync", "build", "measure"])
def test_a_workspace_that_names_no_export_says_so(trivet, tmp_path, command):
    assert trivet("init", tmp_path / "norvik").status == 0
    where = ("--folder", tmp_path / "norvik") if command == "sync" else (tmp_path / "norvik",)
    answer = trivet(command, *where)
    assert answer.status == 2
    assert "trivet.toml names no export" in answer.err
    assert "docs/reference/mapping.md" in answer.err
    assert answer.out == ""
    with (tmp_path / "norvik" / "trivet.toml").open("a") as file:
        file.write('[[source]]\nname = "crm"\nsystem = "crm"\n')
    assert trivet(command, *where).status == 2


@pytest.mark.parametrize("command", ["run", "build", "measure"])
@pytest.mark.parametrize("there", ["nothing", "a file", "a folder called trivet.toml"])
def test_what_is_no_workspace_is_wrong_use_for_every_command(trivet, tmp_path, command, there):
    place = tmp_path / "norvik"
    if there == "a file":
        place.touch()
    elif there != "nothing":
        (place / "trivet.toml").mkdir(parents=True)
    answer = trivet(command, place)
    assert answer.status == 2
    assert "is not a Trivet workspace" in answer.err


def test_a_workspace_never_built_says_to_run(trivet, folder):
    answer = trivet("metric", "win_rate", folder, "--period", "2026-Q1")
    assert answer.status == 1
    assert "trivet run" in answer.err


@pytest.mark.slow
@pytest.mark.parametrize(
    "asked", [("metric", "win_rate", "--period", "2026-Q2"), ("data",), ("measure",), ("verify",)]
)
def test_a_build_of_another_version_is_two_sentences_and_no_answer(trivet, folder, asked):
    run(Workspace.open(folder))
    made_by_another_version(folder, "alter table opportunity_fact drop column product")
    answer = trivet(*asked, folder)
    assert answer.status == 1
    assert "it has no opportunity_fact.product" in answer.err
    assert "trivet run" in answer.err
    assert "Traceback" not in answer.err
    assert answer.out == ""
    assert trivet("run", folder).status == 0
    assert trivet(*asked, folder).status in (0, 3)


def test_init_makes_a_workspace_and_never_overwrites_one(trivet, tmp_path):
    assert trivet("init", tmp_path / "acme").status == 0
    assert (tmp_path / "acme" / "trivet.toml").is_file()
    again = trivet("init", tmp_path / "acme")
    assert again.status == 2
    assert "already a Trivet workspace" in again.err


@pytest.mark.slow
def test_run_says_what_it_took_in_and_what_it_published(trivet, folder):
    first = trivet("run", folder)
    assert first.status == 0
    assert "2 exports with 22 rows" in first.out
    assert "Published b20" in first.out
    again = trivet("run", folder)
    assert "No new exports." in again.out
    assert "Nothing has changed" in again.out


@pytest.mark.slow
def test_run_says_how_many_rows_are_in_quarantine_each_once(trivet, folder):
    assert "quarantine" not in trivet("run", folder).out
    path = folder / "exports" / "opportunity_2026-06-02.csv"
    heading = "Id,AccountId,StageName,Amount,CreatedDate,CloseDate"
    path.write_text(f"{heading}\nO1,A1,Qualified,1,soon,later\n")
    assert "1 row is in quarantine: see `trivet data`." in trivet("run", folder).out
    path.write_text(f"{heading}\nO1,A1,Qualified,1,soon,later\nO2,A1,Nowhere,1,,\n")
    assert "2 rows are in quarantine" in trivet("run", folder).out
    assert "2 rows are in quarantine" in trivet("run", folder).out, "also when nothing is new"
    assert json.loads(trivet("data", folder, "--json").out)["quarantine"]["rows"] == 2


def test_sync_of_a_source_that_is_not_there_says_which_are(trivet, folder):
    answer = trivet("sync", "crn", "--folder", folder)
    assert answer.status == 2
    assert "did you mean 'crm'" in answer.err


@pytest.mark.slow
def test_the_folder_may_come_from_the_environment(trivet, built, monkeypatch):
    monkeypatch.setenv("TRIVET_WORKSPACE", str(built))
    assert trivet("data", "--json").status == 0


def test_a_metric_as_json_has_the_documented_shape(trivet, built):
    answer = trivet("metric", "deal_velocity", built, "--period", "2026-Q2", "--json")
    found = json.loads(answer.out)
    assert list(found)[:14] == [
        "metric",
        "period",
        "value",
        "numerator",
        "denominator",
        "records",
        "status",
        "reason",
        "agreed",
        "definition_hash",
        "query_hash",
        "rows_hash",
        "build",
        "data_as_of",
    ]
    assert found["period"] == {"start": "2026-04-01", "end": "2026-07-01"}


def test_what_cannot_be_computed_is_printed_with_its_reason_and_ends_with_3(trivet, built):
    answer = trivet("metric", "net_revenue_retention", built, "--period", "2026-Q2", "--json")
    found = json.loads(answer.out)
    assert answer.status == 3
    assert found["value"] is None
    assert found["status"] == "not_computable"
    assert "subscription" in found["reason"]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["no_such_metric", "--period", "2026-Q2"], "no_such_metric"),
        (["win_rate", "--period", "2026-Q9"], "is not a period"),
        (["win_rate", "--period", "2026-Q2", "--by", "colour"], "colour"),
        (["win_rate", "--period", "2026-Q2", "--where", "colour"], "DIMENSION=VALUE"),
        (["win_rate"], "--period"),
        (["win_rat", "--period", "2026-Q2"], "Did you mean 'win_rate'?"),
        (["win_rate", "--period", "Q2 2026"], "Did you mean '2026-Q2'?"),
        (["win_rate", "--period", "2026-Q2", "--by", "segmnet"], "Did you mean 'segment'?"),
        (["win_rate", "--period", "2026-Q2", "--where", "segmnet=SMB"], "Did you mean 'segment'?"),
        (["win_rate", "--period", "2026-Q2", "--where", "segment=smb"], "Did you mean 'SMB'?"),
        (
            ["win_rate", "--period", "2026-Q2", "--where", "segment=SMB", "--where", "segment="],
            "segment is narrowed twice",
        ),
    ],
)
def test_wrong_use_ends_with_2_and_names_what_was_wrong(trivet, built, arguments, says):
    answer = trivet("metric", arguments[0], built, *arguments[1:])
    assert answer.status == 2
    assert says in answer.err
    assert "Traceback" not in answer.err


def test_what_has_no_value_of_a_dimension_is_asked_for_with_nothing_after_the_sign(
    trivet, tmp_path
):
    workspace = company_folder(tmp_path / "norvik")
    exports = workspace.folder / "exports"
    (exports / "account_2026-06-01.csv").write_text(
        "Id,Name,Segment\nA1,Fjordlight,SMB\nA2,Nine,\n"
    )
    (exports / "opportunity_2026-06-01.csv").write_text(
        "Id,AccountId,StageName,Amount,CreatedDate,CloseDate\n"
        "O1,A1,Closed Won,100,2026-05-01,2026-05-30\n"
        "O2,A2,Closed Won,100,2026-05-01,2026-05-11\n"
    )
    run(workspace)
    asked = ("metric", "time_to_close", workspace.folder, "--period", "2026-Q2")
    whole = json.loads(trivet(*asked, "--by", "segment", "--json").out)
    part = whole["segments"][-1]
    assert (part["scope"], part["value"]) == ({"segment": ""}, "10")
    for written in ("segment=", "segment=(none)"):
        alone = trivet(*asked, "--where", written, "--json", "--rows", tmp_path / "rows.csv")
        found = json.loads(alone.out)
        assert (found["scope"], found["value"]) == (part["scope"], part["value"])
        with (tmp_path / "rows.csv").open(encoding="utf-8-sig", newline="") as file:
            assert [row["record_id"] for row in csv.DictReader(file)] == ["O2"]
    assert "segment (none): 10 days" in trivet(*asked, "--where", "segment=").out


def test_a_definition_of_another_metric_is_refused_by_its_id(trivet, built, tmp_path):
    path = tmp_path / "definition.json"
    path.write_text('{"id": "time_to_close"}')
    answer = trivet("metric", "win_rate", built, "--period", "2026-Q2", "--definition", path)
    assert answer.status == 2
    assert "is of time_to_close, and win_rate was asked for" in answer.err


def test_rows_go_into_a_file_that_no_spreadsheet_runs(trivet, tmp_path):
    workspace = company_folder(tmp_path / "norvik")
    (workspace.folder / "exports" / "opportunity_2026-06-01.csv").write_text(
        "Id,AccountId,StageName,Amount,CreatedDate,CloseDate\n"
        "=1+2,A1,Closed Won,100,2026-05-01,2026-05-30\n"
    )
    run(workspace)
    answer = trivet(
        "metric", "time_to_close", workspace.folder, "--period", "2026-Q2",
        "--rows", tmp_path / "rows.csv",
    )  # fmt: skip
    assert answer.status == 0
    with (tmp_path / "rows.csv").open(encoding="utf-8-sig", newline="") as file:
        [row] = csv.DictReader(file)
    assert row["record_id"] == "'=1+2"
    assert row["numerator"] == "29"


def test_data_is_one_json_object(trivet, built):
    found = json.loads(trivet("data", built, "--json").out)
    tables = {t["table"]: t["rows"] for s in found["sources"] for t in s["tables"]}
    assert tables == {"account": 2, "opportunity": 20}
    assert {m["metric"] for m in found["metrics"]} >= {"win_rate", "net_revenue_retention"}


def test_data_and_doctor_and_verify_speak_to_people_too(trivet, built):
    assert "not computable" in trivet("data", built).out
    doctor = trivet("doctor", built)
    assert doctor.status == 0
    assert "WRONG" not in doctor.out
    verify = trivet("verify", built)
    assert verify.status == 0
    assert "every link leads to a record" in verify.out


def test_doctor_finds_an_export_that_is_not_there(trivet, folder):
    (folder / "exports" / "account_2026-06-01.csv").unlink()
    answer = trivet("doctor", folder)
    assert answer.status == 1
    assert "account_*.csv" in answer.out


@pytest.mark.parametrize("file_format", ["parquet", "csv"])
def test_everything_can_be_taken_along(trivet, built, tmp_path, file_format):
    answer = trivet("export", built, "--into", tmp_path / "out", "--format", file_format)
    assert answer.status == 0
    file = tmp_path / "out" / f"opportunity.{file_format}"
    with duckdb.connect() as connection:
        assert connection.execute(f"select count(*) from '{file}'").fetchall() == [(20,)]
    assert (tmp_path / "out" / "figures.json").is_file()


def test_backup_and_restore_bring_the_answers_along(trivet, built, tmp_path):
    assert trivet("backup", built, "--to", tmp_path / "b.tar.gz").status == 0
    assert trivet("restore", tmp_path / "b.tar.gz", tmp_path / "back").status == 0
    asked = ["--period", "2026-Q2", "--json"]
    before = trivet("metric", "pipeline_coverage", built, *asked).out
    assert trivet("metric", "pipeline_coverage", tmp_path / "back", *asked).out == before


def test_the_demo_does_not_touch_a_workspace_of_ones_own(trivet, folder):
    answer = trivet("demo", "--no-serve", "--folder", folder)
    assert answer.status == 2
    assert "not a demo" in answer.err


@pytest.mark.slow
def test_the_demo_prints_five_numbers_with_status_and_hashes(trivet, tmp_path):
    answer = trivet("demo", "--no-serve", "--folder", tmp_path / "demo")
    assert answer.status == 0
    lines = [line for line in answer.out.splitlines() if "not yet agreed" in line]
    assert len(lines) == 5
    assert "build b20" in answer.out
    again = trivet("demo", "--no-serve", "--folder", tmp_path / "demo")
    assert [line for line in again.out.splitlines() if "not yet agreed" in line] == lines


def test_rounding_and_rows_that_count_elsewhere_are_told_as_they_are(trivet, tmp_path):
    columns = {"opportunity_id": '"Id"', "stage": '"Stage"', "amount": '"Amount"'}
    accounts = feed("account", {"account_id": '"Account"'})
    lines = "Id,Stage,Amount,Account\na,Proposal,1.005,x\nb,Nowhere,2.5,\n"
    workspace(tmp_path, feed("opportunity", columns) + accounts, {"x.csv": lines})
    said = trivet("run", tmp_path).out
    assert "2 rows are in quarantine" in said
    assert "1 amount has more decimals than its currency and was rounded" in said
    said = trivet("data", tmp_path).out
    assert "in no figure" not in said
    assert "2 rows do not count as records of the table they were read for" in said
    assert "1 amount of amount has more decimals than its currency; it was rounded." in said


def test_rows_carry_the_dimensions_of_the_company(trivet, tmp_path):
    columns = {
        "opportunity_id": '"Id"',
        "stage": '"Stage"',
        "created_at": '"Created"',
        "close_on": '"Close"',
    }
    tier = '[dimensions]\ntier = { table = "opportunity", column = "Tier" }\n'
    lines = "Id,Stage,Created,Close,Tier\n"
    lines += "a,Closed Won,2026-01-01,2026-05-01,Gold\nb,Closed Won,2026-01-01,2026-05-03,\n"
    deals = feed("opportunity", columns, exported_on="2026-07-01")
    workspace(tmp_path, deals, {"x.csv": lines}, COMPANY + tier)
    assert trivet("run", tmp_path).status == 0
    asked = ("metric", "time_to_close", tmp_path, "--period", "2026-Q2", "--by", "tier")
    assert trivet(*asked, "--rows", tmp_path / "rows.csv").status == 0
    with (tmp_path / "rows.csv").open(encoding="utf-8-sig", newline="") as file:
        written = [(row["record_id"], row["in_tier"]) for row in csv.DictReader(file)]
    assert written == [("a", "Gold"), ("b", "")]
    model = RevenueModel.open(tmp_path)
    try:
        rows = model.rows("time_to_close", "2026-Q2", dimensions=["tier"])
        assert rows["in_tier"].to_pylist() == ["Gold", None]
        assert "in_tier" not in model.rows("time_to_close", "2026-Q2").column_names
        with pytest.raises(DimensionUnknown, match="no dimension 'teir'"):
            model.rows("time_to_close", "2026-Q2", dimensions=["teir"])
    finally:
        model.close()
