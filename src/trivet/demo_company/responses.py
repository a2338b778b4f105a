"""What people did in answer to marketing: forms, downloads, demo requests, events attended."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace

import numpy as np

from trivet.demo_company import campaigns
from trivet.demo_company.days import DAY, ENDS, HOUR, NONE, STARTS, Flags, Whole, demand, instant
from trivet.demo_company.opportunities import (
    CONTENT,
    DEMO_REQUEST,
    MARKETING,
    PAID_SEARCH,
    SPRING_OFFER,
    TRADE_SHOW,
    WEBINAR,
    Opportunities,
)
from trivet.demo_company.people import People

FORM, DOWNLOAD, DEMO, ATTENDED_WEBINAR, ATTENDED_EVENT = range(5)
ON_A_FORM = (FORM, DOWNLOAD, DEMO)
LOOKBACK_DAYS = 84
"""First touches lie well inside the 90 days a definition looks back."""


@dataclass(frozen=True, slots=True)
class Responses:
    """One row a response; `campaign` is a position in campaigns.CAMPAIGNS or NONE."""

    person: Whole
    at: Whole
    kind: Whole
    campaign: Whole

    def __len__(self) -> int:
        return len(self.person)

    def __getitem__(self, which: Whole | Flags) -> Responses:
        return Responses(**{f.name: getattr(self, f.name)[which] for f in fields(self)})

    @classmethod
    def together(cls, parts: Sequence[Responses]) -> Responses:
        named = {f.name: np.concatenate([getattr(p, f.name) for p in parts]) for f in fields(cls)}
        return cls(**named)


def first_touches(
    rng: np.random.Generator, opportunities: Opportunities
) -> tuple[Opportunities, Responses, Whole]:
    """The response that made each marketing-sourced opportunity.

    Returns   the opportunities with their primary campaign; the responses; and for each of
              these the position of its opportunity
    """
    of = np.flatnonzero(opportunities.source == MARKETING)
    label, created = opportunities.label[of], opportunities.created[of]
    kind = np.full(len(of), FORM, dtype=np.int64)
    kind[label == DEMO_REQUEST] = DEMO
    kind[label == CONTENT] = DOWNLOAD
    kind[label == WEBINAR] = ATTENDED_WEBINAR
    kind[label == TRADE_SHOW] = ATTENDED_EVENT
    days_before = rng.uniform(6, 62, len(of))
    days_before = np.where(kind == DEMO, rng.uniform(3.0, 26, len(of)), days_before)
    at = created - (days_before * DAY).astype(np.int64)

    campaign = np.full(len(of), NONE, dtype=np.int64)
    held = created // DAY - 5
    webinar = campaigns.latest(campaigns.WEBINARS, held)
    show = campaigns.latest(campaigns.TRADE_SHOWS, held - 3)
    for number, which in ((ATTENDED_WEBINAR, webinar), (ATTENDED_EVENT, show)):
        here = kind == number
        there = campaigns.FIRST_DAYS[which] * DAY + 16 * HOUR + rng.integers(0, HOUR, len(of))
        recent = here & (which >= 0) & (there > created - LOOKBACK_DAYS * DAY)
        at = np.where(recent, there, at)
        campaign = np.where(recent, which, campaign)
        # Without an event in reach the person read something instead.
        kind = np.where(here & ~recent, DOWNLOAD, kind)
    in_days = at // DAY
    campaign = np.where(
        kind == DOWNLOAD, campaigns.latest(campaigns.SYNDICATION, in_days), campaign
    )
    campaign = np.where(
        label == PAID_SEARCH, campaigns.latest(campaigns.PAID_SEARCH, in_days), campaign
    )
    offered = label == SPRING_OFFER
    campaign = np.where(offered, campaigns.SPRING_OFFER, campaign)
    at = np.where(offered, np.maximum(at, instant("2025-03-03") + 9 * HOUR), at)

    primary = opportunities.campaign.copy()
    told = rng.random(len(of)) < 0.85
    primary[of[told]] = campaign[told]
    found = Responses(opportunities.person[of], at, kind, campaign)
    return replace(opportunities, campaign=primary), found, of


def influence(rng: np.random.Generator, opportunities: Opportunities, people: People) -> Responses:
    """People of a buying account who read and listen while the deal is open."""
    of = np.flatnonzero(rng.random(len(opportunities)) < 0.3)
    account = opportunities.account[of]
    span = np.maximum(np.minimum(opportunities.closed[of], ENDS) - opportunities.created[of], DAY)
    at = opportunities.created[of] + (span * rng.random(len(of))).astype(np.int64)
    person = people.first_of[account] + rng.integers(0, people.number_of[account])
    return _assorted(rng, person, at)


def customer_events(
    rng: np.random.Generator, people: People, customer_since: Whole, customer_until: Whole
) -> Responses:
    """Customers at the user conference: contacts the CSM does not talk to every month.

    customer_since, customer_until   by account, in days; NONE for no customer
    """
    parts: list[Responses] = []
    for number in campaigns.CONFERENCES:
        held = int(campaigns.FIRST_DAYS[number])
        there = np.flatnonzero(
            (customer_since >= 0) & (customer_since < held) & (customer_until > held)
        )
        there = there[rng.random(len(there)) < 0.3]
        place = np.minimum(rng.integers(1, 5, len(there)), people.number_of[there] - 1)
        at = held * DAY + 16 * HOUR + rng.integers(0, 6 * HOUR, len(there))
        full = np.full(len(there), ATTENDED_EVENT)
        parts.append(
            Responses(people.first_of[there] + place, at, full, np.full(len(there), number))
        )
    return Responses.together(parts)


def unprompted(rng: np.random.Generator, persons: Whole) -> Responses:
    """One response of each of these people, at any time."""
    return _assorted(rng, persons, demand(rng, len(persons), STARTS, ENDS, growth=1.3))


def _assorted(rng: np.random.Generator, person: Whole, at: Whole) -> Responses:
    kind = rng.choice(5, size=len(person), p=(0.22, 0.34, 0.2, 0.17, 0.07))
    webinar = campaigns.latest(campaigns.WEBINARS, at // DAY)
    show = campaigns.latest(campaigns.TRADE_SHOWS, at // DAY - 2)
    campaign = np.full(len(person), NONE, dtype=np.int64)
    campaign = np.where(
        kind == DOWNLOAD, campaigns.latest(campaigns.SYNDICATION, at // DAY), campaign
    )
    for number, which in ((ATTENDED_WEBINAR, webinar), (ATTENDED_EVENT, show)):
        here = (kind == number) & (which >= 0)
        there = campaigns.FIRST_DAYS[which] * DAY + 16 * HOUR + rng.integers(0, HOUR, len(person))
        at = np.where(here, there, at)
        campaign = np.where(here, which, campaign)
    kind = np.where((kind >= ATTENDED_WEBINAR) & (campaign < 0), DOWNLOAD, kind)
    return Responses(person, at, kind, campaign)
