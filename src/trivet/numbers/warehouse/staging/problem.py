"""Why a row cannot be used: the rules of staging, and the sentence each says."""

from __future__ import annotations

from dataclasses import dataclass

MISSING_REQUIRED = "missing_required"
SPREADSHEET_ERROR = "spreadsheet_error"
MANGLED_ID = "mangled_id"
UNREADABLE_DATE = "unreadable_date"
UNREADABLE_NUMBER = "unreadable_number"
AMBIGUOUS_NUMBER = "ambiguous_number"
UNREADABLE_ROW = "unreadable_row"
UNKNOWN_VALUE = "unknown_value"
UNKNOWN_STAGE = "unknown_stage"
DUPLICATE_ID = "duplicate_id"
IMPOSSIBLE_DATE = "impossible_date"
ID_COLLISION = "id_collision"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that can be wrong with a row.

    column   the canonical column
    says     a sentence; `{value}` becomes the value found
    when     SQL: true for a row that has it
    value    SQL: the text found
    """

    rule: str
    column: str
    says: str
    when: str
    value: str
