from __future__ import annotations

import errno
import json
import random
import resource
import signal
import subprocess
import sys
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from tests.numbers.exports import LANDED_AT, OPPORTUNITY, feed, rows, staged, workspace
from trivet.errors import (
    ColumnMissing,
    DiskFull,
    ExportAhead,
    ExportMissing,
    ExportUnreadable,
    SettingWrong,
)
from trivet.numbers.warehouse.disk import room_to_write
from trivet.numbers.warehouse.landing import land, loads_of
from trivet.numbers.workspace.workspace import Workspace

ROOT = Path(__file__).parents[3]
HEADINGS = "Id,Stage,Amount,Created,Close\n"
ONE = HEADINGS + "1,Proposal,10,2026-01-01,2026-03-01\n"
DEALS = feed("opportunity", OPPORTUNITY, "exports/*.csv")


def everything(folder: Path) -> dict[str, tuple[bytes, int]]:
    return {
        str(path.relative_to(folder)): (path.read_bytes(), path.stat().st_mtime_ns)
        for path in folder.rglob("*")
        if path.is_file()
    }


def loads(of: Workspace):
    [source] = of.settings.sources
    return loads_of(of, source, source.feeds[0])


def test_a_load_keeps_the_exports_words_and_says_where_they_came_from(tmp_path):
    of = workspace(tmp_path, DEALS, {"exports/deals.csv": ONE})
    [load] = land(of, now=LANDED_AT).landed
    assert pq.read_table(load.rows_file).to_pylist() == [
        {
            "_file_row": 1,
            "Id": "1",
            "Stage": "Proposal",
            "Amount": "10",
            "Created": "2026-01-01",
            "Close": "2026-03-01",
        }
    ]
    about = json.loads((load.folder / "load.json").read_text())
    assert about["file"] == "exports/deals.csv"
    assert (about["rows"], about["size"]) == (1, len(ONE))
    assert about["landed_at"] == "2026-07-01T12:00:00+00:00"
    assert load.folder == tmp_path / "landing" / "crm" / "opportunity" / load.load_id


def test_landing_the_same_export_again_changes_nothing(tmp_path):
    of = workspace(tmp_path, DEALS, {"exports/deals.csv": ONE})
    land(of, now=LANDED_AT)
    before = everything(of.landing)
    (tmp_path / "exports/deals.csv").touch()
    again = land(of, now=datetime(2027, 1, 1, tzinfo=UTC))
    assert (again.landed, len(again.unchanged)) == ((), 1)
    assert everything(of.landing) == before


def test_a_newer_export_of_the_same_name_is_a_second_load(tmp_path):
    of = workspace(tmp_path, DEALS, {"exports/deals.csv": ONE})
    land(of, now=LANDED_AT)
    (tmp_path / "exports/deals.csv").write_text(ONE.replace("Proposal", "Closed Won"))
    land(of, now=datetime(2026, 7, 2, tzinfo=UTC))
    assert [load.landed_at.day for load in loads(of)] == [1, 2]


def test_a_file_that_goes_back_to_what_it_said_before_is_news(tmp_path):
    of = workspace(tmp_path, DEALS, {"exports/deals.csv": ONE})
    other = ONE.replace("Proposal", "Closed Won")
    for day, content in enumerate([ONE, other, ONE, ONE, other, other], start=1):
        (tmp_path / "exports/deals.csv").write_text(content)
        land(of, now=datetime(2026, 7, day, tzinfo=UTC))
    assert [(load.landed_at.day, load.sha256 == loads(of)[0].sha256) for load in loads(of)] == [
        (1, True),
        (2, False),
        (3, True),
        (5, False),
    ]


