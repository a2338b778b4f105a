"""A build that starts from the one before says exactly what one from nothing would say."""

from __future__ import annotations

import random
import shutil
from pathlib import Path

import duckdb
import pytest

from tests.numbers.warehouse.growing_company import (
    EVENTS,
    GrowingCompany,
    built,
    differences,
)
from trivet.numbers.revenue_model import RevenueModel
from trivet.numbers.shared_metrics.registry import METRICS
from trivet.numbers.warehouse import changed_rows, changed_touches
from trivet.numbers.warehouse.changed_opportunities import MAY_CHANGE, READ_IN_PART
from trivet.numbers.warehouse.changed_rows import ROW_BY_ROW
from trivet.numbers.warehouse.publish import published
from trivet.numbers.warehouse.sql_files import read_sql_file, sql_folder

CANONICAL = Path(changed_rows.__file__).parent / "sql" / "canonical"


def rows(folder, query):
    path = published(folder / "builds").path(folder / "builds")
    with duckdb.connect(str(path), read_only=True) as connection:
        return connection.execute(query).fetchall()


def started_from(folder):
    [(earlier,)] = rows(folder, "select value from build_info where key = 'started_from'")
    return earlier


def built_from_nothing(folder, *left_out):
    """A full build of the same landing, in a folder beside.

    left_out   patterns; without "builds" what was staged is not staged again
    """
    beside = folder.with_name("from_nothing")
    shutil.rmtree(beside, ignore_errors=True)
    shutil.copytree(folder, beside, ignore=shutil.ignore_patterns("*.duckdb", *left_out))
    built(beside, force=True)
    assert started_from(beside) == ""
    return beside


@pytest.fixture(scope="module")
def founded(tmp_path_factory):
    """A company with one build."""
    company = GrowingCompany(tmp_path_factory.mktemp("founded") / "norvik", seed=3)
    built(company.folder)
    return company


@pytest.fixture
def company(founded, tmp_path):
    folder = tmp_path / "norvik"
    shutil.copytree(founded.folder, folder)
    copy = object.__new__(GrowingCompany)
    vars(copy).update(vars(founded), folder=folder, chance=random.Random(3))
    copy.records = {feed: dict(found) for feed, found in founded.records.items()}
    return copy


def figures(folder):
    """Every metric of the quarter the company lives in, with the hash of its rows."""
    model = RevenueModel.open(folder)
    found = [model.metric(metric, "2026-Q2").as_json() for metric in METRICS]
    for figure in found:
        del figure["build"]
    return found


def after_events(company, events, batches, *left_out):
    """Build after each batch, and hold each build to one from nothing."""
    size = -(-len(events) // batches)
    for start in range(0, len(events), size):
        batch = events[start : start + size]
        for event in batch:
            company.happen(event)
        before = published(company.folder / "builds").build
        built(company.folder)
        assert started_from(company.folder) == before
        from_nothing = built_from_nothing(company.folder, *left_out)
        assert differences(company.folder, from_nothing) == [], batch
    found = figures(company.folder)
    assert found == figures(from_nothing)
    assert sum(figure["records"] for figure in found) > 0


@pytest.mark.slow
def test_whatever_happens_the_build_equals_one_from_nothing(company):
    events = list(EVENTS)
    random.Random(20).shuffle(events)
    after_events(company, events, batches=2)


@pytest.mark.parametrize(
    "seed",
    [
        *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(3)),
        *(pytest.param(seed, marks=pytest.mark.soak) for seed in range(3, 12)),
    ],
)
def test_whatever_happens_in_whatever_order_the_build_equals_one_from_nothing(tmp_path, seed):
    company = GrowingCompany(tmp_path / "norvik", seed)
    built(company.folder)
    chance = random.Random(seed)
    after_events(company, [chance.choice(EVENTS) for _ in range(40)], 14, "builds")


@pytest.mark.slow
def test_after_new_touches_only_they_are_staged_and_nothing_else_is_made(company):
    folder = company.folder
    staged = {path: path.stat().st_mtime_ns for path in (folder / "builds").glob(".staged/*/*/*")}
    before = rows(folder, "select * from opportunity_history order by all")
    company.happen("new_touches")
    built(folder)
    assert started_from(folder) != ""
    now = {path: path.stat().st_mtime_ns for path in (folder / "builds").glob(".staged/*/*/*")}
    assert staged.items() <= now.items()
    assert len(now) == len(staged) + 1
    assert rows(folder, "select * from opportunity_history order by all") == before


