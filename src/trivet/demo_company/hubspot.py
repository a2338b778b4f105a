"""The marketing automation platform's exports: HubSpot's property names, everything text.

HubSpot has numeric ids of its own and knows people by e-mail address; instants in event data are
milliseconds since 1970, in records ISO with a Z.
"""

from __future__ import annotations

import numpy as np

from trivet.demo_company import cells
from trivet.demo_company.accounts import COUNTRY_NAMES, PER_SHARD
from trivet.demo_company.columns import Column, digits, joined, picked, where
from trivet.demo_company.days import DAY, ENDS, NONE, Whole
from trivet.demo_company.exports import Cells
from trivet.demo_company.leads import DISQUALIFIED_REASONS, LIFECYCLE
from trivet.demo_company.names import TITLES
from trivet.demo_company.responses import ATTENDED_WEBINAR, DEMO, DOWNLOAD, ON_A_FORM
from trivet.demo_company.shard import Shard
from trivet.demo_company.touches import EMAIL_EVENTS, NEWSLETTERS, PAGES

TOUCH_FILES = frozenset({"map/email_events", "map/form_submissions", "map/web_events"})
"""The large files; a company ten times as large has them as Parquet."""

STAGE_NAMES = (
    "subscriber", "lead", "marketingqualifiedlead", "90210417", "salesqualifiedlead",
    "opportunity", "customer", "90210418", "90210419",
)  # fmt: skip
"""HubSpot's internal names by place in LIFECYCLE: a stage of one's own gets a number."""

assert len(STAGE_NAMES) == len(LIFECYCLE)
FORMS = ("Contact us", "Guide download", "Request a demo", "Webinar registration")


def contact_numbers(shard: Shard, places: Whole) -> Column:
    return digits(70_000_000 + (shard.people.first + places) * 13)


def company_numbers(shard: Shard, places: Whole) -> Column:
    present = places >= 0
    return cells.only_where(present, digits(9_000_000 + (shard.accounts.first + places) * 17))


def _known(shard: Shard) -> Whole:
    return np.flatnonzero(shard.people.in_map & (shard.known_since < ENDS))


def company_cells(shard: Shard) -> Cells:
    """Companies HubSpot found out about; it joins them by domain."""
    a = shard.accounts
    keep = np.flatnonzero(np.arange(PER_SHARD) * 31 % 100 < 88)
    return {
        "hs_object_id": company_numbers(shard, keep),
        "name": picked(a.name, keep),
        "domain": picked(a.domain, keep),
        "country": cells.chosen(COUNTRY_NAMES, a.country[keep]),
        "numberofemployees": digits(a.employees[keep]),
        "lifecyclestage": where(shard.customer_since[keep] >= 0, "customer", "lead"),
        "createdate": cells.iso_instants(a.created[keep]),
        "hs_lastmodifieddate": cells.iso_instants(np.maximum(a.created[keep], ENDS - 3 * DAY)),
    }


def contact_cells(shard: Shard) -> Cells:
    p = shard.people
    keep = _known(shard)
    known_company = (p.at_account >= 0) & (p.at_account * 31 % 100 < 88)
    stage = np.zeros(len(p), dtype=np.int64)
    np.maximum.at(
        stage, shard.lifecycle.person, np.where(shard.lifecycle.stage > 6, 1, shard.lifecycle.stage)
    )
    responded = np.zeros(len(p), dtype=np.int64)
    np.add.at(responded, shard.responses.person, 1)
    origin = np.where(responded > 0, np.arange(len(p)) % 3, 3)
    return {
        "hs_object_id": contact_numbers(shard, keep),
        "email": picked(p.email, keep),
        "firstname": picked(p.given, keep),
        "lastname": picked(p.family, keep),
        "jobtitle": cells.chosen(TITLES, p.title[keep]),
        "company": picked(p.company, keep),
        "associatedcompanyid": company_numbers(
            shard, np.where(known_company, p.at_account, NONE)[keep]
        ),
        "lifecyclestage": cells.chosen(STAGE_NAMES, stage[keep]),
        "hs_analytics_source": cells.chosen(
            ("ORGANIC_SEARCH", "PAID_SEARCH", "EMAIL_MARKETING", "OFFLINE"), origin[keep]
        ),
        "hubspotscore": digits(np.minimum(5 + 18 * responded[keep] + 6 * stage[keep], 100)),
        "createdate": cells.iso_instants(shard.known_since[keep]),
        "lastmodifieddate": cells.iso_instants(np.maximum(shard.known_since[keep], ENDS - 9 * DAY)),
    }


