"""A test as rows that one query reads: what is compared, and the values it is compared with."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Member:
    """A value that is looked for.

    part    which persona of a committee it is of; 0 elsewhere
    where   `value`, or for a persona `title` or `buying_role`
    """

    value: str
    part: int = 0
    where: str = "value"


@dataclass(frozen=True, slots=True)
class Condition:
    """One test.

    compares         band, equal, contains, touchpoint, product_usage, expansion_signal or
                     committee
    attribute        which attribute of the account's records; empty for what happened and who is
                     there
    is_negated       true where none of the members is found, and something is known
    low, below       limits of a band; the lower one belongs to it
    least            how many or how much at least
    within_days      how far back what happened is looked for
    half_life_days   after how many days it counts half; None where age makes no difference
    most_a_day       the most that one day counts; None where nothing is capped
    """

    compares: str
    attribute: str = ""
    is_negated: bool = False
    low: Decimal | None = None
    below: Decimal | None = None
    least: Decimal = Decimal(1)
    within_days: int = 0
    half_life_days: int | None = None
    most_a_day: Decimal | None = None
    members: tuple[Member, ...] = ()
