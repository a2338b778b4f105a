"""What salespeople and CSMs did: calls, e-mails and meetings, before and during deals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np

from trivet.demo_company.accounts import Accounts
from trivet.demo_company.days import DAY, ENDS, NONE, STARTS, Flags, Whole, in_office
from trivet.demo_company.leads import Leads
from trivet.demo_company.opportunities import (
    CUSTOMER_SUCCESS,
    SALES,
    Opportunities,
    users_open,
)
from trivet.demo_company.people import People

CALL, EMAIL, MEETING, TASK = range(4)


@dataclass(frozen=True, slots=True)
class Activities:
    """One row an activity; `opportunity` is NONE where the CRM was not told."""

    person: Whole
    account: Whole
    opportunity: Whole
    user: Whole
    at: Whole
    kind: Whole
    is_automatic: Flags
    is_inbound: Flags

    def __len__(self) -> int:
        return len(self.person)

    def __getitem__(self, which: Whole | Flags) -> Activities:
        return Activities(**{f.name: getattr(self, f.name)[which] for f in fields(self)})

    @classmethod
    def together(cls, parts: Sequence[Activities]) -> Activities:
        """All of them in the order they happened, from the start to the export."""
        named = {f.name: np.concatenate([getattr(p, f.name) for p in parts]) for f in fields(cls)}
        found = cls(**named)
        found = found[(found.at >= STARTS) & (found.at < ENDS)]
        return found[np.lexsort((found.person, found.at))]


def _by_hand(
    rng: np.random.Generator,
    *,
    person: Whole,
    account: Whole,
    opportunity: Whole,
    user: Whole,
    at: Whole,
    share: tuple[float, float, float, float],
    inbound: float = 0.0,
) -> Activities:
    count = len(person)
    kind = rng.choice(4, size=count, p=share)
    return Activities(
        person=person,
        account=account,
        opportunity=opportunity,
        user=user,
        at=at,
        kind=kind,
        is_automatic=np.zeros(count, dtype=bool),
        is_inbound=(rng.random(count) < inbound) & (kind == EMAIL),
    )


def sales_activities(
    rng: np.random.Generator,
    accounts: Accounts,
    people: People,
    opportunities: Opportunities,
    leads: Leads,
) -> Activities:
    """Tasks and events of the CRM."""
    reached_out = np.flatnonzero(
        (opportunities.source == SALES) & (rng.random(len(opportunities)) < 0.96)
    )
    before = np.repeat(reached_out, rng.integers(1, 4, len(reached_out)))
    days = rng.uniform(2.0, 55.0, len(before))
    outreach = _by_hand(
        rng,
        person=opportunities.person[before],
        account=opportunities.account[before],
        opportunity=np.full(len(before), NONE),
        user=opportunities.owner_before[before],
        at=in_office(
            rng,
            opportunities.created[before] - (days * DAY).astype(np.int64),
            users_open(accounts, opportunities.account[before]),
        ),
        share=(0.45, 0.5, 0.05, 0.0),
    )

    during = np.repeat(np.arange(len(opportunities)), rng.poisson(4.2, len(opportunities)))
    account = opportunities.account[during]
    # Most work is with the first person, the rest with whoever else is at the table.
    place = np.where(rng.random(len(during)) < 0.65, 0, rng.integers(1, 4, len(during)))
    first = people.first_of[account]
    person = first + (opportunities.person[during] - first + place) % people.number_of[account]
    open_for = np.maximum(
        np.minimum(opportunities.closed, ENDS)[during] - opportunities.created[during], 0
    )
    at = opportunities.created[during] + (open_for * rng.random(len(during))).astype(np.int64)
    at = np.maximum(
        in_office(rng, at, users_open(accounts, account)), opportunities.created[during] + 900
    )
    work = _by_hand(
        rng,
        person=person,
        account=account,
        opportunity=during,
        user=opportunities.owner_before[during],
        at=at,
        share=(0.28, 0.4, 0.27, 0.05),
        inbound=0.2,
    )

    of = np.flatnonzero(leads.touched >= 0)
    answer = _by_hand(
        rng,
        person=leads.person[of],
        account=people.account[leads.person[of]],
        opportunity=np.full(len(of), NONE),
        user=leads.user[of],
        at=leads.touched[of],
        share=(0.55, 0.45, 0.0, 0.0),
    )
    replied = np.flatnonzero(rng.random(len(leads.person)) < 0.6)
    automatic = Activities(
        person=leads.person[replied],
        account=people.account[leads.person[replied]],
        opportunity=np.full(len(replied), NONE),
        user=leads.user[replied],
        at=leads.assigned[replied] + 60,
        kind=np.full(len(replied), EMAIL),
        is_automatic=np.ones(len(replied), dtype=bool),
        is_inbound=np.zeros(len(replied), dtype=bool),
    )
    return Activities.together((outreach, work, answer, automatic))


def csm_activities(
    rng: np.random.Generator,
    accounts: Accounts,
    people: People,
    opportunities: Opportunities,
    customer_since: Whole,
    customer_until: Whole,
) -> Activities:
    """The timeline of the customer success platform: a talk a month, and one before an upsell."""
    customers = np.flatnonzero(customer_since >= 0)
    first = np.maximum(customer_since[customers], STARTS // DAY)
    last = np.minimum(customer_until[customers], ENDS // DAY)
    months = np.maximum((last - first) // 28, 0)
    account = np.repeat(customers, months)
    number = np.arange(len(account)) - np.repeat(np.cumsum(months) - months, months)
    at = (np.repeat(first, months) + number * 28 + rng.integers(0, 24, len(account))) * DAY
    regular = _by_hand(
        rng,
        person=people.first_of[account] + (rng.random(len(account)) < 0.3),
        account=account,
        opportunity=np.full(len(account), NONE),
        user=accounts.csm[account],
        at=in_office(rng, at, users_open(accounts, account)),
        share=(0.3, 0.3, 0.4, 0.0),
    )
    found = np.flatnonzero(opportunities.source == CUSTOMER_SUCCESS)
    account = opportunities.account[found]
    days = rng.uniform(3.0, 45.0, len(found))
    at = opportunities.created[found] - (days * DAY).astype(np.int64)
    review = _by_hand(
        rng,
        person=opportunities.person[found],
        account=account,
        opportunity=np.full(len(found), NONE),
        user=accounts.csm[account],
        at=in_office(rng, at, users_open(accounts, account)),
        share=(0.2, 0.1, 0.7, 0.0),
    )
    return Activities.together((regular, review))