@pytest.mark.slow
def test_accounts_people_and_opportunities_keep_their_numbers(company):
    query = "select {0}_id, {0}_no from {0}_key"
    kinds = ("account", "contact", "opportunity")
    before = {kind: dict(rows(company.folder, query.format(kind))) for kind in kinds}
    company.put("crm/account", {"account_id": "A-first", "is_test": "false"})
    company.put("crm/contact", {"contact_id": "C-first", "account_id": "A-first"})
    company.happen("new_opportunity")
    built(company.folder)
    for kind in kinds:
        now = dict(rows(company.folder, query.format(kind)))
        assert before[kind].items() <= now.items()
        assert min(now[new] for new in now.keys() - before[kind].keys()) > max(
            before[kind].values()
        )


@pytest.mark.slow
def test_when_many_touches_are_new_all_are_sorted_again(company, monkeypatch):
    place = "select account_no, touched_at, contact_no, code from touch order by rowid"
    monkeypatch.setattr(changed_touches, "ALWAYS_ADDED", 1000)
    company.happen("new_touches")
    built(company.folder)
    [(unsorted,)] = rows(company.folder, "select rows from kept.touch_tail")
    found = rows(company.folder, place)
    assert unsorted > 0
    assert found != sorted(found)
    monkeypatch.setattr(changed_touches, "ALWAYS_ADDED", 0)
    company.happen("new_touches")
    built(company.folder)
    assert rows(company.folder, "select rows from kept.touch_tail") == [(0,)]
    found = rows(company.folder, place)
    assert found == sorted(found)


@pytest.mark.slow
def test_when_many_records_are_affected_their_table_is_made_again(company, monkeypatch):
    monkeypatch.setattr(changed_rows, "ALWAYS_CHANGED", 0)
    for event in ("new_touches", "changed_touch", "contact_is_merged_away", "new_activities"):
        company.happen(event)
    built(company.folder)
    assert started_from(company.folder) != ""
    assert differences(company.folder, built_from_nothing(company.folder)) == []


def test_another_mapping_is_built_from_nothing(company):
    toml = company.folder / "trivet.toml"
    toml.write_text(toml.read_text().replace('name = "Norvik Analytics"', 'name = "Norvik"'))
    company.happen("new_touches")
    built(company.folder)
    assert started_from(company.folder) == ""


@pytest.mark.slow
def test_a_damaged_build_and_a_lost_cache_are_made_good_from_landing(company):
    builds = company.folder / "builds"
    path = published(builds).path(builds)
    path.chmod(0o644)
    content = bytearray(path.read_bytes())
    for place in range(20_000, len(content), 1_000):
        content[place] ^= 0xFF
    path.write_bytes(content)
    shutil.rmtree(builds / ".staged")
    company.happen("new_touches")
    built(company.folder)
    assert differences(company.folder, built_from_nothing(company.folder, "builds")) == []


def test_every_table_that_a_row_by_row_file_reads_is_watched():
    """A new join in touchpoint.sql whose changes nobody follows would keep old rows."""
    files = {file.name: file for file in sql_folder(CANONICAL)}
    for name, how in ROW_BY_ROW.items():
        watched = {lookup.table for lookup in how.lookups} | {*how.besides, f"latest.{name}"}
        assert files[name].reads == watched


@pytest.mark.slow
def test_a_build_that_is_forced_starts_from_nothing_but_landing(company):
    files = ".staged/*/*/*/feed.parquet"
    before = [path.stat().st_mtime_ns for path in (company.folder / "builds").glob(files)]
    built(company.folder, force=True)
    assert started_from(company.folder) == ""
    now = [path.stat().st_mtime_ns for path in (company.folder / "builds").glob(files)]
    assert len(now) == len(before)
    assert min(now) > max(before)


@pytest.mark.parametrize("name", sorted(MAY_CHANGE))
def test_where_only_some_opportunities_are_made_again_no_others_are_read(name, tmp_path):
    text = (CANONICAL / f"{name}.sql").read_text()
    for word, instead in READ_IN_PART[name].items():
        assert word in text
        text = text.replace(word, instead)
    (tmp_path / f"{name}.sql").write_text(text)
    assert not read_sql_file(tmp_path / f"{name}.sql").reads & MAY_CHANGE[name]
