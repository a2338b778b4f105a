"""Nobody writes the order of the SQL files down: it is read from them."""

from __future__ import annotations

import duckdb
import pytest

from trivet.numbers.warehouse import audits, canonical
from trivet.numbers.warehouse.sql_files import in_order, read_sql_file, run_folder, sql_folder


def write(folder, **files):
    for name, text in files.items():
        (folder / f"{name}.sql").write_text(text)
    return [read_sql_file(path) for path in sorted(folder.glob("*.sql"))]


def test_a_file_runs_after_those_that_make_what_it_reads(tmp_path):
    write(
        tmp_path,
        a="create or replace table total as select sum(n) as n from main.number",
        b="create or replace table main.number as select * from range(4) as made(n)",
    )
    connection = duckdb.connect()
    run_folder(connection, tmp_path)
    assert connection.execute("select n from total").fetchall() == [(6,)]


def test_rows_of_a_query_s_own_are_no_table(tmp_path):
    [file] = write(
        tmp_path,
        a="create table answer as with number as (select 1 as n) select n from number, staged.kept",
    )
    assert file.reads == {"staged.kept"}
    assert file.creates == {"answer"}


def test_a_reader_comes_after_everybody_who_adds_rows(tmp_path):
    files = write(
        tmp_path,
        a_report="create table report as select count(*) as rows from quarantine",
        b_first="create table quarantine (rule varchar)",
        c_late="insert into quarantine select 'late'",
    )
    assert [file.name for file in in_order(files)] == ["b_first", "c_late", "a_report"]


def test_files_that_need_each_other_are_refused(tmp_path):
    files = write(
        tmp_path,
        a="create table one as select * from two",
        b="create table two as select * from one",
    )
    with pytest.raises(ValueError, match="need each other"):
        in_order(files)


def test_two_files_that_make_the_same_table_are_refused(tmp_path):
    files = write(tmp_path, a="create table one as select 1", b="create table one as select 2")
    with pytest.raises(ValueError, match=r"made by a\.sql and b\.sql"):
        in_order(files)


def test_each_statement_is_given_the_parameters_it_names(tmp_path):
    write(tmp_path, a="create table one as select $x as x; create table two as select $y as y;")
    connection = duckdb.connect()
    run_folder(connection, tmp_path, {"x": 1, "y": 2, "unused": 3})
    assert connection.execute("select x, y from one, two").fetchall() == [(1, 2)]


def test_every_canonical_table_is_made_by_one_file():
    made = {table for file in sql_folder(canonical.SQL) for table in file.creates}
    from trivet.numbers.warehouse.tables import TABLES

    assert {table.name for table in TABLES} <= made


def test_every_audit_begins_with_the_sentence_that_holds():
    assert len(audits.audits()) >= 8
    for audit in audits.audits():
        assert audit.says.endswith(".")
        assert audit.says[0].isupper()
