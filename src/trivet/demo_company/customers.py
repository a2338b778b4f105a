"""What becomes of customers: contracts, renewals, expansions, and who leaves.

Contracts are followed term by term, all customers at once. A term has expansions, more of them
where the product is used; at its end the customer renews or leaves, the discontented more often.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np

from trivet.demo_company import stages, users
from trivet.demo_company.accounts import Accounts
from trivet.demo_company.days import (
    DAY,
    ENDS,
    FIRST_OPPORTUNITY,
    NONE,
    STARTS,
    Real,
    Whole,
    day,
    in_office,
    months_after,
)
from trivet.demo_company.new_business import BEYOND, Wins, emea_in_trouble
from trivet.demo_company.opportunities import (
    BLANK,
    CONTENT,
    CROSS_SELL,
    CS_LABEL,
    CUSTOMER_SUCCESS,
    EXPANSION,
    HEALTH_REVIEW,
    MARKETING,
    NEW_BUSINESS,
    OUTBOUND,
    PARTNER_LABEL,
    REFERRAL,
    RENEWAL,
    RENEWAL_LABEL,
    RENEWAL_UPLIFT,
    SALES,
    SEAT,
    TIER,
    USAGE,
    WEBINAR,
    Opportunities,
    complete,
    users_open,
)
from trivet.demo_company.people import People
from trivet.demo_company.subscriptions import Subscriptions, Terms, first_contracts

PRICE_RISE = day("2026-01-01")
LEAVES = np.array([0.165, 0.105, 0.075])
"""Share of SMB, Mid-Market and Enterprise customers that leave at the end of a term."""

LEAVES_AFTER_OFFER = 0.78
EXPANSIONS_A_YEAR = 1.05
EXPANSION_WINS = 0.46


@dataclass(frozen=True, slots=True)
class Departures:
    """Customers that left: the account and the first day without service."""

    account: Whole
    day: Whole


@dataclass(slots=True)
class _Growing:
    """Opportunities and subscriptions as they come, with the position the next ones get."""

    opportunities: list[Opportunities]
    subscriptions: list[Subscriptions]
    count: int

    def add(self, opportunities: Opportunities) -> Whole:
        """Add opportunities and say which positions they got."""
        first = self.count
        self.opportunities.append(opportunities)
        self.count += len(opportunities)
        return np.arange(first, self.count)


def follow_customers(
    rng: np.random.Generator,
    accounts: Accounts,
    people: People,
    new_business: Opportunities,
    wins: Wins,
) -> tuple[Opportunities, Subscriptions, Departures]:
    """Every later opportunity after the new business given, and every contract."""
    so_far = _Growing([new_business], [], len(new_business))
    terms = first_contracts(rng, accounts, new_business, wins, so_far.subscriptions)
    left: list[Departures] = []
    for _ in range(8):
        if not len(terms):
            break
        extra = _expansions(rng, accounts, people, terms, so_far)
        so_far.subscriptions.append(terms.subscriptions())
        terms, gone = _renewals(rng, accounts, people, terms, extra, so_far)
        left.append(gone)
    departures = Departures(
        *(np.concatenate([getattr(part, f.name) for part in left]) for f in fields(Departures))
    )
    _win_backs(rng, accounts, people, departures, so_far)
    return (
        Opportunities.together(so_far.opportunities),
        Subscriptions.together(so_far.subscriptions),
        departures,
    )


def _expansions(
    rng: np.random.Generator, accounts: Accounts, people: People, terms: Terms, so_far: _Growing
) -> Whole:
    """Add the expansions of these terms; say what annual value they added to each."""
    years = (terms.end - terms.start) / 365.0
    # The top fifth of users buys about three fifths of what is bought.
    appetite = np.exp(1.25 * accounts.appetite[terms.account] - 0.78)
    # Those who came for the price do not come back for more.
    appetite = np.where(terms.on_offer, 0.25 * appetite, appetite)
    count = rng.poisson(np.minimum(EXPANSIONS_A_YEAR * appetite, 5.0) * years)
    of = np.repeat(np.arange(len(terms)), count)
    span = np.maximum(terms.end - terms.start - 60, 1)[of]
    created = (terms.start[of] + 20 + (rng.random(len(of)) * span).astype(np.int64)) * DAY
    keep = (created >= FIRST_OPPORTUNITY) & (created < BEYOND)
    of, created = of[keep], created[keep]
    account, n = terms.account[of], int(keep.sum())
    opens = users_open(accounts, account)
    created = in_office(rng, created, opens)

    source = rng.choice((MARKETING, SALES, CUSTOMER_SUCCESS), size=n, p=(0.24, 0.21, 0.55))
    label = np.where(source == MARKETING, rng.choice((WEBINAR, CONTENT), n), OUTBOUND)
    label = np.where(source == SALES, rng.choice((OUTBOUND, REFERRAL), n), label)
    label = np.where(source == CUSTOMER_SUCCESS, rng.choice((CS_LABEL, HEALTH_REVIEW), n), label)
    label = np.where(rng.random(n) < 0.06, BLANK, label)
    size = rng.lognormal(-1.25, 0.45, n)
    acv = _hundreds(terms.arr[of] * np.minimum(size, 0.8))
    wins = EXPANSION_WINS * np.where(accounts.appetite[account] > 0.5, 1.15, 0.85)
    is_won = rng.random(n) < np.where(emea_in_trouble(accounts, account, created), wins * 0.4, wins)
    gets_there = is_won | (rng.random(n) < 0.78)
    to_close = np.array([50, 68, 86])[accounts.segment[account]] * rng.lognormal(0.0, 0.4, n)
    last = np.where(gets_there, rng.choice((2, 3, 4), n, p=(0.5, 0.3, 0.2)), 1)
    entered, closed = stages.walk(
        rng,
        created,
        first=np.full(n, stages.DISCOVERY),
        last=np.where(is_won, stages.NEGOTIATION, last),
        to_qualified=rng.gamma(2.0, 3.5, n) + 1.0,
        to_close=to_close,
        opens_utc=opens,
    )
    # Late in a term the expansion is left to the renewal.
    in_time = closed // DAY < terms.end[of] - 20
    is_won &= in_time
    number = people.number_of[account]
    # Marketing reaches other people than the two the CSM talks to.
    reached = np.where(source == MARKETING, np.minimum(2 + rng.integers(0, 4, n), number - 1), 0)
    reached = np.where(source == SALES, rng.integers(0, 3, n) % number, reached)
    kinds = rng.choice((SEAT, TIER, CROSS_SELL, USAGE), n, p=(0.45, 0.2, 0.25, 0.1))
    drawn = complete(
        rng,
        accounts,
        account=account,
        motion=EXPANSION,
        source=source,
        label=label,
        person=people.first_of[account] + reached,
        created=created,
        entered=entered,
        closed=closed,
        is_won=is_won,
        acv=acv,
        base=np.zeros(n, dtype=np.int64),
        term=np.maximum(1, (terms.end[of] - closed // DAY) // 30),
        owner=users.pick(rng, "Account Management", accounts.region[account]),
        expansion_type=kinds,
    )
    place = so_far.add(drawn)
    won = np.flatnonzero(drawn.is_won_by())
    starts = drawn.closed[won] // DAY + rng.integers(0, 10, len(won))
    so_far.subscriptions.append(
        Subscriptions.of(
            opportunity=place[won],
            account=account[won],
            product=drawn.product[won],
            arr=drawn.annual_value()[won],
            start=starts,
            end=terms.end[of][won],
            signed=drawn.closed[won],
        )
    )
    extra = np.zeros(len(terms), dtype=np.int64)
    np.add.at(extra, of[won], drawn.annual_value()[won])
    return extra


def _renewals(
    rng: np.random.Generator,
    accounts: Accounts,
    people: People,
    terms: Terms,
    extra: Whole,
    so_far: _Growing,
) -> tuple[Terms, Departures]:
    """Add the renewals these terms come to; give the terms that follow, and who left."""
    begins = (terms.end - rng.integers(95, 126, len(terms))) * DAY
    due = np.flatnonzero((begins < ENDS) & (terms.end * DAY > STARTS))
    account, end, n = terms.account[due], terms.end[due], len(due)
    base = terms.arr[due] + extra[due]
    opens = users_open(accounts, account)
    created = in_office(rng, begins[due], opens)

    odds = LEAVES[accounts.segment[account]]
    odds = odds / (1 - odds) * np.exp(-0.8 * accounts.loyalty[account] - 0.3)
    leaves = rng.random(n) < np.where(terms.on_offer[due], LEAVES_AFTER_OFFER, odds / (1 + odds))
    days_before = rng.gamma(2.0, 8.0, n)
    lateness = rng.choice(3, size=n, p=(0.91, 0.075, 0.015))
    late_days = np.where(lateness == 1, rng.integers(2, 26, n), rng.integers(34, 60, n))
    signs = np.where(
        leaves,
        -rng.integers(0, 30, n),
        np.where(lateness > 0, late_days, -days_before.astype(np.int64)),
    )
    to_close = np.maximum((end + signs) - created / DAY, 5.0)
    entered, closed = stages.walk(
        rng,
        created,
        first=np.full(n, stages.QUALIFIED),
        last=np.full(n, stages.NEGOTIATION),
        to_qualified=np.zeros(n),
        to_close=to_close,
        opens_utc=opens,
    )
    uplift = np.where(
        end >= PRICE_RISE,
        rng.choice((0.0, 0.05, 0.07), n, p=(0.2, 0.2, 0.6)),
        rng.choice((0.0, 0.02, 0.03), n),
    )
    shrinks = (rng.random(n) < 0.085) & ~leaves
    grows = (rng.random(n) < 0.13) & ~leaves & ~shrinks
    uplift = np.where(shrinks, 0.0, uplift)
    factor = np.where(shrinks, rng.uniform(0.6, 0.92, n), 1.0 + uplift)
    factor = factor + np.where(grows, rng.uniform(0.06, 0.25, n), 0.0)
    acv = np.where(leaves, base, np.round(base * factor).astype(np.int64))
    term = rng.choice((12, 24, 36), size=n, p=(0.76, 0.15, 0.09))
    drawn = complete(
        rng,
        accounts,
        account=account,
        motion=RENEWAL,
        source=np.full(n, CUSTOMER_SUCCESS),
        label=np.full(n, RENEWAL_LABEL),
        person=people.first_of[account],
        created=created,
        entered=entered,
        closed=closed,
        is_won=~leaves,
        acv=acv,
        base=base,
        term=term,
        owner=accounts.csm[account],
        expansion_type=np.where(acv > base, RENEWAL_UPLIFT, NONE),
    )
    drawn = drawn.as_signed()
    place = so_far.add(drawn)
    so_far.subscriptions[-1].gives_notice(rng, due[leaves & (closed < ENDS)])
    goes_on = drawn.is_won_by()
    price_part = np.round(base * uplift).astype(np.int64)
    following = Terms(
        opportunity=place[goes_on],
        account=account[goes_on],
        product=terms.product[due][goes_on],
        arr=acv[goes_on],
        price_uplift=price_part[goes_on],
        start=end[goes_on],
        end=months_after(end[goes_on], term[goes_on]),
        signed=drawn.closed[goes_on],
        on_offer=np.zeros(int(goes_on.sum()), dtype=bool),
    )
    lost = leaves & (drawn.closed < ENDS)
    return following, Departures(account[lost], end[lost])


def _win_backs(
    rng: np.random.Generator,
    accounts: Accounts,
    people: People,
    departures: Departures,
    so_far: _Growing,
) -> None:
    """Some who left are sold to again months later, as if new; some of them return."""
    talks = rng.random(len(departures.account)) < 0.22
    account = departures.account[talks]
    n = len(account)
    opens = users_open(accounts, account)
    away = (departures.day[talks] + rng.integers(50, 200, n)) * DAY
    created = in_office(rng, away, opens)
    in_time = created < ENDS
    account, created, opens, n = (
        account[in_time],
        created[in_time],
        opens[in_time],
        int(in_time.sum()),
    )
    is_won = rng.random(n) < 0.4
    entered, closed = stages.walk(
        rng,
        created,
        first=np.zeros(n, dtype=np.int64),
        last=np.where(is_won, stages.NEGOTIATION, stages.PROPOSAL),
        to_qualified=rng.gamma(2.0, 4.0, n) + 2.0,
        to_close=rng.gamma(4.0, 12.0, n) + 5.0,
        opens_utc=opens,
    )
    size = np.array([14_000, 40_000, 100_000])[accounts.segment[account]]
    drawn = complete(
        rng,
        accounts,
        account=account,
        motion=NEW_BUSINESS,
        source=np.full(n, SALES),
        label=rng.choice((OUTBOUND, PARTNER_LABEL), n, p=(0.9, 0.1)),
        person=people.first_of[account],
        created=created,
        entered=entered,
        closed=closed,
        is_won=is_won,
        acv=_hundreds(size * rng.lognormal(0.0, 0.4, n)),
        base=np.zeros(n, dtype=np.int64),
        term=np.full(n, 12),
        owner=accounts.owner[account],
    )
    place = so_far.add(drawn)
    won = np.flatnonzero(drawn.is_won_by())
    start = drawn.closed[won] // DAY + 1
    so_far.subscriptions.append(
        Subscriptions.of(
            opportunity=place[won],
            account=account[won],
            product=drawn.product[won],
            arr=drawn.annual_value()[won],
            start=start,
            end=months_after(start, 12),
            signed=drawn.closed[won],
        )
    )


def _hundreds(amount: Real) -> Whole:
    return np.maximum(500, (np.round(amount / 100) * 100).astype(np.int64))
