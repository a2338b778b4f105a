"""The stages of an opportunity and the way through them."""

from __future__ import annotations

import numpy as np

from trivet.demo_company.days import DAY, HOUR, NONE, Real, Whole, in_office

OPEN = ("Prospecting", "Discovery", "Qualified", "Proposal/Price Quote", "Negotiation/Review")
WON_NAME, LOST_NAME = "Closed Won", "Closed Lost"
NAMES = (*OPEN, WON_NAME, LOST_NAME)
DISCOVERY, QUALIFIED, PROPOSAL, NEGOTIATION = 1, 2, 3, 4
WON, LOST = 5, 6
PROBABILITY = (10, 20, 40, 60, 80, 100, 0)
FORECAST = ("Pipeline", "Pipeline", "Best Case", "Best Case", "Commit", "Closed", "Omitted")


def walk(
    rng: np.random.Generator,
    created: Whole,
    *,
    first: Whole,
    last: Whole,
    to_qualified: Real,
    to_close: Real,
    opens_utc: Whole,
) -> tuple[Whole, Whole]:
    """When each open stage was entered, NONE where it was not, and when the opportunity closed.

    first          stage it was created in
    last           last open stage it reached
    to_qualified   days from creation to qualification (of those that get there)
    to_close       days from there to the close; for the others, from creation to the close
    Returns        entered, one row an opportunity and one column an open stage; closed
    """
    count = len(created)
    to_qualified = np.where(first >= QUALIFIED, 0.0, to_qualified)
    gets_there = last >= QUALIFIED
    qualified_at = np.where(gets_there, to_qualified, 0.45 * to_close)
    after = np.empty((count, 6))
    after[:, 0] = 0.0
    after[:, DISCOVERY] = qualified_at * rng.uniform(0.15, 0.6, count)
    after[:, QUALIFIED] = qualified_at
    after[:, PROPOSAL] = qualified_at + to_close * rng.uniform(0.22, 0.5, count)
    after[:, NEGOTIATION] = qualified_at + to_close * rng.uniform(0.55, 0.85, count)
    after[:, 5] = np.where(gets_there, qualified_at + to_close, to_close)

    at = created[:, None] + (after * DAY).astype(np.int64)
    at[:, 1:] = in_office(rng, at[:, 1:], opens_utc[:, None])
    stage = np.arange(5)
    absent = (stage < first[:, None]) | (stage > last[:, None])
    # People forget a stage now and then: the CRM then has no entry for it.
    forgotten = rng.random((count, 5)) < np.array([0.0, 0.06, 0.03, 0.05, 0.06])
    absent |= forgotten & (stage > first[:, None]) & (stage < last[:, None])
    # An opportunity created in a later stage enters that one when it is created.
    at[:, :5] = np.where(stage <= first[:, None], created[:, None], at[:, :5])
    at = np.where(np.pad(absent, ((0, 0), (0, 1))), 0, at)
    at = np.maximum.accumulate(at + np.arange(6) * 7 * 60, axis=1)
    # Seven minutes a column keep the order of stages moved to the same hour.
    at[np.arange(count), first] = created
    entered = np.where(absent, NONE, at[:, :5])
    return entered, np.maximum(at[:, 5], created + HOUR)
