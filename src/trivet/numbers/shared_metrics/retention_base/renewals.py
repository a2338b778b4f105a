"""Which contract renews which, where more than one would fit."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True, order=True)
class Pair:
    """A contract that ran out, and one that may be its renewal.

    ran_out_on, from_on   the last and the first day of the one that ran out (the last excluded)
    renewed_on            the first day of the other
    """

    ran_out_on: date
    from_on: date
    contract_id: str
    renewed_on: date
    renewed_by: str


def matched(pairs: Iterable[Pair]) -> dict[str, str]:
    """One to one, in order of dates: `{contract that ran out: its renewal}`.

    Contracts choose in the order in which they ran out, and each takes the first one begun that no
    other has taken: of two licences that end on one day, one renewal keeps one.
    """
    found: dict[str, str] = {}
    taken: set[str] = set()
    for pair in sorted(pairs):
        if pair.contract_id not in found and pair.renewed_by not in taken:
            found[pair.contract_id] = pair.renewed_by
            taken.add(pair.renewed_by)
    return found
