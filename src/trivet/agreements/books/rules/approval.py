"""A closed figure is replaced when two of the three leaders say so, and not when one says no."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from trivet.agreements.people.rules.seat import SIGNING, SeatKey

NEEDED = 2


@dataclass(frozen=True, slots=True)
class Said:
    """An approval as the rule sees it.

    hash   of the frozen rows that were shown
    """

    seat: str
    person: int
    hash: str


def is_approved(approvals: Iterable[Said], hash_of_rows: str) -> bool:
    """True once two leaders' seats, held by two people, approved exactly these rows."""
    leaders = {str(seat) for seat in SIGNING}
    valid = [each for each in approvals if each.hash == hash_of_rows and each.seat in leaders]
    return (
        len({each.seat for each in valid}) >= NEEDED
        and len({each.person for each in valid}) >= NEEDED
    )


def approving_seats(seats: Iterable[SeatKey]) -> list[SeatKey]:
    """Of somebody's seats, those that approve a correction, in the order always shown."""
    held = set(seats)
    return [seat for seat in SIGNING if seat in held]
