"""A record's page: its facts with their origin, and its related rows as tables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from trivet.numbers.revenue_model import FactUsed, RecordPage
from trivet.vocabulary.money import Money
from trivet.web.rows import KINDS, Column, Table

SHOWN_AT_FIRST = 15
LINKED = {
    "opportunity_id": "id:opportunity",
    "account_id": "id:account",
    "ultimate_parent_id": "id:account",
}


@dataclass(frozen=True, slots=True)
class RelatedTable:
    """Rows of another table that belong to the record; the later ones stand folded."""

    heading: str
    table: Table
    total: int
    folded: Table | None


@dataclass(frozen=True, slots=True)
class RecordShown:
    """What `record.html` shows."""

    record_id: str
    title: str
    subtitle: str
    facts: tuple[FactUsed, ...]
    tables: tuple[RelatedTable, ...]


def record_shown(record: RecordPage, company_currency: str) -> RecordShown:
    """Everything the page needs, tables without rows left out.

    A record's money stands in its own currency, as its system has it; the company's is only for
    records that name none.
    """
    named = (f.value for f in record.facts if f.label.lower() == "currency" and f.value)
    currency = str(next(named, company_currency))
    return RecordShown(
        record.record_id,
        record.title,
        record.subtitle,
        tuple(_fact(fact, currency) for fact in record.facts),
        tuple(_related(heading, rows, currency) for heading, rows in record.tables if rows),
    )


def _fact(fact: FactUsed, currency: str) -> FactUsed:
    if fact.kind == "money" and isinstance(fact.value, int):
        return replace(fact, value=Money(fact.value, currency))
    if fact.kind == "text":
        return replace(fact, kind=KINDS.get(fact.label.lower().replace(" ", "_"), fact.kind))
    return fact


def _related(
    heading: str, rows: tuple[Mapping[str, object], ...], record_currency: str
) -> RelatedTable:
    named = next((id_name for id_name in LINKED if id_name in rows[0] and "name" in rows[0]), "")
    columns = tuple(
        Column(name, LINKED[named] if named and name == "name" else _kind(name, rows))
        for name in rows[0]
        if name != named and not name.endswith("_no")
    )

    def value(row: Mapping[str, object], column: Column) -> object:
        found = row.get(column.name)
        if named and column.name == "name":
            return row[named], found or row[named]
        if column.kind == "money" and isinstance(found, int):
            return Money(found, str(row.get("currency") or record_currency))
        return found

    cells = tuple(tuple((value(row, c), c.kind) for c in columns) for row in rows)
    later = cells[SHOWN_AT_FIRST:]
    return RelatedTable(
        heading,
        Table(columns, cells[:SHOWN_AT_FIRST]),
        len(rows),
        Table(columns, later) if later else None,
    )


def _kind(name: str, rows: tuple[Mapping[str, object], ...]) -> str:
    """A related table brings no kinds: the name and the first value tell them."""
    if name in LINKED or name in KINDS:
        return LINKED.get(name) or KINDS[name]
    value = next((row[name] for row in rows if row.get(name) is not None), None)
    if name.endswith("_minor"):
        return "money"
    if isinstance(value, bool):
        return "flag"
    if isinstance(value, datetime | date):
        return "day"
    return "text" if isinstance(value, str) or value is None else "number"
