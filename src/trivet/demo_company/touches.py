"""What people were shown and looked at: e-mails sent, opened, clicked, pages visited.

This is the bulk of all touches. None of it is a response, so none of it sources an opportunity;
pages are visited mostly in the days before somebody fills in a form.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from trivet.demo_company.days import DAY, ENDS, HOUR, STARTS, Real, Whole, in_office
from trivet.demo_company.people import People
from trivet.demo_company.responses import Responses

SENDS = 198_000
VISITS_BEFORE_A_RESPONSE = 5
VISITS = 34_000
SENT, OPENED, CLICKED, BOUNCED = range(4)
EMAIL_EVENTS = ("SENT", "OPEN", "CLICK", "BOUNCE")
PAGES = (
    "/", "/pricing", "/product/forecasting", "/product/data-hub", "/customers", "/security",
    "/blog/one-revenue-model", "/blog/churn-signals", "/docs/connectors", "/webinars",
)  # fmt: skip


def _newsletters() -> Whole:
    """Two mailings a month, on office days."""
    first = np.arange(STARTS + 5 * DAY, ENDS - DAY, 15 * DAY)
    return np.sort(in_office(np.random.default_rng(1), first, 14))


NEWSLETTERS = _newsletters()


@dataclass(frozen=True, slots=True)
class Exposure:
    """E-mail events and page visits, each in the order they happened.

    mailing    position in NEWSLETTERS
    page       position in PAGES
    """

    email_person: Whole
    email_at: Whole
    email_kind: Whole
    mailing: Whole
    visit_person: Whole
    visit_at: Whole
    page: Whole


def expose(
    rng: np.random.Generator, people: People, responses: Responses, known_since: Whole
) -> Exposure:
    readers = np.flatnonzero(people.in_map)
    first = np.searchsorted(NEWSLETTERS, known_since[readers])
    reachable = readers[first < len(NEWSLETTERS)]
    first = np.searchsorted(NEWSLETTERS, known_since[reachable])
    who = rng.integers(0, len(reachable), SENDS)
    mailing = first[who] + (rng.random(SENDS) * (len(NEWSLETTERS) - first[who])).astype(np.int64)
    # Nobody gets the same mailing twice.
    sent = np.unique(who * len(NEWSLETTERS) + mailing)
    who, mailing = np.divmod(sent, len(NEWSLETTERS))
    person = reachable[who]
    at = NEWSLETTERS[mailing] + rng.integers(0, HOUR, len(person))
    interest = np.clip(rng.lognormal(0.0, 0.6, len(people))[person], 0.2, 3.0)
    opened = np.flatnonzero(rng.random(len(person)) < 0.21 * interest)
    opened_at = at[opened] + _seconds(rng.lognormal(1.0, 1.2, len(opened)))
    clicked = np.flatnonzero(rng.random(len(opened)) < 0.16)
    clicked_at = opened_at[clicked] + rng.integers(5, 900, len(clicked))
    bounced = np.flatnonzero(rng.random(len(person)) < 0.006)
    email_person = np.concatenate(
        (person, person[opened], person[opened][clicked], person[bounced])
    )
    email_at = np.concatenate((at, opened_at, clicked_at, at[bounced] + 30))
    kind = np.repeat(
        (SENT, OPENED, CLICKED, BOUNCED), (len(person), len(opened), len(clicked), len(bounced))
    )
    of_mailing = np.concatenate(
        (mailing, mailing[opened], mailing[opened][clicked], mailing[bounced])
    )

    on_site = np.flatnonzero(people.in_map[responses.person])
    near = np.repeat(on_site, rng.poisson(VISITS_BEFORE_A_RESPONSE, len(on_site)))
    before = responses.at[near] - _seconds(rng.exponential(30.0, len(near)))
    idle = rng.integers(0, len(reachable), VISITS)
    since = np.maximum(known_since[reachable][idle], STARTS)
    idle_at = since + (rng.random(VISITS) * (ENDS - since)).astype(np.int64)
    visit_person = np.concatenate((responses.person[near], reachable[idle]))
    visit_at = np.concatenate((before, idle_at))
    page = rng.integers(0, len(PAGES), len(visit_at))

    emails = np.flatnonzero((email_at < ENDS) & (email_at >= STARTS))
    emails = emails[np.lexsort((kind[emails], email_person[emails], email_at[emails]))]
    visits = np.flatnonzero((visit_at < ENDS) & (visit_at >= STARTS))
    visits = visits[np.lexsort((visit_person[visits], visit_at[visits]))]
    return Exposure(
        email_person[emails],
        email_at[emails],
        kind[emails],
        of_mailing[emails],
        visit_person[visits],
        visit_at[visits],
        page[visits],
    )


def _seconds(hours: Real) -> Whole:
    return (hours * HOUR).astype(np.int64)
