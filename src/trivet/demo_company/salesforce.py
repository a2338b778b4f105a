"""The CRM's exports: Salesforce's objects and field names, people and campaigns.

Field names and forms as in Salesforce's object reference; `__c` fields are Norvik's own.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from trivet.demo_company import campaigns, cells
from trivet.demo_company.account_fields import DATA_TEAMS, FUNDINGS
from trivet.demo_company.accounts import COUNTRY_NAMES, INDUSTRIES, PER_SHARD, SEGMENTS
from trivet.demo_company.columns import Column, digits, joined, picked, where
from trivet.demo_company.days import DAY, EARLIER_EXPORT, ENDS, HOUR, NONE, STARTS, Flags, Whole
from trivet.demo_company.exports import Cells
from trivet.demo_company.leads import DISQUALIFIED, LEAD_TYPES, MQL, RECYCLED, SQL
from trivet.demo_company.names import TITLES
from trivet.demo_company.responses import ATTENDED_WEBINAR
from trivet.demo_company.shard import Shard
from trivet.demo_company.users import REGIONS, USERS, ZONES

LEAD_SOURCE_OF_RESPONSE = (
    "Paid Search",
    "Content Download",
    "Demo Request",
    "Webinar",
    "Trade Show",
)
SUPPORT_TIERS = ("Standard", "Priority", "White glove")


def account_ids(shard: Shard, places: Whole) -> Column:
    return cells.salesforce_references(
        "Account", np.where(places >= 0, shard.accounts.first + places, NONE)
    )


def person_ids(shard: Shard, places: Whole, *, as_lead: Flags | None = None) -> Column:
    """Contact ids, and lead ids for those who are (or, at the time, were) leads."""
    numbers = np.where(places >= 0, shard.people.first + places, NONE)
    lead = shard.people.is_lead[places] if as_lead is None else as_lead
    return where(
        lead,
        cells.salesforce_references("Lead", numbers),
        cells.salesforce_references("Contact", numbers),
    )


def user_ids(places: Whole) -> Column:
    return cells.salesforce_references("User", places)


def user_cells() -> Cells:
    regions = np.array([user.region for user in USERS])
    left = np.array([not user.is_active for user in USERS])
    return {
        "Id": user_ids(np.arange(len(USERS))),
        "Name": pa.array([user.name for user in USERS]),
        "Email": pa.array([user.email for user in USERS]),
        "Department": pa.array([user.department for user in USERS]),
        "UserRole.Name": pa.array([user.team for user in USERS]),
        "TimeZoneSidKey": cells.chosen(ZONES, regions),
        "IsActive": cells.flags(~left),
        "CreatedDate": cells.salesforce_instants(np.full(len(USERS), STARTS - 900 * DAY)),
    }


def account_cells(shard: Shard, at: int) -> Cells:
    """Accounts as an export made at `at` has them."""
    a = shard.accounts
    keep = np.flatnonzero(a.created < at)
    segment = a.segment if at > EARLIER_EXPORT else a.segment_before
    is_customer = (shard.customer_since >= 0) & (shard.customer_since * DAY < at)
    current = is_customer & (shard.customer_until * DAY > at)
    kind = np.where(current, 0, np.where(is_customer, 2, 1))
    revenue = (a.employees * 180_000 // 10_000) * 10_000
    found = {
        "Id": account_ids(shard, np.arange(PER_SHARD)),
        "IsDeleted": cells.constant("false", PER_SHARD),
        "MasterRecordId": pa.nulls(PER_SHARD, pa.string()),
        "Name": a.name,
        "Type": cells.chosen(("Customer", "Prospect", "Former Customer"), kind),
        "ParentId": account_ids(shard, a.parent),
        "Website": joined("https://www.", a.domain),
        "Industry": cells.chosen(INDUSTRIES, a.industry),
        "NumberOfEmployees": digits(a.employees),
        "AnnualRevenue": cells.money(revenue),
        "BillingCountry": cells.chosen(COUNTRY_NAMES, a.country),
        "OwnerId": user_ids(a.owner),
        "Segment__c": cells.chosen(SEGMENTS, segment),
        "Region__c": cells.chosen(REGIONS, a.region),
        "CSM__c": user_ids(np.where(is_customer, a.csm, NONE)),
        "Support_Tier__c": cells.chosen(SUPPORT_TIERS, np.where(is_customer, a.segment, NONE)),
        "Data_Team__c": cells.chosen(DATA_TEAMS, shard.fields.data_team),
        "Funding__c": cells.chosen(FUNDINGS, shard.fields.funding),
        "Technologies__c": shard.fields.technology_cells(),
        "Is_Test__c": cells.constant("false", PER_SHARD),
        "CreatedDate": cells.salesforce_instants(a.created),
        "SystemModstamp": cells.salesforce_instants(
            np.maximum(a.created, at - a.employees * 7_919 % (90 * DAY))
        ),
    }
    return {name: picked(column, keep) for name, column in found.items()}


def _emails(shard: Shard) -> Column:
    """The CRM's addresses: typed by hand, some in capitals, some missing."""
    number = np.arange(len(shard.people)) * 7_907 % 1_000
    email = where(number < 15, pc.utf8_upper(shard.people.email), shard.people.email)
    return cells.only_where(number < 970, email)


