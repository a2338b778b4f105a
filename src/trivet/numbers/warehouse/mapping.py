"""The mapping of `trivet.toml`, held against the list of canonical tables."""

from __future__ import annotations

from collections.abc import Iterator

from babel.numbers import list_currencies

from trivet.errors import SettingWrong
from trivet.numbers.warehouse.tables import BY_NAME, Column, Kind, Table
from trivet.numbers.workspace.feed import ColumnRule, Feed
from trivet.numbers.workspace.part import unknown
from trivet.numbers.workspace.settings import Settings
from trivet.numbers.workspace.stages import Stages

DIMENSION_TABLES = ("account", "opportunity", "contact", "crm_user")
"""Tables whose canonical columns can be a dimension: each record has one value."""

CUSTOM_TABLES = ("account", "opportunity", "contact")
"""Tables whose exports may bring a column of their own as a dimension."""

STAGE_COLUMNS = (("opportunity", "stage"), ("opportunity_stage_history", "stage"))
"""Columns that hold a name from `[stages]`."""

_TIMES_FIT = (Kind.MONEY, Kind.NUMBER, Kind.WHOLE)
_FORMAT_FITS = (Kind.INSTANT, Kind.DAY)


def check_mapping(settings: Settings) -> None:
    """Check everything in the mapping that can be known without reading an export.

    Raises   SettingWrong, naming source, feed, column and value of up to five problems
    """
    problems = [*_dimension_problems(settings)]
    for source in settings.sources:
        for feed in source.feeds:
            place = f'source "{source.name}", feed of {feed.table}'
            problems += [f"{place}: {said}" for said in _feed_problems(feed, settings.stages)]
    if problems:
        more = f"; and {len(problems) - 5} more" if len(problems) > 5 else ""
        raise SettingWrong(
            f"trivet.toml has a mapping that cannot be used: {'; '.join(problems[:5])}{more}.",
            remedy="Correct it; docs/reference/tables.md lists every table and column.",
        )


def _dimension_problems(settings: Settings) -> Iterator[str]:
    for name, dimension in settings.dimensions.items():
        tables = CUSTOM_TABLES if dimension.custom else DIMENSION_TABLES
        if dimension.table not in tables:
            yield f"dimensions.{name}: {unknown('table with dimensions', dimension.table, tables)}"
            continue
        columns = [column.name for column in BY_NAME[dimension.table].columns]
        if not dimension.custom and dimension.column not in columns:
            said = unknown(f"column of {dimension.table}", dimension.column, columns)
            yield f"dimensions.{name}: {said}"


def _feed_problems(feed: Feed, stages: Stages) -> Iterator[str]:
    table = BY_NAME.get(feed.table)
    if table is None:
        yield unknown("table", feed.table, BY_NAME)
        return
    known = {column.name: column for column in table.columns}
    for name in feed.columns:
        if name not in known:
            yield f"columns.{unknown(f'column of {table.name}', name, known)}"
    if lacking := [name for name in table.required if name not in feed.columns]:
        yield f"columns: {', '.join(lacking)} must be mapped, as every {table.name} needs it"
    for name, rule in feed.columns.items():
        if name in known:
            yield from (
                f"columns.{name}: {said}"
                for said in _rule_problems(table, known[name], rule, stages)
            )


def _rule_problems(table: Table, column: Column, rule: ColumnRule, stages: Stages) -> Iterator[str]:
    if rule.format and column.kind not in _FORMAT_FITS:
        yield f"format is for dates and instants; {column.name} is {column.kind.value}"
    if rule.times is not None and column.kind not in _TIMES_FIT:
        yield f"times is for numbers and money; {column.name} is {column.kind.value}"
    if rule.last_day and column.kind is not Kind.DAY:
        yield f"last_day is for days; {column.name} is {column.kind.value}"
    texts = [rule.constant, rule.otherwise, rule.default, *rule.values.values()]
    given = [text for text in texts if text]
    if (table.name, column.name) in STAGE_COLUMNS:
        if not stages.all:
            yield "the names of your stages are missing: list them under [stages]"
            return
        names = {name.casefold() for name in stages.all}
        wrong = [text for text in given if text.casefold() not in names]
        for text in wrong:
            yield unknown("stage of [stages]", text, stages.all)
    for text in given:
        if column.values and text not in column.values:
            yield unknown(f"value of {column.name}", text, column.values)
        if column.name == "currency" and text.upper() not in list_currencies():
            yield f"{text!r} is not an ISO 4217 currency code"
