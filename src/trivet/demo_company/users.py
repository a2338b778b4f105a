"""The 25 people at Norvik who own accounts, opportunities, leads and customers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from trivet.demo_company.days import Whole
from trivet.demo_company.names import COMPANY_DOMAIN, FAMILY, GIVEN

REGIONS = ("NA", "EMEA", "APAC")
ZONES = ("America/New_York", "Europe/London", "Asia/Singapore")
OPENS_UTC = (14, 8, 1)
"""Hour of the UTC day at which each region's office opens, near enough outside of SLA clocks."""


@dataclass(frozen=True, slots=True)
class User:
    """One salesperson, account manager, CSM or marketer."""

    number: int
    name: str
    email: str
    department: str
    team: str
    region: int
    is_active: bool = True


def _users() -> tuple[User, ...]:
    posts = [("Sales", "Account Executives", region, n) for region, n in ((0, 5), (1, 4), (2, 2))]
    posts += [("Sales", "Sales Development", region, n) for region, n in ((0, 2), (1, 1), (2, 1))]
    posts += [("Sales", "Account Management", region, 1) for region in range(3)]
    posts += [("Customer Success", "CSMs", region, n) for region, n in ((0, 3), (1, 2), (2, 1))]
    posts += [("Marketing", "Demand Generation", 0, 1)]
    found: list[User] = []
    for department, team, region, count in posts:
        for _ in range(count):
            n = len(found)
            given, family = GIVEN[(n * 7 + 3) % len(GIVEN)], FAMILY[(n * 11 + 5) % len(FAMILY)]
            found.append(
                User(
                    number=n,
                    name=f"{given} {family}",
                    email=f"{given}.{family}@{COMPANY_DOMAIN}".lower(),
                    department=department,
                    team=f"{team} {REGIONS[region]}",
                    region=region,
                    # One EMEA account executive left in autumn 2026; the deals changed hands.
                    is_active=n != 6,
                )
            )
    return tuple(found)


USERS = _users()
WHO_LEFT = 6
WHO_TOOK_OVER = 7


def pick(rng: np.random.Generator, team: str, region: Whole) -> Whole:
    """A user of that team for each region given."""
    chosen = np.zeros(len(region), dtype=np.int64)
    for number, name in enumerate(REGIONS):
        of_region = [u.number for u in USERS if u.team == f"{team} {name}"]
        here = region == number
        chosen[here] = rng.choice(of_region, size=int(here.sum()))
    return chosen
