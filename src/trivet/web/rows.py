"""The rows behind a figure: one table with its filter, order and pages, all in the address."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

import pyarrow as pa
from django.http import HttpRequest
from django.utils.translation import gettext

from trivet.numbers.revenue_model import RowPage
from trivet.numbers.shared_metrics.figure import Unit
from trivet.vocabulary.whole_number import read_whole
from trivet.web import words
from trivet.web.scope import Scope
from trivet.web.tiles import Tile
from trivet.web.visible_accounts import visible_accounts

PAGE_SIZE = 25


@dataclass(frozen=True, slots=True)
class Column:
    """A column's heading.

    sorted_by   'ascending', 'descending' or 'none', as `aria-sort` says it
    address     the same rows in this column's order; '' where a table cannot be ordered
    """

    name: str
    kind: str
    sorted_by: str = "none"
    address: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """Cells in reading order: (value, kind)."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[tuple[object, str], ...], ...]


@dataclass(frozen=True, slots=True)
class RowsShown:
    """What `_rows.html` shows.

    proof       what the rows add up to, in words
    proof_tone  good when that is the figure, flat while a text filter leaves rows out
    """

    table: Table
    total: int
    first: int
    last: int
    search: str
    sort: str
    earlier: str
    later: str
    csv: str
    proof: str
    proof_tone: str
    action: str
    kept: tuple[tuple[str, str], ...]
    cleared: str


KINDS = {
    "outcome": "outcome",
    **dict.fromkeys(
        (
            "sourced_by",
            "sourced_rule",
            "qualified_by",
            "function",
            "deal_type",
            "expansion_type",
            "motion",
            "movement",
            "lead_type",
            "lost_reason",
            "line",
            "result",
            "kind",
            "channel",
            "rule",
            "evidence",
            "revenue_kind",
            "source",
        ),
        "word",
    ),
}
"""Columns whose values are words of ours, not the vendor's: `no_decision` reads "No decision"."""

SUMS = ("numerator", "denominator")

NAMED = {
    "account_id": "account_name",
    "opportunity_id": "opportunity_name",
    "contact_id": "contact_name",
    "user_id": "user_name",
}
"""An id and the column that holds its record's name: shown as one link that reads as the name."""


def table_of(found: RowPage) -> Table:
    """A page of rows that cannot be ordered."""
    shown = _shown_columns(found)
    return Table(tuple(Column(name, kind) for name, kind in shown), _cells(found, shown))


def _shown_columns(found: RowPage) -> list[tuple[str, str]]:
    names = {name for name, _ in found.columns}
    said = {NAMED[id_name] for id_name in NAMED if id_name in names}
    plain = [
        (name, KINDS.get(name, "clock" if kind == "instant" else kind))
        for name, kind in found.columns
        if name not in said and name not in SUMS
    ]
    return plain + [(name, kind) for name, kind in found.columns if name in SUMS]


def _cells(
    found: RowPage, shown: Sequence[tuple[str, str]], zone: str = "UTC"
) -> tuple[tuple[tuple[object, str], ...], ...]:
    """The cells; instants at the company's own clock, because a promise in hours is kept by it."""

    def value(row: Mapping[str, object], name: str) -> object:
        found = _value(row, name)
        if isinstance(found, datetime):
            return found.replace(tzinfo=UTC).astimezone(ZoneInfo(zone))
        return found

    return tuple(tuple((value(row, name), kind) for name, kind in shown) for row in found.rows)


def _value(row: Mapping[str, object], name: str) -> object:
    value, said = row.get(name), row.get(NAMED.get(name, ""))
    return (value, said) if value and said else value


def read_sort(request: HttpRequest) -> tuple[str, bool]:
    """The column and whether it runs down: `sort=-amount`."""
    text = request.GET.get("sort", "")
    return text.removeprefix("-"), text.startswith("-") or not text


