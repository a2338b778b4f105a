"""What the company says about itself, as tables: its stages, its sources, its currencies."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trivet.vocabulary.money import minor_digits

if TYPE_CHECKING:
    import duckdb

    from trivet.numbers.workspace.settings import Settings


def write_company_tables(connection: duckdb.DuckDBPyConnection, settings: Settings) -> None:
    """Write `stage`, `lead_source_function`, `history_from` and `currency_digits`.

    stage                  stage, position, kind (open, won, lost), is_qualified, is_accepted,
                           probability
    lead_source_function   lead_source (lower case), function
    history_from           source, table_name, first_on: since when a feed says it has everything
    currency_digits        currency, minor_digits
    """
    stages = settings.stages
    connection.execute(
        "create or replace table main.stage (stage varchar, position integer, kind varchar,"
        " is_qualified boolean, is_accepted boolean, probability decimal(9, 6))"
    )
    qualified = _position(stages.open, stages.qualified_from)
    accepted = _position(stages.open, stages.accepted_from)
    rows: list[tuple[object, ...]] = []
    for position, name in enumerate(stages.open, start=1):
        rows.append(
            (
                name,
                position,
                "open",
                qualified is not None and position >= qualified,
                accepted is not None and position >= accepted,
                stages.probability.get(name),
            )
        )
    # A won or lost stage comes after every open one, so that at the same instant it counts last.
    last = len(stages.open) + 1
    rows += [(name, last, "won", True, True, 1) for name in stages.won]
    rows += [(name, last, "lost", False, False, 0) for name in stages.lost]
    if rows:
        connection.executemany("insert into main.stage values (?, ?, ?, ?, ?, ?)", rows)

    connection.execute(
        "create or replace table main.lead_source_function (lead_source varchar, function varchar)"
    )
    # Listed twice in other letters it is still one lead source, and one row.
    pairs = sorted(
        {
            (value.strip().lower(), str(function))
            for function, values in settings.lead_sources.items()
            for value in values
        }
    )
    if pairs:
        connection.executemany("insert into main.lead_source_function values (?, ?)", pairs)

    connection.execute(
        "create or replace table main.history_from"
        " (source varchar, table_name varchar, first_on date)"
    )
    declared = [
        (source.name, feed.table, feed.history_from)
        for source in settings.sources
        for feed in source.feeds
        if feed.history_from is not None
    ]
    if declared:
        connection.executemany("insert into main.history_from values (?, ?, ?)", declared)

    connection.execute(
        "create or replace table main.currency_digits (currency varchar, minor_digits integer)"
    )
    used = connection.execute("select distinct currency from fx_rate").fetchall()
    currencies = sorted({settings.company.currency, *(row[0] for row in used)})
    connection.executemany(
        "insert into main.currency_digits values (?, ?)",
        [(currency, minor_digits(currency)) for currency in currencies],
    )


def _position(names: list[str] | tuple[str, ...], name: str | None) -> int | None:
    return None if name is None else list(names).index(name) + 1
