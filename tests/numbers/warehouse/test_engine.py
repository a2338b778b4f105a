"""Asking a build: what cannot be read says so, and nothing else can be reached from it."""

import duckdb
import pyarrow as pa
import pytest

from trivet.errors import BuildDamaged
from trivet.numbers.warehouse.engine import Engine
from trivet.numbers.warehouse.sql_text import SqlText


@pytest.fixture
def build(tmp_path):
    path = tmp_path / "b1.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute("create table build_info (key varchar, value varchar)")
        connection.execute("create table sale as select 3 as amount union all select 4")
    return path


def step(name, text):
    return SqlText.of(name, text)


def test_a_damaged_build_says_so_and_what_to_do(build):
    build.write_bytes(b"not a database at all" * 400)
    with pytest.raises(BuildDamaged, match=r"b1\.duckdb cannot be read.*trivet run --force"):
        Engine.open(build, {})


@pytest.mark.parametrize(
    "query",
    [
        "select * from read_text('/etc/passwd')",
        "select * from read_csv('/etc/passwd')",
    ],
)
def test_a_question_cannot_read_the_machines_files(build, query):
    with pytest.raises(duckdb.Error, match=r"(?i)disabled|permission"):
        Engine.open(build, {}).rows(query)


def test_what_is_locked_down_stays_locked_down(build):
    engine = Engine.open(build, {})
    with engine.cursor() as cursor, pytest.raises(duckdb.Error, match=r"(?i)lock"):
        cursor.execute("set enable_external_access = true")


def test_a_question_cannot_change_the_build(build):
    engine = Engine.open(build, {})
    with engine.cursor() as cursor, pytest.raises(duckdb.Error, match=r"(?i)read-only"):
        cursor.execute("insert into sale values (5)")


def test_two_questions_share_a_step_and_another_parameter_makes_another(build):
    steps = {"large": step("large", "select amount from sale where amount > $least")}
    engine = Engine.open(build, steps)
    total = step("total", "select sum(amount) as total from large")
    count = step("count", "select count(*) as total from large")
    assert engine.ask(total, {"least": 2}, {})["total"].to_pylist() == [7]
    assert engine.ask(count, {"least": 2}, {})["total"].to_pylist() == [2]
    assert len(engine._kept) == 1
    assert engine.ask(total, {"least": 3}, {})["total"].to_pylist() == [4]
    assert len(engine._kept) == 2


def test_a_question_with_other_rows_given_is_another_question(build):
    engine = Engine.open(build, {})
    query = step("joined", "select sum(amount) as total from sale join chosen using (amount)")
    for wanted in ([3], [3, 4], [5]):
        chosen = pa.table({"amount": pa.array(wanted, pa.int32())})
        [found] = engine.ask(query, {}, {"chosen": chosen})["total"].to_pylist()
        assert found == (sum(a for a in wanted if a in (3, 4)) or None)


def test_the_hash_of_a_query_covers_every_step_below_it(build):
    def hash_with(text):
        engine = Engine.open(build, {"large": step("large", text)})
        return engine.query_hash(step("total", "select sum(amount) as total from large"))

    first = hash_with("select amount from sale where amount > 1")
    assert first == hash_with("select amount from sale where amount > 1   \n")
    assert first != hash_with("select amount from sale where amount > 2")
