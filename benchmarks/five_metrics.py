"""The five shared metrics over every month, quarter and year, against a bare scan.

A bare scan reads the touch columns that the metrics need and does nothing with them but a sum:
the least that any engine could spend. Loading the touches into their layout (numbering records,
sorting by account) is a line of its own: it happens once for each touch, whatever is asked.
What the ratio holds is everything after it: the fact tables, who sourced what, and the figures.
Of the facts, those that only number and order the rows of a table, whatever is asked, are shown
once more as a line of their own.

Goal: 15 times the scan, stretch 8; 4 GB at most.
"""

from __future__ import annotations

import duckdb

from benchmarks.company import (
    built_company,
    connect,
    every_period,
    measurement,
    settings_of,
    working_copy,
)
from benchmarks.report import Line, Result
from benchmarks.stopwatch import NOTHING, Took, best, peak_memory, timed
from trivet.numbers.shared_metrics.figure import Figure
from trivet.numbers.shared_metrics.kept_figures import keep_figures
from trivet.numbers.shared_metrics.registry import FIVE, METRICS, drafts
from trivet.numbers.warehouse.facts.business_calendar import (
    write_business_calendar,
    write_company_days,
)
from trivet.numbers.warehouse.facts.company import write_company_tables
from trivet.numbers.warehouse.facts.declared_dimension import write_declared_dimensions
from trivet.numbers.warehouse.facts.filled import write_filled_columns
from trivet.numbers.warehouse.facts.make import FOLDER
from trivet.numbers.warehouse.facts.numbered import number_as_before
from trivet.numbers.warehouse.sql_files import run_statement, sql_folder
from trivet.numbers.workspace.settings import Settings
from trivet.vocabulary.period import Period

REPEAT = 3
LAYOUT = ("account_key", "test_contact", "contact_key", "opportunity_key", "touch")
CHECKS = ("reference",)
"""Facts of the data page: no metric reads them."""

NUMBERED_ROWS = ("opportunity_role", "opportunity_value", "stage_entry")
TOUCH_COLUMNS = "sum(account_no), max(code), sum(evidence), sum(contact_no)"
GOAL = 15
MEMORY_GOAL = 4 * 2**30

ALL_COLUMNS = {
    "touch": ("account_no", "code", "evidence", "contact_no"),
    "opportunity": (
        "opportunity_id",
        "account_id",
        "created_at",
        "currency",
        "lost_reason",
        "merged_into_id",
        "one_off_minor",
        "term_months",
        "is_partner",
        "is_self_serve",
    ),
    "opportunity_stage_history": ("opportunity_id", "stage", "entered_at", "evidence"),
    "opportunity_history": (
        "opportunity_id",
        "valid_from",
        "valid_to",
        "amount_minor",
        "acv_minor",
        "renewal_base_minor",
        "motion",
        "lead_source",
    ),
    "opportunity_contact_role": ("opportunity_id", "contact_id", "is_primary"),
    "account": ("account_id", "ultimate_parent_id"),
    "contact": ("contact_id", "account_id"),
    "subscription": (
        "subscription_id",
        "account_id",
        "product",
        "arr_minor",
        "price_uplift_minor",
        "currency",
        "signed_at",
        "starts_on",
        "ends_on",
        "notice_on",
        "billing_cancelled_on",
    ),
}
"""Every column of a build that the five metrics read under the default definitions."""


def measure(scale: int) -> Result:
    copy = working_copy(built_company(scale), "five-metrics")
    try:
        connection = connect(copy)
        try:
            return _measure(connection)
        finally:
            connection.close()
    finally:
        copy.unlink(missing_ok=True)


