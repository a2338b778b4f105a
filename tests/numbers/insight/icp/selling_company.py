"""A made-up seller of whom it is known what made it win, and what made its customers leave."""

from __future__ import annotations

from datetime import datetime, timedelta

import numpy as np

from tests.company import Company

FIRST = datetime(2024, 1, 8, 9)
DAYS = 840


def sells(c: Company, seed: int = 3, accounts: int = 700, *, planted: bool = True) -> None:
    """Industry Retail wins; country North wins and its customers leave; parity of staff is chance.

    The CRM's type is written when a deal is won, the segment is raised then, and customers who
    were there before, all in country South, buy more of it: an expansion is won two times of three.

    planted   without, the outcomes are dealt out again among the accounts
    """
    rng = np.random.default_rng(seed)
    retail = rng.random(accounts) < 0.4
    north = rng.random(accounts) < 0.4
    wins = rng.random(accounts) < 0.15 + 0.30 * retail + 0.15 * north
    if not planted:
        wins = rng.permutation(wins)
    for number in range(accounts):
        account, won = f"N{number:04d}", bool(wins[number])
        created = FIRST + timedelta(days=int(rng.integers(0, DAYS)))
        closed = created + timedelta(days=int(rng.integers(20, 40 if retail[number] else 90)))
        known = {
            "account_id": account,
            "industry": "Retail" if retail[number] else "Media",
            "country": "North" if north[number] else "East",
            "employees": int(rng.integers(10, 1_000)),
            "type": "Customer" if won else "Prospect",
            "created_at": created - timedelta(days=1),
        }
        c.add(
            "account", segment="SMB", exported_on=f"{closed - timedelta(days=1):%Y-%m-%d}", **known
        )
        c.add("account", segment="Large" if won else "SMB", **known)
        deal(c, f"D{number:04d}", account, "new_business", created, closed, won)
        if won:
            leaves = rng.random() < (0.5 if north[number] else 0.05)
            until = None if not leaves else closed.date() + timedelta(days=200)
            c.add(
                "subscription", account_id=account, arr=100, starts_on=closed.date(), ends_on=until
            )
    for number in range(accounts // 4):
        account = f"E{number:04d}"
        c.add(
            "account", account_id=account, industry="Retail" if number % 5 < 2 else "Media",
            country="South", segment="Large", employees=int(rng.integers(10, 1_000)),
            type="Customer", created_at="2020-01-01",
        )  # fmt: skip
        c.add("subscription", account_id=account, arr=100, starts_on="2020-06-01")
        created = FIRST + timedelta(days=int(rng.integers(0, DAYS)))
        closed = created + timedelta(days=30)
        deal(c, f"X{number:04d}", account, "expansion", created, closed, bool(rng.random() < 0.67))


def deal(
    c: Company,
    name: str,
    account: str,
    motion: str,
    created: datetime,
    closed: datetime,
    won: bool,
) -> None:
    """One closed opportunity."""
    stage = "Won" if won else "Lost"
    c.add(
        "opportunity", opportunity_id=name, account_id=account, stage=stage, motion=motion,
        created_at=created, close_on=closed.date(), closed_at=closed, amount=100, acv=100,
    )  # fmt: skip
    for each, at in (("Created", created), (stage, closed)):
        c.add("opportunity_stage_history", opportunity_id=name, stage=each, entered_at=at)
