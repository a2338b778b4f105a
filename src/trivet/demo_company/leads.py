"""From response to MQL to SQL, who was to follow up, and when somebody did."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np

from trivet.demo_company import users
from trivet.demo_company.accounts import APAC
from trivet.demo_company.business_hours import instant_at, working_seconds
from trivet.demo_company.days import DAY, ENDS, HOUR, NONE, STARTS, Flags, Whole, instant
from trivet.demo_company.opportunities import NEW_BUSINESS, SALES, Opportunities
from trivet.demo_company.people import People
from trivet.demo_company.responses import DEMO, Responses

LIFECYCLE = (
    "subscriber", "lead", "mql", "sal", "sql", "opportunity", "customer", "recycled",
    "disqualified",
)  # fmt: skip
SUBSCRIBER, LEAD, MQL, SAL, SQL, OPPORTUNITY, CUSTOMER, RECYCLED, DISQUALIFIED = range(9)
LEAD_TYPES = ("Contact us", "Content", "Demo request", "Webinar", "Event")
"""By kind of response."""

PROMISED = 4 * HOUR
KEPT = 0.83
APAC_DEMOS_WAIT_FROM = instant("2025-07-01")
DISQUALIFIED_REASONS = ("No budget", "Student", "Competitor", "Not our market")


@dataclass(frozen=True, slots=True)
class LifecycleEntries:
    """One row each time a person entered a stage; `by_sales` when a salesperson set it."""

    person: Whole
    stage: Whole
    at: Whole
    by_sales: Flags
    reason: Whole

    @classmethod
    def together(cls, parts: Sequence[LifecycleEntries]) -> LifecycleEntries:
        named = {f.name: np.concatenate([getattr(p, f.name) for p in parts]) for f in fields(cls)}
        order = np.lexsort((named["stage"], named["at"], named["person"]))
        found = cls(**{name: values[order] for name, values in named.items()})
        return found._some(found.at < ENDS)

    def _some(self, which: Flags) -> LifecycleEntries:
        return LifecycleEntries(**{f.name: getattr(self, f.name)[which] for f in fields(self)})


@dataclass(frozen=True, slots=True)
class Leads:
    """One row an MQL and its follow-up.

    assigned    when it was given to `user`; `again` a second assignment a while later, or NONE
    touched     the first human touch, or NONE
    paused      the clock was stopped then, for a day; `has_pause_reason`
    """

    person: Whole
    mql: Whole
    kind: Whole
    user: Whole
    assigned: Whole
    touched: Whole
    again: Whole
    paused: Whole
    has_pause_reason: Flags


def _entries(
    person: Whole, stage: int, at: Whole, by_sales: bool = False, reason: Whole | None = None
) -> LifecycleEntries:
    count = len(person)
    return LifecycleEntries(
        person,
        np.full(count, stage),
        at,
        np.full(count, by_sales),
        np.full(count, NONE) if reason is None else reason,
    )


def work_leads(
    rng: np.random.Generator,
    people: People,
    opportunities: Opportunities,
    sourcing: Responses,
    sourced: Whole,
    others: Responses,
) -> tuple[Leads, LifecycleEntries]:
    """Turn responses into MQLs and follow them.

    sourcing, sourced   first touches, and the positions of the opportunities they made
    others              responses of people who did not become an opportunity
    """
    # Two in five were taken up by sales without ever being handed over as an MQL.
    new = (opportunities.motion[sourced] == NEW_BUSINESS) & (rng.random(len(sourced)) < 0.67)
    touch, of = sourcing[new], sourced[new]
    created = opportunities.created[of]
    wait = np.minimum(
        rng.uniform(2.0, 34.0, len(of)), rng.uniform(0.8, 1.0, len(of)) * (created - touch.at) / DAY
    )
    mql = created - (wait * DAY).astype(np.int64)
    sql = created - rng.integers(60, 3 * HOUR, len(of))

    mql_other = others.at + rng.integers(300, 2 * DAY, len(others))
    becomes_sql = rng.random(len(others)) < 0.035
    sal_other = rng.random(len(others)) < 0.4

    person = np.concatenate((touch.person, others.person))
    at = np.concatenate((mql, mql_other))
    kind = np.concatenate((touch.kind, others.kind))
    limit = np.concatenate((sql - 600, np.full(len(others), np.iinfo(np.int64).max)))
    leads = _follow_up(rng, people, person, at, kind, limit)

    ends = others.at + rng.integers(4 * DAY, 24 * DAY, len(others))
    fate = rng.choice(3, size=len(others), p=(0.35, 0.4, 0.25))
    dropped = (fate == 0) & ~becomes_sql
    recycled = (fate == 1) & ~becomes_sql
    reasons = rng.integers(0, len(DISQUALIFIED_REASONS), len(others))
    primary = opportunities.person
    won = opportunities.is_won_by()
    by_hand = np.flatnonzero(
        (opportunities.source == SALES) & (opportunities.motion == NEW_BUSINESS)
    )
    accepted = mql + ((sql - mql) * rng.uniform(0.1, 0.7, len(of))).astype(np.int64)
    mostly = rng.random(len(of)) < 0.9
    entries = LifecycleEntries.together(
        (
            _entries(touch.person, LEAD, touch.at),
            _entries(touch.person, MQL, mql),
            _entries(touch.person[mostly], SAL, accepted[mostly], by_sales=True),
            _entries(touch.person, SQL, sql, by_sales=True),
            _entries(others.person, LEAD, others.at),
            _entries(others.person, MQL, mql_other),
            _entries(others.person[sal_other], SAL, mql_other[sal_other] + 6 * HOUR, by_sales=True),
            _entries(others.person[becomes_sql], SQL, ends[becomes_sql], by_sales=True),
            _entries(others.person[dropped], DISQUALIFIED, ends[dropped], True, reasons[dropped]),
            _entries(others.person[recycled], RECYCLED, ends[recycled], by_sales=True),
            _entries(primary[by_hand], SQL, opportunities.created[by_hand] - 1_200, by_sales=True),
            _entries(primary, OPPORTUNITY, opportunities.created, by_sales=True),
            _entries(primary[won], CUSTOMER, opportunities.closed[won], by_sales=True),
        )
    )
    return leads, entries


def _follow_up(
    rng: np.random.Generator, people: People, person: Whole, mql: Whole, kind: Whole, limit: Whole
) -> Leads:
    """Assign each MQL and have somebody get in touch, in working hours of the region.

    limit   the lead is an SQL by then, so somebody got in touch before
    """
    count = len(person)
    region = people.region[person]
    routing = np.where(
        rng.random(count) < 0.85, rng.lognormal(6.8, 0.9, count), rng.uniform(1, 9, count) * HOUR
    )
    assigned = np.minimum(mql + routing.astype(np.int64), limit - 1_200)
    assigned = np.maximum(assigned, mql + 30)

    kept = np.full(count, KEPT)
    waiting = (region == APAC) & (kind == DEMO)
    kept = np.where(waiting, np.where(mql >= APAC_DEMOS_WAIT_FROM, 0.22, 0.72), kept)
    in_time = rng.random(count) < kept
    hours = np.where(
        in_time, rng.beta(1.2, 2.2, count) * 3.85 + 0.03, rng.uniform(4.4, 42.0, count)
    )
    touched = np.zeros(count, dtype=np.int64)
    for number, zone in enumerate(users.ZONES):
        here = region == number
        working = working_seconds(zone, assigned[here]) + (hours[here] * HOUR).astype(np.int64)
        touched[here] = instant_at(zone, working)
    never = ~in_time & (rng.random(count) < 0.25) & (limit > ENDS)
    touched = np.where(never, NONE, np.minimum(touched, np.maximum(limit, assigned + 60)))

    again = np.where(
        rng.random(count) < 0.04, assigned + rng.integers(20 * HOUR, 60 * HOUR, count), NONE
    )
    paused = np.where(rng.random(count) < 0.02, assigned + rng.integers(300, HOUR, count), NONE)
    leads = Leads(
        person=person,
        mql=mql,
        kind=kind,
        user=users.pick(rng, "Sales Development", region),
        assigned=assigned,
        touched=touched,
        again=again,
        paused=paused,
        has_pause_reason=rng.random(count) < 0.6,
    )
    seen = (leads.mql >= STARTS) & (leads.assigned < ENDS)
    return Leads(**{f.name: getattr(leads, f.name)[seen] for f in fields(leads)})
