"""How far back a figure looks, and whether what is loaded reaches that far.

What was not loaded would read as what did not happen: as churn, as an empty quarter. So a figure
whose own records are not known so far back has no value, and says from which day on it has one.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from trivet.numbers.shared_metrics.needs import Loaded
from trivet.sentence import Sentence


@dataclass(frozen=True, slots=True)
class Reach:
    """The first day on which a figure asks for records of a table."""

    table: str
    first_on: date


def falls_short(reaches: Iterable[Reach], loaded: Loaded) -> str:
    """Why the records do not reach back so far; empty if they do."""
    short = [
        (reach, known)
        for reach in reaches
        if (known := loaded.known_from.get(reach.table)) is not None and known > reach.first_on
    ]
    return Sentence.joined(
        "%(first)s; %(then)s",
        (
            Sentence(
                "it reaches back to %(reach)s, and %(table)s is loaded from %(known)s only: load"
                " older records, or, if there are none, set history_from = %(example)s on the feed",
                {
                    "reach": reach.first_on,
                    "table": reach.table,
                    "known": known,
                    "example": f'"{reach.first_on}"',
                },
            )
            for reach, known in short
        ),
    )