def test_an_export_corrected_for_the_same_day_replaces_the_one_before(tmp_path):
    dated = feed("opportunity", OPPORTUNITY, "exports/*.csv", exported_on="2026-03-01")
    of = workspace(tmp_path, dated, {"exports/deals.csv": ONE})
    for day, amount in enumerate(["10", "20", "10"], start=1):
        (tmp_path / "exports/deals.csv").write_text(ONE.replace("10", amount, 1))
        land(of, now=datetime(2026, 7, day, tzinfo=UTC))
        [load] = loads(of)
        assert pq.read_table(load.rows_file)["Amount"].to_pylist() == [amount]
        assert load.exported_at == date(2026, 3, 1)


def test_the_day_in_a_files_name_orders_exports_whenever_they_were_landed(tmp_path):
    dated = feed("opportunity", OPPORTUNITY, "exports/*.csv", exported_on='"filename"')
    of = workspace(tmp_path, dated, {"exports/deals_2026-03-01.csv": ONE})
    land(of, now=LANDED_AT)
    (tmp_path / "exports/deals_2026-01-01.csv").write_text(ONE.replace("10", "5"))
    land(of, now=LANDED_AT)
    assert [load.exported_at for load in loads(of)] == [date(2026, 1, 1), date(2026, 3, 1)]
    # What an export of a day says was known at its end: at five in the morning, UTC.
    first = loads(of)[0].known_at("America/New_York")
    assert first == datetime(2026, 1, 2, 5, tzinfo=UTC) - timedelta(microseconds=1)


@pytest.mark.parametrize(
    ("day", "refused"), [("2026-07-01", False), ("2026-07-02", True), ("2027-07-01", True)]
)
def test_an_export_of_a_day_to_come_is_refused(tmp_path, day, refused):
    # At noon UTC on 1 July it was 2 July nowhere yet.
    dated = feed("opportunity", OPPORTUNITY, "exports/*.csv", exported_on='"filename"')
    of = workspace(tmp_path, dated, {f"exports/deals_{day}.csv": ONE})
    if refused:
        with pytest.raises(ExportAhead, match=f"exported on {day}, which had not come"):
            land(of, now=datetime(2026, 7, 1, 9, tzinfo=UTC))
    else:
        land(of, now=datetime(2026, 7, 1, 9, tzinfo=UTC))


def test_an_unchanged_export_of_a_later_day_is_news(tmp_path):
    dated = feed("opportunity", OPPORTUNITY, "exports/*.csv", exported_on='"filename"')
    names = ("exports/deals_2026-01-01.csv", "exports/deals_2026-02-01.csv")
    of = workspace(tmp_path, dated, dict.fromkeys(names, ONE))
    land(of, now=LANDED_AT)
    assert len(loads(of)) == 2


def test_an_export_read_in_a_better_way_counts_once(tmp_path):
    euro = HEADINGS + "1,Proposal,10,2026-01-01,2026-03-01\n2,Café,1,2026-01-01,2026-03-01\n"
    of = workspace(tmp_path, DEALS, {"exports/deals.csv": euro.encode("iso8859-15")})
    land(of, now=LANDED_AT)
    told = feed("opportunity", OPPORTUNITY, "exports/*.csv", encoding='"iso8859-15"')
    of = workspace(tmp_path, told, {})
    land(of, now=LANDED_AT)
    assert [load.how["encoding"] for load in loads(of)] == ["iso8859-15"]


def test_a_missing_file_is_named_with_the_one_that_was_meant(tmp_path):
    named = feed("opportunity", OPPORTUNITY, "exports/Opportunity.csv")
    of = workspace(tmp_path, named, {"exports/Oportunity.csv": ONE})
    with pytest.raises(ExportMissing) as refused:
        land(of)
    message = str(refused.value)
    assert "exports/Opportunity.csv" in message
    assert 'source "crm"' in message
    assert "did you mean Oportunity.csv?" in message


def test_a_folder_that_is_not_there_is_no_crash(tmp_path):
    of = workspace(tmp_path, DEALS, {})
    with pytest.raises(ExportMissing, match=r"no file exports/\*.csv"):
        land(of)


