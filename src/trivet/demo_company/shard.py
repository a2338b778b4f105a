"""One part of the company: two thousand accounts and all that happened around them.

A larger company is more of these, drawn one after the other from their own random streams, so
memory stays the same however large it gets.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass, replace

import numpy as np

from trivet.demo_company.account_fields import AccountFields, draw_account_fields
from trivet.demo_company.accounts import Accounts, draw_accounts
from trivet.demo_company.activities import Activities, csm_activities, sales_activities
from trivet.demo_company.customers import Departures, follow_customers
from trivet.demo_company.days import DAY, ENDS, HOUR, NONE, STARTS, Flags, Whole
from trivet.demo_company.health import (
    CallsToAction,
    Scores,
    Usage,
    calls_to_action,
    customer_spans,
    draw_health,
)
from trivet.demo_company.leads import Leads, LifecycleEntries, work_leads
from trivet.demo_company.new_business import draw_new_business
from trivet.demo_company.opportunities import NEW_BUSINESS, Opportunities, hand_over
from trivet.demo_company.people import People, draw_people
from trivet.demo_company.responses import (
    Responses,
    customer_events,
    first_touches,
    influence,
    unprompted,
)
from trivet.demo_company.subscriptions import Subscriptions
from trivet.demo_company.touches import Exposure, expose

NON_BUYERS_WHO_RESPOND = 1_900
"""Contacts without a part in any opportunity who still became an MQL."""


EDITION = 11
"""Chosen so that the company of the default seed shows its stories clearly."""


def stream(seed: int, shard: int, noun: str) -> np.random.Generator:
    """A random stream of its own for each noun: a change to one leaves the others as they were."""
    return np.random.default_rng([EDITION, seed, shard, zlib.crc32(noun.encode())])


@dataclass(frozen=True, slots=True)
class Shard:
    """Everything about two thousand accounts, cut at the last export.

    customer_since, customer_until   by account, in days; NONE for no customer
    known_since      by person: the first sign of them
    was_lead         contacts that were a lead before
    converted        when those became a contact
    buyers           one row a contact role: position of the opportunity, the person, the place
    """

    number: int
    accounts: Accounts
    fields: AccountFields
    people: People
    opportunities: Opportunities
    subscriptions: Subscriptions
    departures: Departures
    responses: Responses
    leads: Leads
    lifecycle: LifecycleEntries
    sales_activities: Activities
    csm_activities: Activities
    scores: Scores
    usage: Usage
    calls_to_action: CallsToAction
    exposure: Exposure
    customer_since: Whole
    customer_until: Whole
    known_since: Whole
    was_lead: Flags
    converted: Whole
    buyers: tuple[Whole, Whole, Whole]


def draw_shard(seed: int, number: int) -> Shard:
    def rng(noun: str) -> np.random.Generator:
        return stream(seed, number, noun)

    accounts = draw_accounts(rng("accounts"), number)
    people = draw_people(rng("people"), number, accounts)
    new_business, wins = draw_new_business(rng("new business"), accounts, people)
    drawn, subscriptions, departures = follow_customers(
        rng("customers"), accounts, people, new_business, wins
    )
    drawn = hand_over(rng("hand over"), drawn)
    drawn, sourcing, sourced = first_touches(rng("first touches"), drawn)
    since, until = customer_spans(len(accounts), subscriptions)

    others = unprompted(rng("unprompted"), _who_else(rng("who else"), people, drawn))
    leads, lifecycle = work_leads(rng("leads"), people, drawn, sourcing, sourced, others)
    # From here on the future is gone; before, its first touches were needed.
    here = np.flatnonzero(drawn.created < ENDS)
    opportunities = drawn[here]
    subscriptions = replace(
        subscriptions, opportunity=_moved(subscriptions.opportunity, here, len(drawn))
    )
    fields = _fields(rng("account fields"), accounts, opportunities, departures)
    buyers = _buyers(rng("buyers"), people, opportunities)
    responses = Responses.together(
        (
            sourcing,
            others,
            influence(rng("influence"), opportunities, people),
            customer_events(rng("conference"), people, since, until),
        )
    )
    responses = responses[(responses.at >= STARTS) & (responses.at < ENDS)]
    responses = responses[np.lexsort((responses.person, responses.at))]

    tasks = sales_activities(rng("activities"), accounts, people, opportunities, leads)
    timeline = csm_activities(rng("timeline"), accounts, people, opportunities, since, until)
    scores, usage = draw_health(rng("health"), accounts, departures, since, until)
    signals = calls_to_action(rng("signals"), opportunities, scores, since)
    known = _known_since(rng("known"), people, responses, tasks, timeline, opportunities)
    was_lead, converted = _conversions(rng("conversion"), people, leads, opportunities, known)
    return Shard(
        number=number,
        accounts=replace(accounts, created=_created(rng("created"), accounts, people, known)),
        fields=fields,
        people=people,
        opportunities=opportunities,
        subscriptions=subscriptions,
        departures=departures,
        responses=responses,
        leads=leads,
        lifecycle=lifecycle,
        sales_activities=tasks,
        csm_activities=timeline,
        scores=scores,
        usage=usage,
        calls_to_action=signals,
        exposure=expose(rng("exposure"), people, responses, known),
        customer_since=since,
        customer_until=until,
        known_since=known,
        was_lead=was_lead,
        converted=converted,
        buyers=buyers,
    )


def _fields(
    rng: np.random.Generator,
    accounts: Accounts,
    opportunities: Opportunities,
    departures: Departures,
) -> AccountFields:
    won = np.zeros(len(accounts), dtype=bool)
    first = opportunities.is_won_by() & (opportunities.motion == NEW_BUSINESS)
    won[opportunities.account[first]] = True
    left = np.zeros(len(accounts), dtype=bool)
    left[departures.account] = True
    return draw_account_fields(rng, won, left, len(opportunities))


def _moved(places: Whole, kept: Whole, count: int) -> Whole:
    """Where positions went when only `kept` of `count` stayed."""
    new = np.full(count + 1, NONE, dtype=np.int64)
    new[kept] = np.arange(len(kept))
    return new[places]


def _who_else(rng: np.random.Generator, people: People, opportunities: Opportunities) -> Whole:
    """Every lead once, and contacts that are on no buying side."""
    buys = np.zeros(len(people), dtype=bool)
    for place in range(3):
        first = people.first_of[opportunities.account]
        number = people.number_of[opportunities.account]
        buys[first + (opportunities.person - first + place) % number] = True
    quiet = np.flatnonzero(~buys & ~people.is_lead & people.in_map)
    rng.shuffle(quiet)
    return np.concatenate((np.flatnonzero(people.is_lead), quiet[:NON_BUYERS_WHO_RESPOND]))


def _buyers(
    rng: np.random.Generator, people: People, opportunities: Opportunities
) -> tuple[Whole, Whole, Whole]:
    told = np.flatnonzero(opportunities.has_roles)
    account = opportunities.account[told]
    seats = np.minimum(rng.integers(1, 4, len(told)), people.number_of[account])
    of = np.repeat(told, seats)
    place = np.arange(len(of)) - np.repeat(np.cumsum(seats) - seats, seats)
    first = people.first_of[opportunities.account[of]]
    number = people.number_of[opportunities.account[of]]
    return of, first + (opportunities.person[of] - first + place) % number, place


def _known_since(
    rng: np.random.Generator,
    people: People,
    responses: Responses,
    tasks: Activities,
    timeline: Activities,
    opportunities: Opportunities,
) -> Whole:
    """A person's record is made a little before the first thing they appear in."""
    at = STARTS - rng.integers(0, 500 * DAY, len(people))
    later = rng.random(len(people)) < 0.55
    at = np.where(later, STARTS + (rng.random(len(people)) * (ENDS - STARTS)).astype(np.int64), at)
    np.minimum.at(at, responses.person, responses.at - 240)
    for done in (tasks, timeline):
        np.minimum.at(at, done.person, done.at - 3 * HOUR)
    np.minimum.at(at, opportunities.person, opportunities.created - HOUR)
    return at


def _conversions(
    rng: np.random.Generator,
    people: People,
    leads: Leads,
    opportunities: Opportunities,
    known: Whole,
) -> tuple[Flags, Whole]:
    mql = np.full(len(people), ENDS)
    np.minimum.at(mql, leads.person, leads.assigned)
    opened = np.full(len(people), ENDS)
    np.minimum.at(opened, opportunities.person, opportunities.created)
    was = ~people.is_lead & (mql < ENDS) & (mql >= known) & (rng.random(len(people)) < 0.6)
    soon = mql + rng.integers(HOUR, 9 * DAY, len(people))
    at = np.where(opened > mql, np.minimum(soon, opened - 60), mql + 600)
    at = np.clip(at, known + 60, ENDS - 60)
    return was, np.where(was, at, NONE)


def _created(rng: np.random.Generator, accounts: Accounts, people: People, known: Whole) -> Whole:
    first = np.full(len(accounts), ENDS)
    contacts = ~people.is_lead
    np.minimum.at(first, people.account[contacts], known[contacts])
    before = first - rng.integers(HOUR, 12 * DAY, len(accounts))
    return np.where(accounts.is_opening, np.minimum(accounts.created, before), before)
