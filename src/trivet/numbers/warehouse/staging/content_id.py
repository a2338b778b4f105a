"""Ids for records whose system has none: made of what the record says.

The same record in the next export gets the same id, so it is kept once.
"""

from __future__ import annotations

from dataclasses import dataclass

from trivet.numbers.warehouse.staging.parameters import quoted
from trivet.numbers.warehouse.tables import Table


@dataclass(frozen=True, slots=True)
class ContentId:
    """How a table's id is made when the mapping has no column for it.

    id_column   the column that is made
    made_of     the columns that tell two records apart; empty: all that are mapped
    counted     equal rows of one export are separate records: the first, the second ...
    """

    id_column: str
    made_of: tuple[str, ...] = ()
    counted: bool = False


_BY_TABLE = {
    "touchpoint": ContentId("touchpoint_id"),
    "expansion_signal": ContentId("signal_id"),
    "sales_activity": ContentId("activity_id"),
    # A contract's end, notice and price are known or corrected later; it stays the same one.
    "subscription": ContentId(
        "subscription_id", ("account_id", "product", "starts_on"), counted=True
    ),
    # Two equal lines of an invoice are two sales, not one that was exported twice.
    "invoice_line": ContentId(
        "invoice_line_id",
        ("account_id", "invoiced_on", "product", "amount", "currency", "revenue_kind"),
        counted=True,
    ),
}


def content_id(table: Table, mapped: frozenset[str]) -> ContentId | None:
    """How the id is made, or None if the mapping has it or the table needs none."""
    found = _BY_TABLE.get(table.name)
    return None if found is None or found.id_column in mapped else found


def content_id_sql(table: Table, how: ContentId, mapped: frozenset[str]) -> str:
    """SQL: the id, over the typed columns of the query."""
    used = [
        f"coalesce({quoted(column.stored_as)}::varchar, '')"
        for column in table.columns
        if column.name in mapped and (not how.made_of or column.name in how.made_of)
    ]
    # A separator that no cell holds: "a|b" and "|" would make two contents the same.
    content = f"concat_ws(chr(31), {', '.join(used)})"
    if not how.counted:
        return f"md5({content})"
    return (
        f"md5({content} || chr(31) ||"
        f" row_number() over (partition by {content} order by _file_row))"
    )
