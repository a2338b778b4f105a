"""Some of the rows behind a figure, as people read them: named, ordered, a page at a time."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

import pyarrow as pa

from trivet.numbers.revenue_model.shapes import RowPage
from trivet.numbers.shared_metrics.figure import Unit
from trivet.numbers.shared_metrics.rows import total

HIDDEN = frozenset({"period_key", "record_kind", "record_id", "dimension_on", "window_key"})


def row_page(
    rows: pa.Table,
    names: Mapping[str, pa.Table],
    sides: tuple[Unit, Unit],
    search: str,
    order_by: str,
    descending: bool,
    limit: int,
    offset: int,
) -> RowPage:
    """A page of `rows`, with the sums of all that match `search`.

    sides      what numerator and denominator are
    search     part of any text in the row, whatever its case
    order_by   a column's name; any other leaves the largest numerator first
    """
    named = _with_names(rows, names)
    found = _matching(named, search)
    shown = [
        name
        for name in found.column_names
        if name not in HIDDEN and found[name].null_count < max(len(found), 1)
    ]
    key = order_by if order_by in found.column_names else "numerator"
    ordered = _ordered(found, key, descending)
    units = dict(zip(("numerator", "denominator"), sides, strict=True))
    kinds = tuple(
        (name, _kind(name, found.schema.field(name).type, units.get(name))) for name in shown
    )
    return RowPage(
        kinds,
        tuple(ordered.slice(offset, limit).to_pylist()),
        len(found),
        Fraction(total(found, "numerator")),
        Fraction(total(found, "denominator")),
    )


def _ordered(rows: pa.Table, key: str, descending: bool) -> pa.Table:
    if len(rows) == 0:
        return rows
    return rows.sort_by(
        [(key, "descending" if descending else "ascending"), ("record_id", "ascending")]
        if key != "record_id"
        else [(key, "descending" if descending else "ascending")]
    )


def _with_names(rows: pa.Table, names: Mapping[str, pa.Table]) -> pa.Table:
    front: list[str] = []
    for kind, table in names.items():
        key = f"{kind}_id"
        if key in rows.column_names and rows[key].null_count < len(rows):
            rows = rows.join(table, key, join_type="left outer")
            front += [f"{kind}_name", key]
    rest = [name for name in rows.column_names if name not in front]
    return rows.select([*front, *rest])


def with_names_beside(rows: pa.Table, names: Mapping[str, pa.Table]) -> pa.Table:
    """The rows in their order, with `account_name` behind `account_id`, for each kind of record."""
    for kind, table in names.items():
        key, name = f"{kind}_id", f"{kind}_name"
        if key not in rows.column_names or rows[key].null_count == len(rows):
            continue
        known = dict(zip(table[key].to_pylist(), table[name].to_pylist(), strict=True))
        said = pa.array([known.get(each) for each in rows[key].to_pylist()], pa.string())
        rows = rows.add_column(rows.column_names.index(key) + 1, name, said)
    return rows


def _matching(rows: pa.Table, search: str) -> pa.Table:
    wanted = search.strip().casefold()
    if not wanted or len(rows) == 0:
        return rows
    texts = [
        rows[name].to_pylist()
        for name in rows.column_names
        if pa.types.is_string(rows.schema.field(name).type) and name not in HIDDEN
    ]
    matches = [
        any(text is not None and wanted in text.casefold() for text in row)
        for row in zip(*texts, strict=True)
    ]
    return rows.filter(pa.array(matches, pa.bool_()))


def _kind(name: str, of: pa.DataType, unit: Unit | None) -> str:
    if name in ("opportunity_id", "account_id", "contact_id", "user_id"):
        return f"id:{name.removesuffix('_id')}"
    if name.endswith("_minor"):
        return "money"
    if unit is not None:
        return {Unit.MONEY: "money", Unit.DAYS: "days"}.get(unit, "number")
    if pa.types.is_date(of):
        return "day"
    if pa.types.is_timestamp(of):
        return "instant"
    if pa.types.is_boolean(of):
        return "flag"
    if pa.types.is_integer(of) or pa.types.is_decimal(of) or pa.types.is_floating(of):
        return "number"
    return "text"
