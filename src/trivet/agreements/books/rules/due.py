"""Which periods' books are to be closed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from trivet.vocabulary.period import FiscalCalendar, Grain, Period

GRAINS = (Grain.MONTH, Grain.QUARTER, Grain.YEAR)
"""What has books. A week's figures are looked at, and not quoted afterwards."""


def due(
    calendar: FiscalCalendar,
    latest: Callable[[Grain], Period],
    first: Callable[[Grain], date | None],
) -> list[Period]:
    """Every period whose closing day is over, from the first that was ever closed on.

    latest   the last period of a grain whose closing day is over
    first    the first day of the oldest book of a grain; None before there is one

    Books begin with the newest period that is over: nobody was told an older one as official, so
    nothing said of it can be taken back. The newest first: it is the one people wait for.
    """
    found = []
    for grain in GRAINS:
        period = latest(grain)
        start = first(grain) or period.start
        while period.start >= start:
            found.append(period)
            period = calendar.before(period)
    return found
