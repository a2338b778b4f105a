"""The customer success platform's exports: Gainsight's objects; `__gc` fields are Norvik's own."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from trivet.demo_company import cells
from trivet.demo_company.accounts import CURRENCIES
from trivet.demo_company.activities import CALL, EMAIL
from trivet.demo_company.columns import Column, digits, joined, picked, where
from trivet.demo_company.days import DAY, ENDS, HOUR, NONE, Whole
from trivet.demo_company.exports import Cells
from trivet.demo_company.health import CTA_TYPES, MEASURES, USAGE_MEASURES
from trivet.demo_company.opportunities import PRODUCTS
from trivet.demo_company.salesforce import account_ids, person_ids, user_ids
from trivet.demo_company.salesforce_sales import opportunity_ids
from trivet.demo_company.shard import Shard
from trivet.demo_company.users import USERS

CTA_REASONS = ("Licences nearly used up", "Health turned red", "Onboarding", "Success plan review")


def gsids(kind: str, numbers: Whole) -> Column:
    """Gainsight's own ids: capital letters and digits, `1P02` for companies."""
    return joined(kind, "NVK", pc.utf8_lpad(digits(numbers), 12, "0"))


def company_ids(shard: Shard, places: Whole) -> Column:
    return gsids("1P02", shard.accounts.first + places)


def company_cells(shard: Shard) -> Cells:
    """Customers. The CRM's id is there in its 15-character form for those imported long ago."""
    keep = np.flatnonzero(shard.customer_since >= 0)
    full = account_ids(shard, keep)
    # Imported from a report, which shows 15 characters; the later ones came through the connector.
    short = shard.accounts.is_opening[keep]
    subscriptions = shard.subscriptions
    live = (subscriptions.start * DAY < ENDS) & (subscriptions.end * DAY > ENDS)
    arr = np.zeros(len(shard.accounts), dtype=np.int64)
    np.add.at(arr, subscriptions.account[live], subscriptions.arr[live])
    last = np.full(len(shard.accounts), NONE, dtype=np.int64)
    overall = shard.scores.measure == 0
    last[shard.scores.account[overall]] = shard.scores.score[overall]
    active = arr[keep] > 0
    csm = [user.name for user in USERS]
    return {
        "Gsid": company_ids(shard, keep),
        "Name": picked(shard.accounts.name, keep),
        "SfdcAccountId": where(short, pc.utf8_slice_codeunits(full, 0, 15), full),
        "Status": where(active, "Active", "Churn"),
        "ARR": cells.money(arr[keep]),
        "CurrencyIsoCode": cells.chosen(CURRENCIES, shard.accounts.currency[keep]),
        "CurrentScore": cells.only_where(last[keep] >= 0, digits(last[keep])),
        "RenewalDate": cells.days(shard.customer_until[keep]),
        "CSM": cells.chosen(csm, shard.accounts.csm[keep]),
        "CreatedDate": cells.iso_instants(
            np.clip(shard.customer_since[keep] * DAY, shard.accounts.created[keep], ENDS - DAY)
        ),
    }


def subscription_cells(shard: Shard) -> Cells:
    s = shard.subscriptions
    order = np.lexsort((s.account, s.start))
    order = order[s.signed[order] < ENDS]
    notice = s.notice[order]
    return {
        "Gsid": gsids("1SUB", shard.number * 100_000 + np.arange(len(order))),
        "Company_Gsid__gc": company_ids(shard, s.account[order]),
        "Product__gc": cells.chosen(PRODUCTS, s.product[order]),
        "ARR__gc": cells.money(s.arr[order]),
        "Price_Rise__gc": cells.money(s.price_uplift[order], s.price_uplift[order] > 0),
        "CurrencyIsoCode": cells.chosen(CURRENCIES, shard.accounts.currency[s.account[order]]),
        "Start_Date__gc": cells.days(s.start[order]),
        # Contracts name their last day of service, not the first without.
        "End_Date__gc": cells.days(s.end[order] - 1),
        "Signed_At__gc": cells.iso_instants(s.signed[order]),
        "Notice_Date__gc": cells.days(notice),
        "Billing_Cancelled__gc": cells.days(
            np.where((notice >= 0) & (s.end[order] * DAY < ENDS), s.end[order] + 5, NONE)
        ),
        "Sfdc_Opportunity_Id__gc": opportunity_ids(shard, s.opportunity[order]),
        "Revenue_Type__gc": cells.constant("Subscription", len(order)),
    }


def score_cells(shard: Shard) -> Cells:
    """The history of the scorecard, a row a month and measure."""
    s = shard.scores
    band = np.where(s.score >= 70, 0, np.where(s.score >= 45, 1, 2))
    return {
        "Company_Gsid": company_ids(shard, s.account),
        "SnapshotDate": cells.iso_instants(s.day * DAY + 30 * HOUR),
        "Measure": cells.chosen(MEASURES, s.measure),
        "Score": digits(s.score),
        "Label": cells.chosen(("Green", "Yellow", "Red"), band),
    }


def usage_cells(shard: Shard) -> Cells:
    u = shard.usage
    return {
        "Company_Gsid": company_ids(shard, u.account),
        "Date": cells.days(u.day),
        "Measure": cells.chosen(USAGE_MEASURES, u.measure),
        "Value": digits(u.quantity),
    }


def cta_cells(shard: Shard) -> Cells:
    c = shard.calls_to_action
    return {
        "Gsid": gsids("1S01", shard.number * 100_000 + np.arange(len(c.at))),
        "CompanyId": company_ids(shard, c.account),
        "TypeName": cells.chosen(CTA_TYPES, c.kind),
        "ReasonName": cells.chosen(CTA_REASONS, c.kind),
        "Status": where(c.at < ENDS - 60 * DAY, "Closed", "Open"),
        "CreatedDate": cells.iso_instants(c.at),
    }


def timeline_cells(shard: Shard) -> Cells:
    """What CSMs wrote down. The contact is the CRM's, as Gainsight gets people from there."""
    a = shard.csm_activities
    kind = np.where(a.kind == CALL, 0, np.where(a.kind == EMAIL, 1, 2))
    emails = np.array([user.email for user in USERS])
    return {
        "Gsid": gsids("1I00", shard.number * 100_000 + np.arange(len(a))),
        "CompanyId": company_ids(shard, a.account),
        "ContactSfdcId": person_ids(shard, a.person),
        "TypeName": cells.chosen(("Call", "Email", "Meeting"), kind),
        "Subject": cells.chosen(("Check-in call", "Follow-up", "Business review"), kind),
        "ActivityDate": cells.iso_instants(a.at),
        "AuthorEmail": pa.array(emails[a.user]),
        "AuthorSfdcUserId": user_ids(a.user),
    }
