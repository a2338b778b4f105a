"""Amounts that could be a thousand times larger: 48.000 where nothing says what the point is."""

# ruff: noqa: S608 - names are quoted, values are parameters; see the package.

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from duckdb import DuckDBPyConnection

from trivet.numbers.warehouse.staging.cell import Cells
from trivet.numbers.warehouse.staging.field_history import OF_MONEY
from trivet.numbers.warehouse.staging.field_history import VALUES as OLD_AND_NEW
from trivet.numbers.warehouse.staging.parameters import Parameters, named_in
from trivet.numbers.warehouse.staging.problem import AMBIGUOUS_NUMBER, Problem
from trivet.numbers.warehouse.staging.value import MINOR_PER_UNIT, Context, Values, text_name
from trivet.numbers.warehouse.tables import OPPORTUNITY_FIELD_HISTORY, Column, Kind, Table
from trivet.numbers.workspace.feed import Feed

_FIRST_ROWS = 2_048

_MAY_BE_LARGE = (Kind.MONEY, Kind.WHOLE)
"""Shares, rates and scores often have three decimals, and are no thousands."""


def undecided_columns(
    connection: DuckDBPyConnection,
    table: Table,
    feed: Feed,
    context: Context,
    rows_file: str,
    present: frozenset[str],
) -> frozenset[str]:
    """The columns of a load with values that can be read in two ways, and none that settles it.

    The feed settles it with `decimal_comma`. So does one value of the column that can only be read
    with a decimal point, such as 12.50 or 1,234.50.
    """
    columns = [column for column in table.columns if _is_judged(table, column, feed)]
    if feed.decimal_comma is not None or not columns:
        return frozenset()
    parameters = Parameters()
    cells = Cells(feed, present, parameters)
    values = Values(table, feed, context, parameters)
    once = "".join(f", {sql} as {name}" for name, sql in values.row_currency().items())
    told = ("currency",) if "currency" in feed.columns else ()
    if table is OPPORTUNITY_FIELD_HISTORY:
        told = ("field",)
    read = [table.column(name) for name in told] + columns
    texts = ", ".join(f"{cells.text(feed.columns[c.name])} as {text_name(c)}" for c in read)
    landed = f"read_parquet({parameters.add(rows_file)})"

    def which(of: Sequence[Column], asked: Callable[[Column], str], rows: str) -> list[Column]:
        """Those of the columns with a row for which what is asked is true."""
        if not of:
            return []
        each = ", ".join(f"bool_or({asked(column)})" for column in of)
        said = f"(select {texts} from {cells.rows(rows)})"
        query = f"select {each} from (select *{once} from {said})"
        found = connection.execute(query, named_in(query, parameters.values)).fetchone()
        assert found is not None
        return [column for column, is_so in zip(of, found, strict=True) if is_so]

    def settles(column: Column) -> str:
        return f"{_holds(column)} and shows_decimal_point({text_name(column)})"

    # Nearly every column with a point in it is settled by its first rows, at no cost.
    settled = which(columns, settles, f"(from {landed} limit {_FIRST_ROWS})")
    unsettled = [column for column in columns if column not in settled]
    doubtful = which(unsettled, _either_way, landed)
    settled = which(doubtful, settles, landed)
    return frozenset(column.name for column in doubtful if column not in settled)


def undecided_values(table: Table, undecided: frozenset[str]) -> Iterator[Problem]:
    """The values that nobody may guess: taking 48.000 for 48 is wrong by a factor of a thousand."""
    for column in table.columns:
        if column.name in undecided:
            yield Problem(
                AMBIGUOUS_NUMBER,
                column.name,
                f"{column.name} is '{{value}}', and nothing in the file tells whether its mark"
                " divides or groups thousands: write decimal_comma = true in the feed if amounts"
                " are written 1.234,50, or decimal_comma = false if they are written 1,234.50.",
                _either_way(column),
                text_name(column),
            )


def _is_judged(table: Table, column: Column, feed: Feed) -> bool:
    if column.name not in feed.columns:
        return False
    if table is OPPORTUNITY_FIELD_HISTORY:
        return column.name in OLD_AND_NEW
    return column.kind in _MAY_BE_LARGE


def _holds(column: Column) -> str:
    """SQL: the row's text of the column is an amount."""
    return f"lower(t_field) in ({OF_MONEY})" if column.name in OLD_AND_NEW else "true"


def _either_way(column: Column) -> str:
    """SQL: the text can be read in two ways.

    With three minor digits (dinars) three digits behind a point are what one expects; there it is
    the comma that may be either.
    """
    said = text_name(column)
    point, comma = f"may_be_grouped({said}, '.')", f"may_be_grouped({said}, ',')"
    if column.kind is not Kind.MONEY:
        return f"{_holds(column)} and {point}"
    thousandths = f"{MINOR_PER_UNIT} = 1000"
    return f"case when {point} then not {thousandths} when {comma} then {thousandths} end"
