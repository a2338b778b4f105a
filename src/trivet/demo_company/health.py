"""How customers are doing: scores, usage, and the calls to action that follow from them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from trivet.demo_company.accounts import Accounts
from trivet.demo_company.customers import Departures
from trivet.demo_company.days import DAY, ENDS, HOUR, NONE, STARTS, Real, Whole
from trivet.demo_company.opportunities import CUSTOMER_SUCCESS, EXPANSION, Opportunities
from trivet.demo_company.subscriptions import Subscriptions

MEASURES = ("", "Adoption", "Support", "Sponsor")
"""The overall score, then what it is made of."""

USAGE_MEASURES = ("active_users", "dashboards_viewed", "api_calls")
CTA_TYPES = ("Expansion", "Risk", "Lifecycle", "Objective")
CTA_EXPANSION, CTA_RISK, CTA_LIFECYCLE, CTA_OBJECTIVE = range(4)
DECLINES_FOR_DAYS = 200
"""Health and usage of a customer that leaves go down over its last months."""


@dataclass(frozen=True, slots=True)
class Scores:
    """One row an account, month and measure; scores of the overall measure carry a band."""

    account: Whole
    day: Whole
    measure: Whole
    score: Whole


@dataclass(frozen=True, slots=True)
class Usage:
    """One row an account, month and measure."""

    account: Whole
    day: Whole
    measure: Whole
    quantity: Whole


@dataclass(frozen=True, slots=True)
class CallsToAction:
    """One row a CTA; `number` tells those of one account and day apart."""

    account: Whole
    at: Whole
    kind: Whole


def _months(customer_since: Whole, customer_until: Whole) -> tuple[Whole, Whole]:
    """Every (customer, last day of a month as a customer), as two columns."""
    months = np.arange("2024-02", "2026-11", dtype="datetime64[M]")
    ends = (months + 1).astype("datetime64[D]").astype(np.int64) - 1
    alive = (
        (customer_since[:, None] >= 0)
        & (customer_since[:, None] <= ends)
        & (customer_until[:, None] > ends)
    )
    account, month = np.nonzero(alive)
    return account.astype(np.int64), ends[month]


def _decline(departures: Departures, account: Whole, days: Whole, count: int) -> Real:
    """0 for those who stay, rising to 1 on the last day of service."""
    leaves_on = np.full(count, np.iinfo(np.int32).max, dtype=np.int64)
    np.minimum.at(leaves_on, departures.account, departures.day)
    return np.clip(1.0 - (leaves_on[account] - days) / DECLINES_FOR_DAYS, 0.0, 1.0)


def draw_health(
    rng: np.random.Generator,
    accounts: Accounts,
    departures: Departures,
    customer_since: Whole,
    customer_until: Whole,
) -> tuple[Scores, Usage]:
    account, days = _months(customer_since, customer_until)
    decline = _decline(departures, account, days, len(accounts))
    level = 72 + 9 * accounts.loyalty[account] + 4 * accounts.appetite[account] - 36 * decline
    parts = level[:, None] + rng.normal(0, 7, (len(account), 3))
    scores = np.column_stack((parts.mean(axis=1) + rng.normal(0, 2, len(account)), parts))
    scores = np.clip(np.round(scores), 3, 98).astype(np.int64)

    seats = np.maximum(4, accounts.employees[account] ** 0.62)
    grown = 1.0 + 0.004 * (days - customer_since[account]).clip(0, 700) / 7
    used = seats * np.exp(0.55 * accounts.appetite[account]) * grown * (1 - 0.75 * decline)
    size = np.array([1.0, 14.0, 220.0])
    quantity = used[:, None] * size * rng.lognormal(0.0, 0.12, (len(account), 3))

    def spread(values: Whole, by: int) -> Whole:
        return np.repeat(values, by)

    return (
        Scores(
            spread(account, 4), spread(days, 4), np.tile(np.arange(4), len(account)), scores.ravel()
        ),
        Usage(
            spread(account, 3),
            spread(days, 3),
            np.tile(np.arange(3), len(account)),
            np.maximum(1, quantity).astype(np.int64).ravel(),
        ),
    )


def calls_to_action(
    rng: np.random.Generator, opportunities: Opportunities, scores: Scores, customer_since: Whole
) -> CallsToAction:
    """Expansion CTAs before what customer success sourced, risk CTAs when the score turns red."""
    upsell = np.flatnonzero(
        (opportunities.motion == EXPANSION)
        & (opportunities.source == CUSTOMER_SUCCESS)
        & (rng.random(len(opportunities)) < 0.8)
    )
    before = (rng.uniform(4, 40, len(upsell)) * DAY).astype(np.int64)
    red = np.flatnonzero((scores.measure == 0) & (scores.score < 45))
    red = red[rng.random(len(red)) < 0.5]
    new = np.flatnonzero(customer_since * DAY > STARTS)
    hunch = rng.choice(np.flatnonzero(customer_since >= 0), size=120)
    account = np.concatenate((opportunities.account[upsell], scores.account[red], new, hunch))
    at = np.concatenate(
        (
            opportunities.created[upsell] - before,
            scores.day[red] * DAY + 33 * HOUR,
            (customer_since[new] + 1) * DAY + 15 * HOUR,
            np.maximum(customer_since[hunch] * DAY, STARTS)
            + rng.integers(20, 300, len(hunch)) * DAY,
        )
    )
    kind = np.repeat(
        (CTA_EXPANSION, CTA_RISK, CTA_LIFECYCLE, CTA_OBJECTIVE),
        (len(upsell), len(red), len(new), len(hunch)),
    )
    seen = (at >= STARTS) & (at < ENDS)
    order = np.lexsort((kind[seen], account[seen], at[seen]))
    return CallsToAction(account[seen][order], at[seen][order], kind[seen][order])


def customer_spans(count: int, subscriptions: Subscriptions) -> tuple[Whole, Whole]:
    """By account: first day of service and first day after the last, NONE for no customer.

    A contract signed before the export makes a customer, even if service starts after it.
    """
    since = np.full(count, np.iinfo(np.int64).max)
    until = np.full(count, NONE, dtype=np.int64)
    signed = subscriptions.signed < ENDS
    np.minimum.at(since, subscriptions.account[signed], subscriptions.start[signed])
    np.maximum.at(until, subscriptions.account[signed], subscriptions.end[signed])
    return np.where(until >= 0, since, NONE), until
