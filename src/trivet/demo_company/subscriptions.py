"""Recurring contracts: what a customer pays a year, from when to when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np

from trivet.demo_company.accounts import Accounts
from trivet.demo_company.days import DAY, ENDS, NONE, STARTS, Flags, Whole, months_after
from trivet.demo_company.new_business import TYPICAL_ACV, Wins
from trivet.demo_company.opportunities import PRODUCTS, Opportunities


@dataclass(frozen=True, slots=True)
class Subscriptions:
    """Contracts by position; `end` is the first day without service.

    opportunity    the won opportunity it follows, NONE for contracts older than the CRM
    price_uplift   part of `arr` that is a price rise over the contract before
    notice         the day the customer gave notice, or NONE
    """

    opportunity: Whole
    account: Whole
    product: Whole
    arr: Whole
    price_uplift: Whole
    start: Whole
    end: Whole
    signed: Whole
    notice: Whole

    def __len__(self) -> int:
        return len(self.account)

    @classmethod
    def of(
        cls,
        *,
        opportunity: Whole,
        account: Whole,
        product: Whole,
        arr: Whole,
        start: Whole,
        end: Whole,
        signed: Whole,
    ) -> Subscriptions:
        """Contracts without a price rise and without notice."""
        none = np.full(len(account), NONE, dtype=np.int64)
        return cls(
            opportunity, account, product, arr, np.zeros_like(none), start, end, signed, none
        )

    @classmethod
    def together(cls, parts: Sequence[Subscriptions]) -> Subscriptions:
        named = {f.name: np.concatenate([getattr(p, f.name) for p in parts]) for f in fields(cls)}
        return cls(**named)

    def gives_notice(self, rng: np.random.Generator, which: Whole) -> None:
        """Customers that leave say so some weeks before the end of service."""
        before = self.end[which] - rng.integers(35, 80, len(which))
        self.notice[which] = np.minimum(before, ENDS // DAY - 1)


@dataclass(frozen=True, slots=True)
class Terms:
    """The main contracts running side by side in one round of renewals.

    on_offer    bought through the spring offer of 2025, and never renewed yet
    """

    opportunity: Whole
    account: Whole
    product: Whole
    arr: Whole
    price_uplift: Whole
    start: Whole
    end: Whole
    signed: Whole
    on_offer: Flags

    def __len__(self) -> int:
        return len(self.account)

    def subscriptions(self) -> Subscriptions:
        return Subscriptions(
            self.opportunity,
            self.account,
            self.product,
            self.arr,
            self.price_uplift,
            self.start,
            self.end,
            self.signed,
            np.full(len(self), NONE, dtype=np.int64),
        )


def first_contracts(
    rng: np.random.Generator,
    accounts: Accounts,
    new_business: Opportunities,
    wins: Wins,
    older: list[Subscriptions],
) -> Terms:
    """The contracts that new business brought, and those running when the systems started.

    older   gets the contracts that came before the running ones, for a year of ARR before
    """
    account = np.flatnonzero(accounts.is_opening)
    n = len(account)
    term = rng.choice((12, 24, 36), size=n, p=(0.72, 0.17, 0.11))
    start = STARTS // DAY - (rng.random(n) * term * 30.4).astype(np.int64) - 1
    arr = TYPICAL_ACV[accounts.segment[account]] * rng.lognormal(0.1, 0.5, n)
    arr = np.where(accounts.currency[account] > 0, arr * 0.9, arr)
    arr = (np.round(arr / 100) * 100).astype(np.int64)
    none = np.full(n, NONE, dtype=np.int64)
    product = rng.choice(len(PRODUCTS), size=n, p=(0.6, 0.25, 0.1, 0.05))
    older.append(
        Subscriptions.of(
            opportunity=none,
            account=account,
            product=product,
            arr=(np.round(arr * rng.uniform(0.84, 1.0, n) / 100) * 100).astype(np.int64),
            start=months_after(start, -12),
            end=start,
            signed=(months_after(start, -12) - 20) * DAY,
        )
    )
    won = wins.opportunity
    begins = new_business.closed[won] // DAY + rng.integers(0, 16, len(won))
    return Terms(
        opportunity=np.concatenate((none, won)),
        account=np.concatenate((account, new_business.account[won])),
        product=np.concatenate((product, new_business.product[won])),
        arr=np.concatenate((arr, new_business.annual_value()[won])),
        price_uplift=np.zeros(n + len(won), dtype=np.int64),
        start=np.concatenate((start, begins)),
        end=np.concatenate(
            (months_after(start, term), months_after(begins, new_business.term[won]))
        ),
        signed=np.concatenate(((start - 15) * DAY, new_business.closed[won])),
        on_offer=np.concatenate((np.zeros(n, dtype=bool), wins.on_offer)),
    )
