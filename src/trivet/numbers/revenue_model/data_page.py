"""What is loaded, how fresh it is, what was refused, who could not be matched."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING

from trivet.numbers.revenue_model.close_dates import close_dates, known_from
from trivet.numbers.revenue_model.references import references
from trivet.sentence import Sentence

if TYPE_CHECKING:
    import pyarrow as pa

    from trivet.numbers.revenue_model.freshness import Freshness
    from trivet.numbers.warehouse.engine import Engine
    from trivet.numbers.warehouse.publish import Published
    from trivet.vocabulary.period import FiscalCalendar


def data_page(
    engine: Engine,
    build: str,
    current: Published | None,
    lacking: Mapping[str, str],
    calendar: FiscalCalendar,
    freshness: Sequence[Freshness],
) -> dict[str, object]:
    """JSON-ready: sources and their tables, quarantine, what was noticed in rows that were read,
    references, identity, from when on records are known, close dates beside their records, what
    metrics lack.
    """
    return {
        "build": build,
        "published_at": current.published_at.isoformat() if current else None,
        "stale_reason": current.stale_reason if current else None,
        "sources": _sources(engine, {each.source: each for each in freshness}),
        "quarantine": _quarantine(engine),
        "noticed": _noticed(engine),
        "references": references(engine),
        "identity": _identity(engine),
        "known_from": known_from(engine),
        "close_dates": close_dates(engine, calendar),
        "metrics": [
            {
                "metric": metric,
                "computable": not reason,
                "reason": Sentence("not computable: %(lacking)s", {"lacking": reason})
                if reason
                else "",
            }
            for metric, reason in lacking.items()
        ],
    }


def _sources(engine: Engine, fresh: Mapping[str, Freshness]) -> list[dict[str, object]]:
    rows = engine.rows(
        "select source, system, table_name, rows, derived, quarantined, not_applicable, data_as_of,"
        " landed_at from source_fact order by source, table_name"
    ).to_pylist()
    found: dict[str, dict[str, object]] = {}
    for row in rows:
        source = found.setdefault(
            row["source"],
            {
                "source": row["source"],
                "system": row["system"],
                "data_as_of": None,
                "landed_at": None,
                **_until(fresh.get(row["source"])),
                "tables": [],
            },
        )
        for name in ("data_as_of", "landed_at"):
            at = row[name].isoformat() + "+00:00" if row[name] else None
            known = source[name]
            if at is not None and (known is None or at > str(known)):
                source[name] = at
        tables = source["tables"]
        assert isinstance(tables, list)
        tables.append(
            {
                "table": row["table_name"],
                "rows": row["rows"],
                "derived": row["derived"],
                "quarantined": row["quarantined"],
                "not_applicable": row["not_applicable"],
            }
        )
    return list(found.values())


def _until(fresh: Freshness | None) -> dict[str, object]:
    """How often a source sends, and the last day on which its newest export is new enough."""
    if fresh is None:
        return {"usual_days": None, "fresh_until": None}
    until = fresh.newest_on + timedelta(days=fresh.allowed_days)
    return {"usual_days": fresh.usual_days, "fresh_until": until.isoformat()}


def _quarantine(engine: Engine) -> dict[str, object]:
    by_rule = engine.rows(
        'select rule, source, table_name as "table", count(*) as rows, min(says) as says'
        " from quarantine group by rule, source, table_name order by rows desc, rule, source"
    ).to_pylist()
    return {"rows": quarantined(engine), "by_rule": by_rule}


def quarantined(engine: Engine) -> int:
    """Rows in the quarantine, each counted once however many rules it breaks."""
    found = engine.rows(
        "select count(*) as rows from"
        " (select distinct source, table_name, load_id, file, file_row from quarantine) as each"
    )
    return int(found["rows"][0].as_py())


def _noticed(engine: Engine) -> list[dict[str, object]]:
    """What was read all the same: where amounts were rounded, where rows say a record again."""
    found = engine.rows(
        'select source, table_name as "table", kind, column_name as "column", number from noticed'
        " order by kind desc, source, table_name, column_name"
    ).to_pylist()
    return [row | {"says": _SAID[row["kind"]](row["number"], row["column"])} for row in found]


_SAID: Mapping[str, Callable[[int, str], Sentence]] = {
    "rounded": lambda number, column: Sentence.counted(
        "%(number)s amount of %(column)s has more decimals than its currency; it was rounded",
        "%(number)s amounts of %(column)s have more decimals than their currency; they were"
        " rounded",
        number,
        column=column,
    ),
    "repeated": lambda number, column: Sentence.counted(
        "%(number)s row says a record again; another row of the record counts",
        "%(number)s rows say a record again; another row of the record counts",
        number,
    ),
    "conflicting": lambda number, column: Sentence.counted(
        "%(number)s record has rows that differ in %(column)s; one of them counts",
        "%(number)s records have rows that differ in %(column)s; one of them counts",
        number,
        column=column,
    ),
}


def rounded(engine: Engine) -> int:
    """How many amounts of the exports had more decimals than their currency."""
    found = engine.rows("select sum(number) as number from noticed where kind = 'rounded'")
    return int(found["number"][0].as_py() or 0)


def _identity(engine: Engine) -> list[dict[str, object]]:
    """Per source: how many of its records found their counterpart; nothing where one is alone."""
    return engine.rows(
        "select kind, source, count(*) as records,"
        " cast(sum(case when rule in ('unresolved', 'ambiguous') then 0 else 1 end) as bigint)"
        " as linked,"
        " cast(sum(case when rule = 'unresolved' then 1 else 0 end) as bigint) as unresolved,"
        " cast(sum(case when rule = 'ambiguous' then 1 else 0 end) as bigint) as ambiguous"
        " from identity_link"
        " where kind in (select kind from identity_link group by kind"
        " having count(distinct source) > 1)"
        " group by kind, source order by kind, source"
    ).to_pylist()


def quarantine_rows(engine: Engine, limit: int, offset: int) -> pa.Table:
    """A page of the quarantine, in one order."""
    return engine.rows(
        "select source, table_name, file, file_row, column_name, value, rule, says from quarantine"
        " order by source, table_name, file, file_row, column_name, rule"
        " limit $limit offset $offset",
        {"limit": limit, "offset": offset},
    )
