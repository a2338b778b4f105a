from __future__ import annotations

import gzip
import os
import subprocess
import sys

import pytest

from tests.numbers.sources.files.reading import cells, file, read
from trivet.errors import ExportUnreadable


def test_cells_stay_as_the_export_wrote_them(tmp_path):
    path = file(tmp_path, 'Id,Note\n007,=1+1\n2, N/A \n3,"say ""hi"", twice"\n4,\n')
    assert cells(path) == [["007", "=1+1"], ["2", " N/A "], ["3", 'say "hi", twice'], ["4", ""]]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_a_line_break_inside_quotes_is_part_of_the_cell(tmp_path, end):
    path = file(tmp_path, f'Id,Note{end}1,"two\nlines"{end}2,x{end}')
    assert cells(path) == [["1", "two\nlines"], ["2", "x"]]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found_out(tmp_path, delimiter):
    lines = ["Id~Name~Amount", '1~"Norvik, Oslo; Ltd"~1,50', "2~Brask~2,50"]
    path = file(tmp_path, "\n".join(lines).replace("~", delimiter))
    assert cells(path) == [["1", "Norvik, Oslo; Ltd", "1,50"], ["2", "Brask", "2,50"]] or (
        delimiter == ","
    )
    assert read(path)[2]["delimiter"] == delimiter


def test_excels_own_word_for_the_delimiter_is_no_heading(tmp_path):
    path = file(tmp_path, "sep=;\nId;Name\n1;Norvik\n2\n3;Brask\n")
    rows, written, _ = read(path)
    assert [(row["_file_row"], row["Name"]) for row in rows] == [(1, "Norvik"), (3, "Brask")]
    assert [row.file_row for row in written.refused] == [2]


def test_the_mapping_may_tell_a_delimiter_nobody_would_guess(tmp_path):
    path = file(tmp_path, "Id^Name\n1^Norvik\n")
    assert cells(path, delimiter="^") == [["1", "Norvik"]]


def test_a_row_that_does_not_fit_is_put_aside_and_the_others_keep_their_numbers(tmp_path):
    path = file(tmp_path, "Id,Name\n1,a\n2\n3,c\n4,d,e\n\n5,f\n")
    rows, written, _ = read(path)
    assert [(row["_file_row"], row["Id"]) for row in rows] == [(1, "1"), (3, "3"), (5, "5")]
    assert [(r.file_row, r.text, r.says) for r in written.refused] == [
        (2, "2", "the row has 1 cells, the heading 2"),
        (4, "4,d,e", "the row has 3 cells, the heading 2"),
    ]


def test_a_file_where_most_rows_do_not_fit_is_refused_whole(tmp_path):
    path = file(tmp_path, "Id,Name\n" + "1,a,b\n" * 101)
    with pytest.raises(
        ExportUnreadable, match="101 of 101 rows cannot be read; row 1: the row has 3"
    ):
        read(path, delimiter=",")


@pytest.mark.parametrize(
    "content", ["Id,Name\n", "Id,Name", "Id,Name\r\n\r\n", "\ufeffId,Name\n", '"Id","Name"']
)
def test_an_export_without_records_has_no_rows_and_is_no_error(tmp_path, content):
    rows, written, _ = read(file(tmp_path, content))
    assert (rows, written.rows) == ([], 0)


@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        ("", "export.csv", "is empty"),
        ("\n\n \n", "export.csv", "has no heading line"),
        ("<!DOCTYPE html><title>Sign in</title>", "export.csv", "is a web page"),
        (b"PK\x03\x04" + b"x" * 50, "export.csv", "is a workbook or another ZIP archive"),
        (b"PAR1xxxx", "export.csv", "is a Parquet file"),
        (b"\xd0\xcf\x11\xe0xxxx", "export.xlsx", "Excel 97 to 2003"),
        ("Id,Name\n1,a\n", "export.xlsx", "is not an .xlsx workbook"),
        ("Id,Name\n1,a\n", "export.parquet", "is not a Parquet file"),
        ("{}", "export.json", "the ending '.json'"),
        (gzip.compress(b"Id\n" + os.urandom(5000))[:900], "export.csv.gz", "cannot be read"),
    ],
)
def test_a_file_that_is_not_what_it_says_is_named_for_what_it_is(tmp_path, content, name, said):
    path = file(tmp_path, content, name)
    with pytest.raises(ExportUnreadable) as refused:
        read(path)
    assert said in str(refused.value)
    assert str(path) in str(refused.value)


def test_headings_that_repeat_or_are_missing_still_name_one_column_each(tmp_path):
    path = file(tmp_path, "Id,Name,name,,Id \n1,a,b,c,2\n")
    # Neither of the two is "Id": whoever maps one says which.
    names = ["_file_row", "Id (1)", "Name", "name (2)", "column 4", "Id (2)"]
    assert list(read(path)[0][0]) == names


def deals(number: int) -> list[str]:
    sources = ("Web", "Cold", "Event")
    return [
        f"D-{n},Deal {n},{sources[n % 3]},{n}00.50,2026-04-{n % 28 + 1:02}"
        for n in range(1, number + 1)
    ]


HEADING = "Id,Name,Source,Amount,Close"