def lifecycle_cells(shard: Shard) -> Cells:
    """The history of the property `lifecyclestage`, one row a change."""
    of = shard.lifecycle
    keep = np.flatnonzero(shard.people.in_map[of.person])
    source = where(of.by_sales[keep], "SALESFORCE", "AUTOMATION_PLATFORM")
    return {
        "vid": contact_numbers(shard, of.person[keep]),
        "property": cells.constant("lifecyclestage", len(keep)),
        "value": cells.chosen(STAGE_NAMES, of.stage[keep]),
        "timestamp": cells.epoch_milliseconds(of.at[keep]),
        "sourceType": source,
        "hs_lead_disqualification_reason": cells.chosen(DISQUALIFIED_REASONS, of.reason[keep]),
    }


def form_cells(shard: Shard) -> Cells:
    """Forms filled in; the one before a webinar is a registration, attending is the CRM's."""
    r = shard.responses
    places = np.flatnonzero(
        shard.people.in_map[r.person] & (np.isin(r.kind, ON_A_FORM) | (r.kind == ATTENDED_WEBINAR))
    )
    person, kind, campaign = r.person[places], r.kind[places], r.campaign[places]
    at = np.where(
        kind == ATTENDED_WEBINAR,
        r.at[places] - (places * 7_919 % 6 + 1) * DAY - places % 9_000,
        r.at[places],
    )
    at = np.where(kind == ATTENDED_WEBINAR, np.maximum(at, shard.known_since[person] + 60), at)
    at = np.minimum(at, r.at[places])
    form = np.where(
        kind == DEMO, 2, np.where(kind == DOWNLOAD, 1, np.where(kind == ATTENDED_WEBINAR, 3, 0))
    )
    pages = ("/contact", "/guides", "/demo", "/webinars")
    count = len(places)
    paid = (campaign >= 0) & (kind == 0)
    return {
        "conversionId": joined("c-", digits(shard.number * 1_000_000 + np.arange(count))),
        "vid": contact_numbers(shard, person),
        "email": picked(shard.people.email, person),
        "formName": cells.chosen(FORMS, form),
        "submittedAt": cells.epoch_milliseconds(at),
        "pageUrl": joined("https://www.norvik-analytics.example", cells.chosen(pages, form)),
        "utm_medium": cells.only_where(paid, cells.constant("cpc", count)),
        "salesforcecampaignid": cells.salesforce_references("Campaign", campaign),
    }


def mailing_cells() -> Cells:
    """The mailings, as HubSpot lists its e-mail campaigns."""
    days = NEWSLETTERS // DAY
    return {
        "id": digits(310_000 + np.arange(len(days))),
        "name": joined("Newsletter ", cells.days(days)),
        "type": cells.constant("BATCH_EMAIL", len(days)),
        "subject": joined("The revenue letter no. ", digits(np.arange(1, len(days) + 1))),
        "sentAt": cells.epoch_milliseconds(NEWSLETTERS),
    }


def email_event_cells(shard: Shard) -> Cells:
    e = shard.exposure
    count = len(e.email_at)
    return {
        "id": joined("e", digits(shard.number * 1_000_000 + np.arange(count))),
        "type": cells.chosen(EMAIL_EVENTS, e.email_kind),
        "created": cells.epoch_milliseconds(e.email_at),
        "recipient": picked(shard.people.email, e.email_person),
        "vid": contact_numbers(shard, e.email_person),
        "emailCampaignId": digits(310_000 + e.mailing),
    }


def web_event_cells(shard: Shard) -> Cells:
    e = shard.exposure
    count = len(e.visit_at)
    return {
        "id": joined("w", digits(shard.number * 1_000_000 + np.arange(count))),
        "objectId": contact_numbers(shard, e.visit_person),
        "eventType": cells.constant("e_visited_page", count),
        "occurredAt": cells.iso_instants(e.visit_at),
        "hs_url": joined("https://www.norvik-analytics.example", cells.chosen(PAGES, e.page)),
    }