def contact_cells(shard: Shard) -> Cells:
    p = shard.people
    keep = np.flatnonzero(~p.is_lead & (shard.known_since < ENDS))
    created = np.where(shard.was_lead, shard.converted, shard.known_since)
    return {
        "Id": person_ids(shard, keep),
        "IsDeleted": cells.constant("false", len(keep)),
        "MasterRecordId": pa.nulls(len(keep), pa.string()),
        "AccountId": account_ids(shard, p.account[keep]),
        "FirstName": picked(p.given, keep),
        "LastName": picked(p.family, keep),
        "Email": picked(_emails(shard), keep),
        "Title": cells.chosen(TITLES, p.title[keep]),
        "LeadSource": picked(_lead_source(shard), keep),
        "OwnerId": user_ids(shard.accounts.owner[p.account[keep]]),
        "Is_Test__c": cells.constant("false", len(keep)),
        "CreatedDate": cells.salesforce_instants(created[keep]),
        "SystemModstamp": cells.salesforce_instants(
            np.minimum(created[keep] + 40 * DAY, ENDS - HOUR)
        ),
    }


def _lead_source(shard: Shard) -> Column:
    """A person's lead source is their first response's, empty without one."""
    first = np.full(len(shard.people), NONE, dtype=np.int64)
    back = slice(None, None, -1)
    first[shard.responses.person[back]] = shard.responses.kind[back]
    return cells.chosen(LEAD_SOURCE_OF_RESPONSE, first)


def lead_cells(shard: Shard) -> Cells:
    """Leads that stayed leads, and those that became a contact."""
    p = shard.people
    keep = np.flatnonzero((p.is_lead & (shard.known_since < ENDS)) | shard.was_lead)
    converted = shard.was_lead[keep]
    of = shard.lifecycle
    status = np.zeros(len(p), dtype=np.int64)
    for number, stage in ((1, MQL), (2, SQL), (3, RECYCLED), (4, DISQUALIFIED)):
        status[of.person[of.stage == stage]] = number
    status = np.where(shard.was_lead, 5, status)[keep]
    names = ("Open", "Working", "Qualified", "Nurture", "Unqualified", "Converted")
    opened = np.full(len(p), NONE, dtype=np.int64)
    opened[shard.opportunities.person] = np.arange(len(shard.opportunities))
    return {
        "Id": person_ids(shard, keep, as_lead=np.ones(len(keep), dtype=bool)),
        "IsDeleted": cells.constant("false", len(keep)),
        "FirstName": picked(p.given, keep),
        "LastName": picked(p.family, keep),
        "Company": picked(p.company, keep),
        "Email": picked(_emails(shard), keep),
        "Title": cells.chosen(TITLES, p.title[keep]),
        "Status": cells.chosen(names, status),
        "LeadSource": picked(_lead_source(shard), keep),
        "IsConverted": cells.flags(converted),
        "ConvertedDate": cells.days(cells.to_days(shard.converted[keep])),
        "ConvertedAccountId": account_ids(shard, np.where(converted, p.account[keep], NONE)),
        "ConvertedContactId": person_ids(
            shard, np.where(converted, keep, NONE), as_lead=np.zeros(len(keep), dtype=bool)
        ),
        "CreatedDate": cells.salesforce_instants(shard.known_since[keep]),
    }


