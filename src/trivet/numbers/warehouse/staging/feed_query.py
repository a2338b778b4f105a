"""The query of one load under one feed: every row typed, with the first problem it has."""

# ruff: noqa: S608 - names are quoted, values are parameters; see the package.

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from trivet.numbers.warehouse.staging.cell import Cells
from trivet.numbers.warehouse.staging.content_id import content_id, content_id_sql
from trivet.numbers.warehouse.staging.field_history import (
    VALUES,
    plain_value,
    unreadable_values,
)
from trivet.numbers.warehouse.staging.grouping import undecided_values
from trivet.numbers.warehouse.staging.impossible import impossible_dates
from trivet.numbers.warehouse.staging.no_value import error_name, no_values
from trivet.numbers.warehouse.staging.noticed import NEWEST, rounded_columns, rounded_name
from trivet.numbers.warehouse.staging.parameters import Parameters, quoted
from trivet.numbers.warehouse.staging.problem import UNREADABLE_DATE, Problem
from trivet.numbers.warehouse.staging.staged_load import literal
from trivet.numbers.warehouse.staging.value import Context, Values, text_name
from trivet.numbers.warehouse.tables import (
    IS_DAY,
    OF_THE_SAME_OBJECT,
    OPPORTUNITY_FIELD_HISTORY,
    Column,
    Kind,
    Table,
)
from trivet.numbers.workspace.feed import Feed


@dataclass(frozen=True, slots=True)
class FeedQuery:
    """SQL over one load.

    landed       the rows as they were landed
    judges       of `landed`, the rows that are records of the table: typed columns, texts (`t_`
                 and the name), `_file_row`, and `problem`: the number of the first problem, or null
    columns      canonical columns, as stored, that are judged
    problems     what the numbers mean, counted from 1
    applicable   the count of rows that are records of the table; None if all are
    parameters   values of both
    """

    landed: str
    judges: str
    columns: tuple[str, ...]
    problems: tuple[Problem, ...]
    applicable: str | None
    parameters: dict[str, object]

    def judged(self) -> str:
        """SQL of all rows."""
        return f"with landed as (from {self.landed}), {self.judges}"

    def judged_but(self, staged: Path) -> str:
        """SQL of the rows that are not among the staged ones in a Parquet file."""
        rest = (
            f"from {self.landed} as landed anti join read_parquet({literal(staged)}) as staged"
            " on staged.file_row = landed._file_row"
        )
        return f"with landed as ({rest}), {self.judges}"


def feed_query(
    table: Table,
    feed: Feed,
    context: Context,
    rows_file: str,
    present: frozenset[str],
    exported_at: datetime,
    undecided: frozenset[str] = frozenset(),
) -> FeedQuery:
    """Make the query.

    present       columns that the load has
    exported_at   UTC, without a zone
    undecided     canonical columns whose mark may divide or group
    """
    parameters = Parameters()
    cells = Cells(feed, present, parameters)
    values = Values(table, feed, context, parameters)
    mapped = frozenset(feed.columns)
    columns = [column for column in table.columns if column.name in mapped]

    landed = f"read_parquet({parameters.add(rows_file)})"
    texts = [
        f"{cells.text(feed.columns[c.name], _scope(table, feed, c))} as {text_name(c)}"
        for c in columns
    ]
    errors = {c.name: cells.error(feed.columns[c.name]) for c in columns}
    texts += [f"{said} as {error_name(c)}" for c in columns if (said := errors[c.name])]
    if feed.newest_by is not None:
        texts.append(f"{cells.cell(feed.newest_by)} as t_newest")

    once = values.read_once()
    typed: dict[str, str] = {}
    for column in columns:
        if column.stored_as in once:
            continue
        typed[column.stored_as] = values.value(column, feed.columns[column.name])
        if column.kind is Kind.INSTANT:
            typed[IS_DAY.format(column.name)] = values.is_day(column, feed.columns[column.name])
        if table is OPPORTUNITY_FIELD_HISTORY and column.name in VALUES:
            typed[column.stored_as] = plain_value(values, feed, text_name(column))
    for column in rounded_columns(table, feed):
        typed[rounded_name(column)] = values.is_rounded(column)
    if feed.newest_by is not None:
        typed[NEWEST] = values.instant("t_newest", feed.date_format)

    problems = [
        problem
        for c in columns
        for problem in (
            *no_values(c, feed.columns[c.name], is_noted=errors[c.name] is not None),
            *values.problems(c, feed.columns[c.name]),
        )
    ]
    if table is OPPORTUNITY_FIELD_HISTORY:
        problems += unreadable_values(values, feed, mapped)
    problems += undecided_values(table, undecided)
    if feed.newest_by is not None:
        problems.append(
            Problem(
                UNREADABLE_DATE,
                feed.newest_by,
                f"{feed.newest_by} is '{{value}}', which is no date, and tells which row is the"
                " newest: correct it at the source, or give the feed its date_format.",
                f"t_newest is not null and {quoted(NEWEST)} is null",
                "t_newest",
            )
        )
    instant = f"{parameters.add(exported_at)}::timestamp"
    problems += impossible_dates(
        table.name, mapped, context.stages, context.company_zone, instant, parameters
    )
    whens = " ".join(
        f"when {problem.when} then {number}" for number, problem in enumerate(problems, start=1)
    )

    source = "typed"
    ctes = [
        f"said as (select _file_row, {', '.join(texts)} from {cells.rows('landed')})",
        f"once as (select *{_named(once)} from said)",
        f"typed as (select *{_named(typed)} from once)",
    ]
    made = content_id(table, mapped)
    stored = [*typed, *(["currency"] if "currency" in once else [])]
    if made is not None:
        known = frozenset({*mapped, "currency"} if "currency" in once else mapped)
        identity = f"{content_id_sql(table, made, known)} as {quoted(made.id_column)}"
        ctes.append(f"named as (select *, {identity} from typed)")
        stored.append(made.id_column)
        source = "named"
    problem = f"case {whens} end" if whens else "null::integer"
    judges = f"{', '.join(ctes)} select *, {problem} as problem from {source}"
    applies = cells.applies()
    counted = f"select count(*) from {landed} where {applies}" if applies else None
    return FeedQuery(landed, judges, tuple(stored), tuple(problems), counted, parameters.values)


def _named(values: Mapping[str, str]) -> str:
    """SQL: values behind others in a select list, each by its name."""
    return "".join(f", {sql} as {quoted(name)}" for name, sql in values.items())


def _scope(table: Table, feed: Feed, column: Column) -> str:
    """The feed's scope, for the records' own ids and for those that name another of the same."""
    return feed.own_scope if column.name in (table.own_id, *OF_THE_SAME_OBJECT) else ""
