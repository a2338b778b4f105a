"""Where records name records that are not there, and what to do about it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trivet.sentence import Sentence

if TYPE_CHECKING:
    from trivet.numbers.warehouse.engine import Engine

NEEDED = frozenset({("opportunity", "account_id")})
"""References that no figure can do without: a row that names nobody is worth a word there."""

NOT_FED = Sentence(
    "No such record is loaded: add a feed of them to trivet.toml, or leave the column out of the"
    " mapping"
)
ANOTHER_ID = Sentence(
    "Not one is found, so the column holds another kind of id than the records have: map the"
    " column with the records' own id"
)
NOT_EXPORTED = Sentence(
    "Export those records too. Until then, or if they were deleted, the rows are in no figure that"
    " follows the reference"
)
NAMES_NOBODY = Sentence(
    "Map the column that names them, or fill it in where the rows were recorded"
)


def references(engine: Engine) -> list[dict[str, object]]:
    """Per source and column that names records: rows, how many are empty, how many lead nowhere.

    JSON-ready; `remedy` is what to do, '' where nothing is lost.
    """
    found = engine.rows(
        'select reference.source, reference.table_name as "table", reference.column_name as'
        ' "column", reference.refers_to, reference.rows, reference.empty, reference.unknown,'
        " coalesce(loaded.rows, 0) > 0 as is_fed"
        " from reference left join (select table_name, max(rows) as rows from filled_column"
        " group by table_name) as loaded on loaded.table_name = reference.refers_to"
        " order by reference.table_name, reference.column_name, reference.source"
    ).to_pylist()
    return [
        {name: value for name, value in row.items() if name != "is_fed"} | {"remedy": _remedy(row)}
        for row in found
    ]


def _remedy(row: dict[str, object]) -> str:
    if row["unknown"]:
        if not row["is_fed"]:
            return NOT_FED
        named = int(str(row["rows"])) - int(str(row["empty"]))
        return ANOTHER_ID if row["unknown"] == named else NOT_EXPORTED
    return NAMES_NOBODY if row["empty"] and (row["table"], row["column"]) in NEEDED else ""
