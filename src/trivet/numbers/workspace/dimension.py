"""What figures can be split and filtered by, declared by the company."""

from __future__ import annotations

from typing import Any

from pydantic import model_validator

from trivet.numbers.workspace.part import Flag, Part


class Dimension(Part):
    """An entry of `[dimensions]`: `"account.industry"`, or a column of the export itself.

    table    the canonical table the column belongs to
    column   the canonical column; for a custom one, the name in the export
    custom   True when the column is the export's own

    Whether table and column exist is checked with the mapping, by the warehouse's own list.
    """

    table: str
    column: str
    custom: Flag = True

    @model_validator(mode="before")
    @classmethod
    def _from_text(cls, given: Any) -> Any:
        if isinstance(given, str):
            table, dot, column = given.partition(".")
            if not (table and dot and column):
                raise ValueError(f'{given!r} names no column; write for example "account.industry"')
            return {"table": table, "column": column, "custom": False}
        return given
