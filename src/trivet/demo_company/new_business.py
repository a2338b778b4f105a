"""First sales to accounts that are not customers yet."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from trivet.demo_company import stages
from trivet.demo_company.accounts import APAC, EMEA, ENTERPRISE, MID_MARKET, SMB, Accounts
from trivet.demo_company.campaigns import CLINIC_DAYS
from trivet.demo_company.days import (
    DAY,
    ENDS,
    FIRST_OPPORTUNITY,
    NONE,
    STARTS,
    Flags,
    Real,
    Whole,
    demand,
    in_office,
    instant,
)
from trivet.demo_company.opportunities import (
    BLANK,
    COLD_CALL,
    CONTENT,
    CS_LABEL,
    CUSTOMER_SUCCESS,
    DEMO_REQUEST,
    MARKETING,
    NEW_BUSINESS,
    ORGANIC,
    OUTBOUND,
    PAID_SEARCH,
    PARTNER,
    PARTNER_LABEL,
    REFERRAL,
    RESELLER,
    SALES,
    SPRING_OFFER,
    TRADE_SHOW,
    WEBINAR,
    Opportunities,
    complete,
    users_open,
)
from trivet.demo_company.people import People

EVERYDAY = 4_500
FROM_CLINIC = 120
FROM_SPRING_OFFER = 130
BEYOND = ENDS + 75 * DAY
"""Opportunities that are not there yet, but whose first touches are."""

TYPICAL_ACV = np.array([15_500, 43_000, 96_000])
DAYS_TO_CLOSE = np.array([60, 84, 112])
WIN_SHARE = np.array([0.24, 0.23, 0.21])
EMEA_MID_MARKET_FALLS = instant("2026-05-20")
LABELS = {
    MARKETING: ((WEBINAR, PAID_SEARCH, CONTENT, TRADE_SHOW, DEMO_REQUEST, ORGANIC),
                (0.2, 0.2, 0.2, 0.12, 0.18, 0.1)),
    SALES: ((OUTBOUND, COLD_CALL, REFERRAL), (0.6, 0.25, 0.15)),
    PARTNER: ((PARTNER_LABEL, RESELLER), (0.7, 0.3)),
    CUSTOMER_SUCCESS: ((CS_LABEL,), (1.0,)),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Wins:
    """First contracts: positions in the opportunities, and whether the spring offer won them."""

    opportunity: Whole
    on_offer: Flags


def draw_new_business(
    rng: np.random.Generator, accounts: Accounts, people: People
) -> tuple[Opportunities, Wins]:
    prospects = np.flatnonzero(~accounts.is_opening)
    everyday = demand(rng, EVERYDAY, FIRST_OPPORTUNITY, BEYOND, growth=2.0)
    clinic = np.array(CLINIC_DAYS)[rng.integers(0, len(CLINIC_DAYS), FROM_CLINIC)]
    clinic = clinic + rng.integers(5 * DAY, 26 * DAY, FROM_CLINIC)
    # The offer ran in the second quarter of 2025 and its deals closed fast.
    offer = demand(rng, FROM_SPRING_OFFER, instant("2025-03-12"), instant("2025-05-12"), growth=1.0)
    count = EVERYDAY + FROM_CLINIC + FROM_SPRING_OFFER
    from_clinic = np.arange(count) >= EVERYDAY
    on_offer = np.arange(count) >= EVERYDAY + FROM_CLINIC
    from_clinic &= ~on_offer

    account = rng.choice(prospects, size=count)
    small = prospects[accounts.segment[prospects] != ENTERPRISE]
    account = np.where(on_offer, rng.choice(small, size=count), account)
    region, segment = accounts.region[account], accounts.segment[account]
    opens = users_open(accounts, account)
    created = in_office(rng, np.concatenate((everyday, clinic, offer)), opens)

    source = rng.choice(4, size=count, p=(0.45, 0.44, 0.08, 0.03))
    source = np.where(from_clinic | on_offer, MARKETING, source)
    label = _labels(rng, source, region)
    label = np.where(from_clinic, WEBINAR, np.where(on_offer, SPRING_OFFER, label))

    self_serve = (segment == SMB) & (source == MARKETING) & (rng.random(count) < 0.03) & ~on_offer
    qualifies = np.array([0.5, 0.42, 0.55, 0.5])[source]
    qualifies = np.where(from_clinic, 0.8, np.where(on_offer, 0.85, qualifies))
    gets_there = rng.random(count) < qualifies

    to_qualified = (rng.gamma(3.0, 4.0, count) + 2.0) * np.where(on_offer, 0.35, 1.0)
    typical = DAYS_TO_CLOSE[segment] * np.where(on_offer, 0.5, 1.0)
    to_close = typical * rng.lognormal(0.0, 0.38, count)
    closes_about = created + ((to_qualified + to_close) * DAY).astype(np.int64)
    wins = WIN_SHARE[segment] * np.array([1.0, 0.95, 1.25, 1.1])[source]
    emea_mid_market = (region == EMEA) & (segment == MID_MARKET)
    wins = np.where(emea_mid_market, wins * 1.2, wins)
    wins = np.where(on_offer, 0.5, wins)
    wins = np.where(emea_in_trouble(accounts, account, closes_about), wins * 0.2, wins)
    is_won = (gets_there & (rng.random(count) < wins)) | self_serve
    to_close = np.where(is_won, to_close, to_close * 1.12)
    to_close = np.where(gets_there, to_close, rng.gamma(2.0, 14.0, count) + 3.0)

    last = np.where(
        gets_there,
        rng.choice((2, 3, 4), size=count, p=(0.45, 0.35, 0.2)),
        rng.integers(0, 2, count),
    )
    last = np.where(is_won, stages.NEGOTIATION, last)
    last = np.where(self_serve, 0, last)
    entered, closed = stages.walk(
        rng,
        created,
        first=np.zeros(count, dtype=np.int64),
        last=last,
        to_qualified=to_qualified,
        to_close=to_close,
        opens_utc=opens,
    )
    closed = np.where(self_serve, created + 2_400, closed)

    acv = TYPICAL_ACV[segment] * rng.lognormal(0.0, 0.38, count)
    acv = np.where(on_offer, acv * 0.6, np.where(self_serve, acv * 0.4, acv))
    acv = np.where(accounts.currency[account] > 0, acv * 0.9, acv)
    term = rng.choice((12, 24, 36), size=count, p=(0.72, 0.17, 0.11))
    owner = accounts.owner[account]
    mislabelled = rng.random(count) < 0.08
    label = np.where(
        mislabelled & ~on_offer, rng.choice((OUTBOUND, PARTNER_LABEL, BLANK), count), label
    )
    drawn = complete(
        rng,
        accounts,
        account=account,
        motion=NEW_BUSINESS,
        source=source,
        label=label,
        person=people.first_of[account] + rng.integers(0, people.number_of[account]),
        created=created,
        entered=entered,
        closed=closed,
        is_won=is_won,
        acv=_hundreds(acv),
        base=np.zeros(count, dtype=np.int64),
        term=np.where(on_offer | self_serve, 12, term),
        owner=owner,
        is_self_serve=self_serve,
        may_reopen=True,
    )
    return _until_customer(drawn, on_offer)


def _until_customer(drawn: Opportunities, on_offer: Flags) -> tuple[Opportunities, Wins]:
    """Keep what came before the account's first win: afterwards, sales to it are expansions."""
    first_win = np.full(int(drawn.account.max()) + 1, np.iinfo(np.int64).max)
    np.minimum.at(first_win, drawn.account[drawn.is_won], drawn.closed[drawn.is_won])
    until = first_win[drawn.account]
    # Two deals may be open at once; when one is won, the other does not become a second first win.
    keep = (drawn.created < until) & ~(drawn.is_won & (drawn.closed > until))
    # Deals that were over before the company moved systems stayed behind.
    keep &= drawn.closed > STARTS
    kept, offered = drawn[keep], on_offer[keep]
    won = np.flatnonzero(kept.is_won_by())
    return kept, Wins(won, offered[won])


def emea_in_trouble(accounts: Accounts, account: Whole, at: Whole) -> Flags:
    """EMEA mid-market accounts decided about after a rival's launch: the win rate that falls."""
    there = (accounts.region[account] == EMEA) & (accounts.segment[account] == MID_MARKET)
    return there & (at >= EMEA_MID_MARKET_FALLS)


def _labels(rng: np.random.Generator, source: Whole, region: Whole) -> Whole:
    label = np.full(len(source), NONE, dtype=np.int64)
    for function, (labels, share) in LABELS.items():
        here = source == function
        label[here] = rng.choice(labels, size=int(here.sum()), p=share)
    # APAC is an inbound market: more people there ask for a demo.
    asks = (source == MARKETING) & (region == APAC) & (rng.random(len(source)) < 0.25)
    return np.where(asks, DEMO_REQUEST, label)


def _hundreds(amount: Real) -> Whole:
    return (np.round(amount / 100) * 100).astype(np.int64)
