"""When may a change be put to the CEO? When the people who sign it had their chance to agree."""

from __future__ import annotations

from enum import StrEnum

DAYS_UNSIGNED = 14
"""Two weeks: the short end of the two to four weeks that an agreement takes."""


class Ground(StrEnum):
    """Why a change may be escalated."""

    REJECTED = "rejected"
    CONTESTED = "contested"
    UNSIGNED = "unsigned"


def ground(*, rejected: bool, contested: bool, days_unsigned: int) -> Ground | None:
    """The reason that lets a change be escalated; None while it may still be agreed on.

    contested       a new leader does not stand by what it would change, or stands behind it
    days_unsigned   whole days since its newest wording was written
    """
    if rejected:
        return Ground.REJECTED
    if contested:
        return Ground.CONTESTED
    return Ground.UNSIGNED if days_unsigned >= DAYS_UNSIGNED else None