def test_a_week_without_a_new_file_keeps_what_was_landed(tmp_path):
    of = workspace(tmp_path, DEALS, {"exports/deals.csv": ONE})
    land(of, now=LANDED_AT)
    (tmp_path / "exports/deals.csv").unlink()
    said: list[str] = []
    land(of, said.append)
    assert len(loads(of)) == 1
    assert any("what was landed from it before is kept" in sentence for sentence in said)


def test_a_file_named_outright_has_to_be_there_even_when_it_was_landed_before(tmp_path):
    named = feed("opportunity", OPPORTUNITY, "exports/deals.csv")
    of = workspace(tmp_path, named, {"exports/deals.csv": ONE})
    land(of)
    (tmp_path / "exports/deals.csv").unlink()
    with pytest.raises(ExportMissing):
        land(of)


def test_a_missing_column_is_named_with_the_one_that_was_meant_and_nothing_is_landed(tmp_path):
    of = workspace(tmp_path, DEALS, {"exports/deals.csv": ONE.replace("Stage", "StageName", 1)})
    with pytest.raises(ColumnMissing) as refused:
        land(of)
    message = str(refused.value)
    assert "exports/deals.csv has no column 'Stage' (did you mean 'StageName'?)" in message
    assert 'the feed of opportunity in source "crm"' in message
    assert not list(of.landing.rglob("*.parquet"))


def test_an_older_export_may_lack_a_column_that_the_system_got_later(tmp_path):
    dated = feed("opportunity", OPPORTUNITY, "exports/*.csv", exported_on='"filename"')
    older = "Id,Stage,Created,Close\n1,Proposal,2026-01-01,2026-03-01\n"
    files = {"exports/d_2026-01-01.csv": older, "exports/d_2026-02-01.csv": ONE}
    assert len(land(workspace(tmp_path, dated, files)).landed) == 2


def test_a_column_missing_in_one_of_two_exports_of_the_same_time_is_a_mistake(tmp_path):
    other = "Id,Stage,Created,Close\n1,Proposal,2026-01-01,2026-03-01\n"
    of = workspace(tmp_path, DEALS, {"exports/eu.csv": other, "exports/us.csv": ONE})
    with pytest.raises(ColumnMissing, match=r"eu.csv has no column 'Amount'"):
        land(of)


def test_an_empty_file_is_refused_and_an_export_without_records_is_landed(tmp_path):
    of = workspace(tmp_path, DEALS, {"exports/deals.csv": HEADINGS})
    assert [load.rows for load in land(of).landed] == [0]
    (tmp_path / "exports/more.csv").write_text("")
    with pytest.raises(ExportUnreadable, match=r"more.csv is empty"):
        land(of)
    assert [load.rows for load in loads(of)] == [0]


def test_one_bad_file_does_not_undo_the_loads_before_it(tmp_path):
    files = {"exports/a.csv": ONE, "exports/b.csv": HEADINGS + "1,2\n" * 200}
    of = workspace(tmp_path, DEALS, files)
    with pytest.raises(ExportUnreadable, match=r"b.csv: 200 of 200 rows"):
        land(of)
    assert [load.file for load in loads(of)] == ["exports/a.csv"]
    assert not list(of.landing.rglob("*.part-*"))


@pytest.mark.parametrize(
    ("table", "columns", "said"),
    [
        ("oportunity", {"stage": '"S"'}, "'oportunity' is not a table; did you mean 'opportunity'"),
        ("opportunity", {"stagee": '"S"'}, "'stagee' is not a column of opportunity; did you mean"),
        ("opportunity", {"opportunity_id": '"I"'}, "stage must be mapped"),
        ("opportunity", {"stage": '{ constant = "Sold" }'}, "'Sold' is not a stage of [stages]"),
        ("opportunity", {"motion": '{ constant = "new" }'}, "'new' is not a value of motion"),
        ("opportunity", {"amount": '{ column = "A", format = "%Y-%m" }'}, "format is for dates"),
        ("opportunity", {"name": '{ column = "N", times = 12 }'}, "times is for numbers"),
    ],
)
def test_a_mapping_that_cannot_be_meant_is_refused_before_anything_is_read(
    tmp_path, table, columns, said
):
    of = workspace(tmp_path, feed(table, columns, "exports/*.csv"), {})
    with pytest.raises(SettingWrong) as refused:
        land(of)
    assert said in str(refused.value)