def lead_assignment_cells(shard: Shard) -> Cells:
    """Norvik's own object: one row each time a lead was given to somebody."""
    first = shard.leads
    more = np.flatnonzero((first.again >= 0) & (first.again < ENDS))
    place = np.concatenate((np.arange(len(first.person)), more))
    again = np.arange(len(place)) >= len(first.person)
    at = np.where(again, first.again[place], first.assigned[place])
    order = np.lexsort((place, at))
    place, again, at = place[order], again[order], at[order]
    person = first.person[place]
    # After its conversion a lead's assignments are found on the contact.
    lead = shard.people.is_lead[person] | shard.was_lead[person]
    user = np.where(again, (first.user[place] - 11 + 1) % 4 + 11, first.user[place])
    paused = np.where(again | (first.paused[place] >= ENDS - DAY), NONE, first.paused[place])
    count = len(place)
    numbers = shard.number * 100_000 + np.arange(count)
    return {
        "Id": cells.salesforce_ids("Lead_Assignment__c", numbers),
        "Name": joined("LA-", pc.utf8_lpad(digits(numbers), 8, "0")),
        "Lead__c": cells.only_where(lead, person_ids(shard, person, as_lead=lead)),
        "Contact__c": cells.only_where(~lead, person_ids(shard, person, as_lead=lead)),
        "Assigned_At__c": cells.salesforce_instants(at),
        "Assigned_To__c": user_ids(user),
        "Lead_Type__c": cells.chosen(LEAD_TYPES, first.kind[place]),
        "Paused_At__c": cells.salesforce_instants(paused),
        "Resumed_At__c": cells.salesforce_instants(np.where(paused >= 0, paused + DAY, NONE)),
        "Pause_Reason__c": cells.only_where(
            (paused >= 0) & first.has_pause_reason[place], cells.constant("Out of office", count)
        ),
    }


def campaign_cells() -> Cells:
    rows = campaigns.CAMPAIGNS
    last = np.array([row.last_day for row in rows])
    over = last * DAY < ENDS
    return {
        "Id": cells.salesforce_ids("Campaign", np.arange(len(rows))),
        "IsDeleted": cells.constant("false", len(rows)),
        "Name": pa.array([row.name for row in rows]),
        "ParentId": cells.salesforce_references("Campaign", np.array([row.parent for row in rows])),
        "Type": pa.array([row.kind for row in rows]),
        "Status": where(over, "Completed", "In Progress"),
        "StartDate": cells.days(campaigns.FIRST_DAYS),
        "EndDate": cells.days(last),
        "ActualCost": cells.money(np.array([row.cost for row in rows])),
        "Owner_Team__c": pa.array([row.function for row in rows]),
        "IsActive": cells.flags(~over),
    }


def campaign_member_cells(rng: np.random.Generator, shard: Shard) -> Cells:
    """Who was on a campaign's list: those who responded, and twice as many who did not."""
    r = shard.responses
    answered = np.flatnonzero(r.campaign >= 0)
    asked = answered[rng.integers(0, len(answered), len(answered) * 2)]
    p = shard.people
    others = rng.integers(0, len(p), len(asked))
    person = np.concatenate((r.person[answered], others))
    campaign = np.concatenate((r.campaign[answered], r.campaign[asked]))
    at = np.concatenate((r.at[answered], r.at[asked]))
    kind = np.concatenate((r.kind[answered], r.kind[asked]))
    responded = np.arange(len(person)) < len(answered)
    seen = (shard.known_since[person] < at) | responded
    # A person is a member of a campaign once; the response counts.
    member = campaign * len(p) + person
    _, once = np.unique(np.where(seen, member, -1), return_index=True)
    keep = once[seen[once]]
    keep = keep[np.lexsort((person[keep], at[keep]))]
    person, campaign, at, kind = (column[keep] for column in (person, campaign, at, kind))
    responded = responded[keep]
    listed = np.where(kind >= ATTENDED_WEBINAR, at - rng.integers(1, 9, len(keep)) * DAY, at)
    listed = np.maximum(np.minimum(listed, at), np.minimum(shard.known_since[person], at))
    count = len(keep)
    status = np.where(
        responded,
        np.where(kind >= ATTENDED_WEBINAR, 0, 1),
        np.where(kind >= ATTENDED_WEBINAR, 2, 3),
    )
    lead = p.is_lead[person]
    return {
        "Id": cells.salesforce_ids("CampaignMember", shard.number * 1_000_000 + np.arange(count)),
        "IsDeleted": cells.constant("false", count),
        "CampaignId": cells.salesforce_ids("Campaign", campaign),
        # A converted lead's membership keeps the lead and gets the contact.
        "LeadId": cells.only_where(
            lead | shard.was_lead[person],
            person_ids(shard, person, as_lead=np.ones(count, dtype=bool)),
        ),
        "ContactId": cells.only_where(~lead, person_ids(shard, person)),
        "Status": cells.chosen(("Attended", "Responded", "Registered", "Sent"), status),
        "HasResponded": cells.flags(responded),
        "FirstRespondedDate": cells.days(np.where(responded, at // DAY, NONE)),
        "CreatedDate": cells.salesforce_instants(listed),
    }
