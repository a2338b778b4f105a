"""A period beside the shorter ones it consists of: their sums need not be its own.

What counts in a period is known as of its own closing day. A deal of July that grew in September
counts in July as it was in August, and in the quarter as it was in October: both are right.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction

from trivet.numbers.shared_metrics.definition import Definition
from trivet.numbers.shared_metrics.figure import Figure
from trivet.numbers.shared_metrics.registry import metric_named
from trivet.vocabulary.period import FiscalCalendar, Grain, Period

MADE_OF = {Grain.QUARTER: Grain.MONTH, Grain.YEAR: Grain.QUARTER}


@dataclass(frozen=True, slots=True)
class Parts:
    """A longer period whose parts add up to something else.

    grain   of the parts
    sums    the whole's figure with the sums of the parts in place of its own two sides
    """

    whole: Figure
    grain: Grain
    sums: Figure


def parts_of(calendar: FiscalCalendar, period: Period) -> list[Period]:
    """The months of a quarter, the quarters of a year; none of any other period."""
    grain = MADE_OF.get(period.grain)
    return list(calendar.between(period.start, period.last_day, grain)) if grain else []


def added_up_otherwise(
    definition: Definition, whole: Figure, parts: Sequence[Figure], known_on: date
) -> Parts | None:
    """What the parts add up to, where that is not the whole.

    known_on   the last known day: a part that begins later has nothing yet

    None where the metric's rows are not each of one part, such as a balance on a day; where a part
    cannot be computed; or where not all are counted under one definition: then that is why.
    """
    begun = [part for part in parts if part.period.start <= known_on]
    is_one = {part.definition_hash for part in begun} == {whole.definition_hash}
    is_known = all(part.numerator is not None for part in (whole, *begun))
    if not (is_one and is_known and metric_named(whole.metric).is_of_one_part(definition)):
        return None
    sides = [
        sum((getattr(part, side) or Fraction(0) for part in begun), Fraction(0))
        for side in ("numerator", "denominator")
    ]
    if sides == [whole.numerator, whole.denominator]:
        return None
    records = sum(part.records for part in begun)
    sums = replace(whole, numerator=sides[0], denominator=sides[1], records=records)
    return Parts(whole, begun[0].period.grain, sums)