def rows_shown(request: HttpRequest, scope: Scope, tile: Tile) -> RowsShown:
    """One page of the rows behind the tile's figure."""
    search = request.GET.get("q", "").strip()[:200]
    order_by, descending = read_sort(request)
    number = _page_number(request)
    answers, metric = scope.answers, tile.metric.id
    team = visible_accounts(request, answers)
    found = answers.row_page(
        metric,
        scope.period,
        scope.where,
        search=search,
        order_by=order_by,
        descending=descending,
        limit=PAGE_SIZE,
        offset=(number - 1) * PAGE_SIZE,
        team=team,
    )
    order_by = order_by if order_by in dict(found.columns) else ""
    sort = f"{'-' if descending else ''}{order_by}" if order_by else ""
    by = request.GET.get("by", "")
    kept = {name: value for name, value in (("q", search), ("sort", sort), ("by", by)) if value}

    def address(**changes: str) -> str:
        return f"{request.path}{scope.query(**{**kept, **changes})}#rows"

    shown = _shown_columns(found)
    columns = tuple(
        Column(
            name,
            kind,
            ("descending" if descending else "ascending") if name == order_by else "none",
            address(sort=name if name == order_by and descending else f"-{name}"),
        )
        for name, kind in shown
    )
    first = (number - 1) * PAGE_SIZE + 1 if found.rows else 0
    last = first + len(found.rows) - 1 if found.rows else 0
    is_filtered = bool(search) or team is not None
    if tile.figure.factors and tile.computable and not is_filtered:
        proof, tone = prove_product(answers.rows(metric, scope.period, scope.where), tile)
    else:
        proof, tone = prove(found, tile, filtered=is_filtered)
    csv = {
        **scope.parameters(period=scope.period.key),
        **{name: value for name, value in kept.items() if name != "by"},
    }
    return RowsShown(
        Table(columns, _cells(found, shown, answers.time_zone)),
        found.total,
        first,
        last,
        search,
        sort,
        address(page=str(number - 1)) if number > 1 else "",
        address(page=str(number + 1)) if last < found.total else "",
        f"/metrics/{metric}/rows.csv?{urlencode(csv)}",
        proof,
        tone,
        request.path,
        tuple((name, value) for name, value in scope.parameters().items())
        + tuple((name, kept[name]) for name in ("sort", "by") if name in kept),
        f"{request.path}{scope.query(**{n: v for n, v in kept.items() if n != 'q'})}#rows",
    )


def _page_number(request: HttpRequest) -> int:
    return min(max(1, read_whole(request.GET.get("page", "")) or 1), 1_000_000)


def prove(found: RowPage, tile: Tile, *, filtered: bool) -> tuple[str, str]:
    """What the rows add up to, and whether that is the figure."""
    figure, currency = tile.figure, tile.currency
    said = {
        "over": words.side(found.numerator, tile.sides[0], currency),
        "under": words.side(found.denominator, tile.sides[1], currency),
        "figure": str(words.amount(figure.value, figure.unit, currency)),
        "rows": words.rows(found.total),
    }
    if figure.value is None:
        reason = words.sentence(figure.reason) or gettext("There is no figure.")
        return f"{said['rows']}. {reason[:1].upper()}{reason[1:]}", "flat"
    if filtered:
        every = {**said, "all": f"{figure.records:,}"}
        return (
            gettext(
                "These %(rows)s add up to %(over)s over %(under)s; all %(all)s make the figure,"
                " %(figure)s."
            )
            % every,
            "flat",
        )
    ratio = found.numerator / found.denominator if found.denominator else None
    if ratio == figure.value:
        text = gettext("Sum over the %(rows)s: %(over)s ÷ %(under)s = %(figure)s, the figure.")
        return text % said, "good"
    if (found.numerator, found.denominator) != (figure.numerator, figure.denominator):
        text = gettext(
            "The %(rows)s add up to %(over)s over %(under)s, which is not the figure. Please"
            " report this."
        )
        return text % said, "bad"
    if figure.unit is Unit.DAYS:
        text = gettext(
            "The figure, %(figure)s, is the median of the %(rows)s: %(over)s over %(under)s,"
            " a mean of %(mean)s."
        )
        mean = str(words.amount(ratio, Unit.DAYS, currency))
        return text % {**said, "mean": mean}, "good"
    text = gettext(
        "The %(rows)s add up to %(over)s and %(under)s, the parts %(figure)s is made of."
    )
    return text % said, "good"


def prove_product(rows: pa.Table, tile: Tile) -> tuple[str, str]:
    """A product: what the rows make once more, put together as the definition says."""
    made = tile.made_of(rows)
    said = {
        "rows": words.rows(rows.num_rows),
        "product": words.product(made.factors, tile.currency),
        "figure": str(tile.amount),
    }
    if made.value == tile.figure.value:
        text = gettext("Made of the %(rows)s: %(product)s = %(figure)s, the figure.")
        return text % said, "good"
    text = gettext("The rows give %(product)s, which is not the figure. Please report this.")
    return text % said, "bad"