def test_two_quotes_thirty_rows_apart_do_not_swallow_the_rows_between_them(tmp_path):
    lines = deals(60)
    lines[9] = lines[9].replace("Deal 10", '"Deal 10')
    lines[39] = lines[39].replace("Deal 40", 'Deal 40"')
    lines.append("D-61,Deal 61,Web")
    rows, written, _ = read(file(tmp_path, "\n".join([HEADING, *lines]) + "\n"))
    assert [row["_file_row"] for row in rows] == [*range(1, 10), *range(41, 61)]
    assert [row["Id"] for row in rows[8:10]] == ["D-9", "D-41"]
    assert [row.file_row for row in written.refused] == [*range(10, 41), 61]
    assert written.refused[0].text.startswith('D-10,"Deal 10')
    assert written.refused[1].text == lines[10]
    assert "in the column Name makes one cell of this row and the 30 below" in (
        written.refused[0].says
    )


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize(
    ("first", "last"),
    [("Deal 10", "Deal 11"), ("Deal 10", "Deal 13"), ("D-10", "D-12"), ("1000.50", "1400.50")],
)
def test_wherever_two_stray_quotes_stand_no_row_is_lost_in_silence(tmp_path, first, last, end):
    lines = deals(30)
    begin = next(n for n, line in enumerate(lines) if first in line)
    finish = next(n for n, line in enumerate(lines) if last in line)
    lines[begin] = lines[begin].replace(first, f'"{first}')
    lines[finish] = lines[finish].replace(last, f'{last}"')
    rows, written, _ = read(file(tmp_path, end.join([HEADING, *lines]) + end))
    taken = [row["_file_row"] for row in rows]
    assert sorted([*taken, *(row.file_row for row in written.refused)]) == list(range(1, 31))
    assert set(range(begin + 1, finish + 2)).isdisjoint(taken)


@pytest.mark.parametrize("column", ["Deal 10", "2026-04-11"])
def test_a_quote_that_nothing_closes_is_told_row_by_row(tmp_path, column):
    lines = deals(20)
    lines[9] = lines[9].replace(column, f'"{column}')
    rows, written, _ = read(file(tmp_path, "\n".join([HEADING, *lines]) + "\n"))
    assert len(rows) == 9
    assert [row.file_row for row in written.refused] == list(range(10, 21))


NOTES = (
    "Dear all,\nas agreed, we meet on Monday, 9:00, in Oslo, Norway.\nBest, Ada",
    "12 High Street,\nOslo,\nNorway",
    "Items:\n1, chairs, 2, tables, 3\n2, lamps, 4, desks, 1\n",
    '{"a": 1,\n "b": [1, 2, 3],\n "c": {"d": 2, "e": 3}\n}',
    "Plan, Price, Seats\nPro, 100, 5\nMax, 200, 9",
    "a,b,c,d,e\nf,g,h,i,j",
    ",,,,\n,,,,\n",
    "\n\n\n",
    "> wrote:\n> yes, no, maybe, later, never\n> ok",
)


@pytest.mark.parametrize("note", NOTES)
@pytest.mark.parametrize("place", [1, 4])
def test_a_note_with_line_breaks_and_commas_stays_one_cell(tmp_path, note, place):
    heading, lines = HEADING.split(","), [line.split(",") for line in deals(40)]
    heading[place] = "Note"
    for line in lines:
        line[place] = '"' + note.replace('"', '""') + '"'
    path = file(tmp_path, "\n".join(",".join(line) for line in [heading, *lines]) + "\n")
    rows, written, _ = read(path)
    assert written.refused == ()
    assert {row["Note"] for row in rows} == {note}


def test_the_heading_in_the_midst_of_a_file_is_no_record(tmp_path):
    rows, written, _ = read(file(tmp_path, "Id,Name\n1,a\n\ufeffId,Name\n2,b\nId,Name\nId,x\n"))
    assert [row["Id"] for row in rows] == ["1", "2", "Id"]
    assert [(row.file_row, row.says) for row in written.refused] == [
        (2, "the row is the heading once more"),
        (4, "the row is the heading once more"),
    ]


@pytest.mark.slow
def test_of_very_many_bad_rows_none_is_left_uncounted(tmp_path):
    lines = "".join(f"{n},x\n" for n in range(40_000)) + "1\n" * 30_000
    rows, written, _ = read(file(tmp_path, "Id,Name\n" + lines))
    assert (len(rows), len(written.refused)) == (40_000, 30_000)
    with pytest.raises(ExportUnreadable, match="110,000 of 310,000 rows cannot be read"):
        read(file(tmp_path, "Id,Name\n" + "1,x\n" * 200_000 + "1\n" * 110_000))


def test_a_compressed_export_is_read(tmp_path):
    path = file(tmp_path, gzip.compress("Id,Name\n1,Møller\n".encode()), "export.csv.gz")
    assert cells(path) == [["1", "Møller"]]


def test_a_cell_of_a_megabyte_is_kept_whole(tmp_path):
    path = file(tmp_path, f'Id,Note\n1,"{"x" * 1_000_000}"\n2,y\n')
    assert [len(str(row[1])) for row in cells(path)] == [1_000_000, 1]


@pytest.mark.slow
def test_a_large_export_is_read_in_less_memory_than_it_has_bytes(tmp_path):
    # 410 MB; it takes about 300 MB, and no more for ten times as much.
    path = tmp_path / "export.csv"
    block = "".join(f"{n},{'x' * 200}\n" for n in range(10_000))
    with path.open("w") as out:
        out.write("Id,Note\n")
        for _ in range(200):
            out.write(block)
    program = """
import resource, sys
from pathlib import Path
from tests.numbers.sources.files.reading import fingerprint, open_export, Feed
path = Path(sys.argv[1])
feed = Feed.model_validate({"table": "account", "files": ["x"], "columns": {"account_id": "Id"}})
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
written = open_export(path, fingerprint(path), feed).write(Path(sys.argv[2]), lambda rows: None)
grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
print(written.rows, grown // 1024)
"""
    done = subprocess.run(
        [sys.executable, "-c", program, str(path), str(tmp_path / "rows.parquet")],
        capture_output=True,
        check=True,
        text=True,
    )
    found, grown_mb = map(int, done.stdout.split())
    assert found == 2_000_000
    assert grown_mb < 400
