"""A build after one new row in a thousand, against a full build of the same exports.

New touches and new opportunities arrive as new export files; both workspaces take them in
(not timed), then each builds and measures the five metrics over every period. Every figure and
the hash of the last quarter's rows have to be the same in both.

Goal: 25 % of the full.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import duckdb

from benchmarks.company import cache, exported_company
from benchmarks.report import Line, Result
from benchmarks.stopwatch import Took, timed
from trivet.jobs.run import build, sync
from trivet.numbers.revenue_model import RevenueModel
from trivet.numbers.shared_metrics.registry import FIVE
from trivet.numbers.workspace.workspace import Workspace
from trivet.vocabulary.period import Grain

GOAL = 25
ONE_IN = 1000
TOUCHES = {
    "email_events": ("id", "created"),
    "form_submissions": ("conversionId", "submittedAt"),
    "web_events": ("id", "occurredAt"),
}
NEWEST_OPPORTUNITIES = "exports/crm/Opportunity_2026-11-20.csv"
LATER_OPPORTUNITIES = "exports/crm/Opportunity_2026-11-21.csv"


def measure(scale: int) -> Result:
    exported = exported_company(scale)
    folders = [cache() / f"working-{os.getpid()}-{name}" for name in ("grown", "fresh")]
    try:
        grown, fresh = (_workspace(exported, folder) for folder in folders)
        sync(grown)
        first, _ = timed(lambda: build(grown))
        new = add_new_rows(grown.folder)
        for name in [*(f"exports/map/{table}.later.csv" for table in TOUCHES), LATER_OPPORTUNITIES]:
            if (grown.folder / name).exists():
                shutil.copyfile(grown.folder / name, fresh.folder / name)
        sync(grown)
        sync(fresh)
        took, after = _built_and_measured(grown)
        whole, expected = _built_and_measured(fresh)
        differing = [key for key in expected if expected[key] != after.get(key)]
        if differing or expected.keys() != after.keys():
            raise AssertionError(f"the grown build answers otherwise: {differing[:5]}")
    finally:
        for folder in folders:
            shutil.rmtree(folder, ignore_errors=True)
    wall, cpu = 100 * took.wall / whole.wall, 100 * took.cpu / whole.cpu
    return Result(
        "incremental",
        f"{new['touches']:,} new touches and {new['opportunities']:,} new opportunities;"
        f" {len(expected):,} equal answers",
        (
            Line("first build", str(first), numbers=first.as_json()),
            Line("full build and measure", str(whole), numbers=whole.as_json()),
            Line("build and measure after the new rows", str(took), numbers=took.as_json()),
            Line(
                "share of the full",
                f"{wall:.0f} % wall, {cpu:.0f} % CPU",
                f"≤ {GOAL} %",
                wall <= GOAL,
                {"wall_percent": wall, "cpu_percent": cpu},
            ),
        ),
    )


def _workspace(exported: Path, folder: Path) -> Workspace:
    """A workspace of its own on the same exports; linked, because nothing writes to them."""
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(
        exported,
        folder,
        copy_function=os.link,
        ignore=shutil.ignore_patterns("landing", "builds", "written"),
    )
    return Workspace.open(folder)


def add_new_rows(folder: Path) -> dict[str, int]:
    """Write later export files: the newest thousandth of each again, under ids of their own."""
    connection = duckdb.connect()
    counts = {"touches": 0, "opportunities": 0}
    for table, (key, at) in TOUCHES.items():
        [source] = (folder / "exports/map").glob(f"{table}.*")
        later = folder / f"exports/map/{table}.later.csv"
        read = (
            f"read_csv('{source}', all_varchar=true)" if source.suffix == ".csv" else f"'{source}'"
        )
        connection.execute(
            f"copy (select * replace ('later-' || {key} as {key}) from (select * from {read}"
            f" order by {at} desc limit (select count(*) // {ONE_IN} from {read})))"
            f" to '{later}' (format csv, header true)"
        )
        counts["touches"] += _rows(connection, later)
    later = folder / LATER_OPPORTUNITIES
    read = f"read_csv('{folder / NEWEST_OPPORTUNITIES}', all_varchar=true)"
    connection.execute(
        f"""copy (select * replace ('00L' || substr("Id", 4) as "Id") from (select * from {read}"""
        """ where "IsDeleted" = 'false' order by "CreatedDate" desc"""
        f" limit (select count(*) // {ONE_IN} from {read})))"
        f" to '{later}' (format csv, header true)"
    )
    counts["opportunities"] = _rows(connection, later)
    connection.close()
    return counts


def _rows(connection: duckdb.DuckDBPyConnection, path: Path) -> int:
    [(rows,)] = connection.execute(f"select count(*) from '{path}'").fetchall()
    return int(rows)


def _built_and_measured(workspace: Workspace) -> tuple[Took, dict[tuple[str, str], object]]:
    built, _ = timed(lambda: build(workspace))
    measured, found = timed(lambda: _answers(workspace))
    model = RevenueModel.open(workspace.folder)
    quarter = model.latest_period(Grain.QUARTER)
    for name in FIVE:
        found[name, "rows of the last quarter"] = model.metric(name, quarter).rows_hash
    model.close()
    return built + measured, found


def _answers(workspace: Workspace) -> dict[tuple[str, str], object]:
    model = RevenueModel.open(workspace.folder)
    last = model.as_of_on
    first = last.replace(year=last.year - 3)
    calendar = model.settings.calendar
    periods = [
        period
        for grain in (Grain.MONTH, Grain.QUARTER, Grain.YEAR)
        for period in calendar.between(first, last, grain)
    ]
    found: dict[tuple[str, str], object] = {
        (name, figure.period.key): (
            figure.numerator,
            figure.denominator,
            figure.value,
            figure.records,
        )
        for name in FIVE
        for figure in model.series(name, periods)
    }
    model.close()
    return found