def landing_process(folder: Path, **options) -> subprocess.Popen[bytes]:
    program = (
        "import sys\n"
        "from trivet.numbers.workspace.workspace import Workspace\n"
        "from trivet.numbers.warehouse.landing import land\n"
        "land(Workspace.open(sys.argv[1]))\n"
    )
    return subprocess.Popen([sys.executable, "-c", program, str(folder)], cwd=ROOT, **options)


@pytest.mark.slow
def test_a_kill_in_mid_landing_leaves_whole_loads_or_none(tmp_path):
    lines = "".join(f"{n},Proposal,{n},2026-01-01,2026-03-01\n" for n in range(300_000))
    files = {f"exports/{n}.csv": HEADINGS + lines + f"{n}x,Proposal,1,,\n" for n in range(3)}
    of = workspace(tmp_path, DEALS, files)
    chance = random.Random(7)
    for _ in range(8):
        process = landing_process(tmp_path)
        time.sleep(chance.uniform(0.4, 1.6))
        process.send_signal(signal.SIGKILL)
        process.wait()
        assert all(pq.read_metadata(load.rows_file).num_rows == 300_001 for load in loads(of))
    land(of)
    assert len(loads(of)) == 3
    assert sum(1 for path in of.landing.rglob("*") if path.is_dir()) == 2 + 3


def test_a_full_disk_is_said_and_nothing_half_written_is_kept(tmp_path):
    # The system refuses this process any file beyond 200 kB, as a full disk would.
    cells = "".join(f"{random.Random(n).random()},Proposal,1,,\n" for n in range(40_000))
    of = workspace(tmp_path, DEALS, {"exports/a.csv": ONE, "exports/deals.csv": HEADINGS + cells})

    def small_disk() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))

    process = landing_process(tmp_path, preexec_fn=small_disk, stderr=subprocess.PIPE)
    _, told = process.communicate()
    assert process.returncode != 0
    assert "DiskFull: There is no room left to write exports/deals.csv" in told.decode()
    assert [load.file for load in loads(of)] == ["exports/a.csv"]
    assert not list(of.landing.rglob(".part-*"))


def test_no_space_left_on_device_is_what_the_system_calls_it(tmp_path):
    with pytest.raises(DiskFull) as full, room_to_write(tmp_path / "x", "deals"):
        Path("/dev/full").write_text("x")
    assert isinstance(full.value.__cause__, OSError)
    assert full.value.__cause__.errno == errno.ENOSPC


def test_another_mistake_of_writing_is_not_called_a_full_disk(tmp_path):
    with pytest.raises(FileNotFoundError), room_to_write(tmp_path, "deals"):
        (tmp_path / "nothing").stat()


def test_a_column_whose_heading_stands_twice_is_read_only_by_saying_which(tmp_path):
    lines = "Id,Amount,Amount,Note,Note\na,1,2,x,y\n"
    columns = {"opportunity_id": '"Id"', "stage": '{ constant = "Proposal" }', "amount": '"Amount"'}
    of = workspace(tmp_path, feed("opportunity", columns), {"x.csv": lines})
    with pytest.raises(ColumnMissing) as refused:
        land(of)
    assert "x.csv has the heading 'Amount' 2 times" in refused.value.happened
    assert "'Amount (1)' or 'Amount (2)'" in refused.value.remedy
    # A heading that nobody reads harms nobody.
    second = columns | {"amount": '"Amount (2)"'}
    connection = staged(workspace(tmp_path, feed("opportunity", second), {}))
    assert rows(connection, "select amount_minor from staged.opportunity") == [(200,)]
