"""Where close dates and the records of closings fall into different quarters."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from trivet.vocabulary.period import Grain

if TYPE_CHECKING:
    from trivet.numbers.warehouse.engine import Engine
    from trivet.vocabulary.period import FiscalCalendar


def close_dates(engine: Engine, calendar: FiscalCalendar) -> list[dict[str, object]]:
    """Per quarter of the close date, the newest first; one without a disagreement is left out.

    closings    opportunities that closed in the quarter by their close date, and whose closing a
                loaded history records
    elsewhere   of them, those whose closing was recorded in another quarter
    recorded    in which quarters, with how many each

    JSON-ready. A definition says which of the two it counts by (`closed_on`, decision 0023).
    """
    rows = engine.rows(
        "select closed_on, recorded_on, count(*) as closings from closing"
        " where is_loaded and known_until = timestamp '9999-12-31'"
        " group by closed_on, recorded_on"
    ).to_pylist()
    every: Counter[str] = Counter()
    apart: dict[str, Counter[str]] = {}
    for row in rows:
        dated, recorded = (
            calendar.containing(row[name], Grain.QUARTER).key
            for name in ("closed_on", "recorded_on")
        )
        every[dated] += row["closings"]
        if dated != recorded:
            apart.setdefault(dated, Counter())[recorded] += row["closings"]
    return [
        {
            "quarter": quarter,
            "closings": every[quarter],
            "elsewhere": sum(found.values()),
            "recorded": [
                {"quarter": recorded, "closings": number}
                for recorded, number in sorted(found.items(), key=lambda each: (-each[1], each[0]))
            ],
        }
        for quarter, found in sorted(apart.items(), reverse=True)
    ]


def known_from(engine: Engine) -> list[dict[str, object]]:
    """From which day on each kind of record is known, and whether a feed says so. JSON-ready."""
    return [
        {
            "table": row["table_name"],
            "first_on": row["first_on"].isoformat(),
            "declared": row["declared"],
        }
        for row in engine.rows(
            "select known_from.table_name, known_from.first_on,"
            " known_from.table_name in (select table_name from history_from) as declared"
            " from known_from order by known_from.table_name"
        ).to_pylist()
    ]
