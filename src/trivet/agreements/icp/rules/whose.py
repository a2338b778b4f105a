"""Whose draft is whose."""

from __future__ import annotations

from collections.abc import Iterable

from trivet.agreements.people.rules.right import LEADERS, OPS
from trivet.agreements.people.rules.seat import SEATS, SeatKey
from trivet.vocabulary.function import Function

DRAFTING = (*LEADERS, *OPS)
"""A function drafts through its leader and its operations."""


def functions_of(seats: Iterable[SeatKey]) -> list[Function]:
    """The functions for which somebody in these seats drafts."""
    held = set(seats)
    found = [SEATS[key].function for key in DRAFTING if key in held]
    return list(dict.fromkeys(each for each in found if each is not None))


def drafting_seat(seats: Iterable[SeatKey], function: Function) -> SeatKey | None:
    """The seat in which somebody drafts for a function; None for everybody else."""
    held = set(seats)
    return next((k for k in DRAFTING if k in held and SEATS[k].function is function), None)