def _measure(connection: duckdb.DuckDBPyConnection) -> Result:
    settings = settings_of(connection)
    periods = every_period(connection, settings)
    layout = facts(connection, settings, only=LAYOUT)
    connection.execute("checkpoint build")
    [(touches,)] = connection.execute("select count(*) from touch").fetchall()
    scan = best(5, lambda: connection.execute(f"select {TOUCH_COLUMNS} from touch").fetchall())
    wide = best(3, lambda: _scan_all(connection))
    every = best(
        2,
        lambda: connection.execute(
            "select "
            + ", ".join(f"max({name})" for name in _columns(connection, "touch"))
            + " from touch"
        ).fetchall(),
    )
    made = _least([facts(connection, settings) for _ in range(REPEAT)])
    numbered = _least([facts(connection, settings, only=NUMBERED_ROWS) for _ in range(REPEAT)])
    beside = best(1, lambda: _beside(connection, settings))
    answers = [timed(lambda: figures(connection, settings, periods)) for _ in range(REPEAT)]
    assert all(answer == answers[0][1] for _, answer in answers)
    asked = _least([took for took, _ in answers])
    first = answers[0][0]
    kept = best(1, lambda: keep_figures(connection, settings))
    both = made + asked
    memory = peak_memory()
    return Result(
        "five_metrics",
        f"{touches:,} touches, {len(periods)} periods, {len(FIVE)} metrics",
        (
            Line("bare scan of four touch columns", str(scan), numbers=scan.as_json()),
            Line("bare scan of all columns the five read", str(wide), numbers=wide.as_json()),
            Line("bare scan of every touch column", str(every), numbers=every.as_json()),
            Line(
                "touch layout (a load step, not in the ratio)",
                str(layout),
                numbers=layout.as_json(),
            ),
            Line("facts", str(made), numbers=made.as_json()),
            Line(
                "  of which stages in order, values and roles, a row for each row loaded",
                str(numbered),
                numbers=numbered.as_json(),
            ),
            Line("five metrics from the facts", str(asked), numbers=asked.as_json()),
            Line("five metrics, first time in the process", str(first), numbers=first.as_json()),
            Line("facts and five metrics", str(both), numbers=both.as_json()),
            _ratio("ratio to the scan of four touch columns", both, scan, GOAL),
            _ratio("ratio to the scan of all columns they read", both, wide, None),
            Line(
                f"all {len(METRICS)} metrics as a build keeps them",
                str(kept),
                numbers=kept.as_json(),
            ),
            Line("facts of other metrics", str(beside), numbers=beside.as_json()),
            Line(
                "peak memory, layout and facts and metrics",
                f"{memory / 2**30:.2f} GB",
                "< 4 GB",
                memory < MEMORY_GOAL,
                {"bytes": memory},
            ),
        ),
        {"touches": touches, "periods": len(periods)},
    )


def figures(
    connection: duckdb.DuckDBPyConnection, settings: Settings, periods: list[Period]
) -> list[Figure]:
    """The five metrics of every period under the draft definitions, with nothing kept before."""
    connection.execute("drop schema if exists memory.step cascade")
    measuring = measurement(connection, settings)
    return [figure for name in FIVE for figure in measuring.figures(drafts()[name], periods)]


def facts(
    connection: duckdb.DuckDBPyConnection, settings: Settings, only: tuple[str, ...] = ()
) -> Took:
    """Make the fact tables as a build does: those named, or all that metrics read of the rest."""
    parameters = {
        "time_zone": settings.company.time_zone,
        "currency": settings.company.currency,
    }

    def make() -> None:
        if only:
            number_as_before(connection)
        else:
            write_company_tables(connection, settings)
            write_declared_dimensions(connection, settings)
        for file in sql_folder(FOLDER):
            if file.name in only or (not only and file.name not in LAYOUT + CHECKS):
                for statement in file.statements:
                    run_statement(connection, statement, parameters)
        if only:
            connection.execute("drop schema if exists numbered cascade")
        else:
            write_company_days(connection, settings)

    return timed(make)[0]


def _beside(connection: duckdb.DuckDBPyConnection, settings: Settings) -> None:
    """The clock of the follow-up SLA, and what the data page counts of columns and references."""
    write_business_calendar(connection, settings)
    write_filled_columns(connection)
    for file in sql_folder(FOLDER):
        if file.name in CHECKS:
            for statement in file.statements:
                run_statement(connection, statement, {})


def _scan_all(connection: duckdb.DuckDBPyConnection) -> None:
    for table, columns in ALL_COLUMNS.items():
        asked = ", ".join(f"max({column})" for column in columns)
        connection.execute(f"select {asked} from {table}").fetchall()


def _columns(connection: duckdb.DuckDBPyConnection, table: str) -> list[str]:
    return [row[0] for row in connection.execute(f"describe {table}").fetchall()]


def _least(tries: list[Took]) -> Took:
    return Took(min(t.wall for t in tries), min(t.cpu for t in tries)) if tries else NOTHING


def _ratio(name: str, whole: Took, scan: Took, goal: int | None) -> Line:
    wall, cpu = whole.wall / scan.wall, whole.cpu / max(scan.cpu, 0.001)
    return Line(
        name,
        f"{wall:.0f} × wall, {cpu:.0f} × CPU",
        f"≤ {goal} ×" if goal else "",
        wall <= goal if goal else None,
        {"wall": wall, "cpu": cpu},
    )
