"""The CRM's exports: opportunities, what they were before, who was involved, what was done."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from trivet.demo_company import cells, stages
from trivet.demo_company.account_fields import PROBLEMS
from trivet.demo_company.accounts import CURRENCIES
from trivet.demo_company.activities import CALL, EMAIL, MEETING, Activities
from trivet.demo_company.columns import Column, joined, picked, where
from trivet.demo_company.days import DAY, ENDS, HOUR, NONE, Whole, instant
from trivet.demo_company.exports import Cells
from trivet.demo_company.opportunities import (
    EXPANSION_TYPES,
    FUNCTION_NAMES,
    LEAD_SOURCES,
    LOST_REASONS,
    PRODUCTS,
    RENEWAL,
    TYPES,
    Opportunities,
)
from trivet.demo_company.salesforce import account_ids, person_ids, user_ids
from trivet.demo_company.shard import Shard

A_SHARD = 10_000
HISTORY_KEPT_FROM = instant("2024-11-20")
"""Salesforce keeps field history for a limited time; this org's reaches back two years."""

ROLES = ("Decision Maker", "Economic Buyer", "Champion")


def opportunity_ids(shard: Shard, places: Whole) -> Column:
    return cells.salesforce_references(
        "Opportunity", np.where(places >= 0, shard.number * A_SHARD + places, NONE)
    )


def opportunity_cells(shard: Shard, at: int) -> Cells:
    """Opportunities as an export made at `at` has them."""
    everything = shard.opportunities
    keep = np.flatnonzero(everything.created < at)
    o = everything[keep]
    stage = o.stage(at)
    closed, won = stage >= stages.WON, stage == stages.WON
    annual = o.annual_value(at)
    renewal = o.motion == RENEWAL
    one_off = np.where(won | (stage >= stages.PROPOSAL), o.one_off, 0)
    total = annual * o.term // 12 + one_off
    product = cells.chosen(PRODUCTS, o.product)
    kind = cells.chosen(("New", "Upgrade", "Renewal"), o.motion)
    lost = closed & ~won
    changed = np.max(np.where(o.entered < at, o.entered, NONE), axis=1)
    changed = np.where(o.is_closed(at), np.where(o.closed < at, o.closed, o.lost_first), changed)
    qualified = (o.entered[:, stages.QUALIFIED :] >= 0) & (o.entered[:, stages.QUALIFIED :] < at)
    return {
        "Id": opportunity_ids(shard, keep),
        "IsDeleted": cells.constant("false", len(o)),
        "AccountId": account_ids(shard, o.account),
        "Name": joined(picked(shard.accounts.name, o.account), " - ", product, " - ", kind),
        "StageName": cells.chosen(stages.NAMES, stage),
        "Amount": cells.money(annual + one_off),
        "CurrencyIsoCode": cells.chosen(CURRENCIES, shard.accounts.currency[o.account]),
        "Probability": cells.chosen([str(p) for p in stages.PROBABILITY], stage),
        "ForecastCategoryName": cells.chosen(stages.FORECAST, stage),
        "IsClosed": cells.flags(closed),
        "IsWon": cells.flags(won),
        "CloseDate": cells.days(o.close_day(at)),
        "Type": cells.chosen(TYPES, o.motion),
        "LeadSource": cells.chosen(LEAD_SOURCES, o.label_at(at)),
        "CampaignId": cells.salesforce_references("Campaign", o.campaign),
        "OwnerId": user_ids(o.owner_at(at)),
        "ACV__c": cells.money(annual),
        "Net_ARR__c": cells.money(annual - o.base),
        "TCV__c": cells.money(total),
        "Renewal_Base__c": cells.money(o.base, renewal),
        "One_Off_Services__c": cells.money(one_off),
        "Term_Months__c": cells.money(o.term),
        "Expansion_Type__c": cells.chosen(EXPANSION_TYPES, o.expansion_type),
        "Product__c": product,
        "Business_Problem__c": cells.chosen(PROBLEMS, shard.fields.problem[keep]),
        "Qualified_By__c": cells.chosen(
            FUNCTION_NAMES, np.where(qualified.any(axis=1), o.source, NONE)
        ),
        "Loss_Reason__c": cells.chosen(LOST_REASONS, np.where(lost, o.lost_reason, NONE)),
        "Is_Partner_Deal__c": cells.flags(o.is_partner),
        "Is_Self_Serve__c": cells.flags(o.is_self_serve),
        "Duplicate_Of__c": pa.nulls(len(o), pa.string()),
        "Is_Test__c": cells.constant("false", len(o)),
        "Closed_At__c": cells.salesforce_instants(np.where(closed, changed, NONE)),
        "CreatedDate": cells.salesforce_instants(o.created),
        "LastStageChangeDate": cells.salesforce_instants(changed),
    }


def _stage_changes(o: Opportunities) -> tuple[Whole, Whole, Whole]:
    """Every time an opportunity entered a stage: its position, the instant, the stage."""
    of, stage = np.nonzero((o.entered >= 0) & (o.entered < ENDS))
    ended = np.flatnonzero(o.closed < ENDS)
    lost = np.flatnonzero((o.lost_first >= 0) & (o.lost_first < ENDS))
    back = np.flatnonzero(o.is_back())
    return (
        np.concatenate((of, ended, lost, back)),
        np.concatenate(
            (o.entered[of, stage], o.closed[ended], o.lost_first[lost], o.reopened[back])
        ),
        np.concatenate(
            (
                stage,
                np.where(o.is_won[ended], stages.WON, stages.LOST),
                np.full(len(lost), stages.LOST),
                np.full(len(back), stages.NEGOTIATION),
            )
        ),
    )


def opportunity_history_cells(shard: Shard) -> Cells:
    """One row a change of stage, amount, close date or probability, as Salesforce keeps it.

    So a row may repeat the stage before it: what changed then was the amount or the close date.
    """
    o = shard.opportunities
    of, at, stage = _stage_changes(o)
    for changed in (o.acv_changed, o.pushed, o.acv_edited):
        # An opportunity that is closed by then, or never was there, has nothing to repeat.
        also = np.flatnonzero((changed >= 0) & (changed < ENDS))
        of = np.concatenate((of, also))
        at = np.concatenate((at, changed[also]))
        stage = np.concatenate((stage, np.full(len(also), NONE)))
    order = np.lexsort((stage, at, of))
    of, at, stage = of[order], at[order], stage[order]
    stage = _filled_down(stage)
    value = _value_at(o, of, at)
    return {
        "Id": cells.salesforce_ids(
            "OpportunityHistory", shard.number * 100_000 + np.arange(len(of))
        ),
        "OpportunityId": opportunity_ids(shard, of),
        "StageName": cells.chosen(stages.NAMES, stage),
        "Amount": cells.money(value),
        "CloseDate": cells.days(_close_day_at(o, of, at, stage)),
        "Probability": cells.chosen([str(p) for p in stages.PROBABILITY], stage),
        "CurrencyIsoCode": cells.chosen(CURRENCIES, shard.accounts.currency[o.account[of]]),
        "CreatedDate": cells.salesforce_instants(at),
    }


def _filled_down(stage: Whole) -> Whole:
    """Each NONE takes the value before it; an opportunity's first row is never NONE."""
    last = np.maximum.accumulate(np.where(stage >= 0, np.arange(len(stage)), 0))
    return stage[last]


def _value_at(o: Opportunities, of: Whole, at: Whole) -> Whole:
    changed = (o.acv_changed[of] >= 0) & (o.acv_changed[of] <= at)
    edited = (o.acv_edited[of] >= 0) & (o.acv_edited[of] <= at)
    return np.where(edited, o.acv_after[of], np.where(changed, o.acv[of], o.acv_before[of]))


def _close_day_at(o: Opportunities, of: Whole, at: Whole, stage: Whole) -> Whole:
    pushed = (o.pushed[of] >= 0) & (o.pushed[of] <= at)
    expected = np.where(pushed, o.expected_later[of], o.expected[of])
    return np.where(
        stage >= stages.WON,
        np.where(o.closed[of] <= at, o.closed[of], o.lost_first[of]) // DAY,
        expected,
    )


def opportunity_field_history_cells(shard: Shard) -> Cells:
    """Tracked fields: amount, annual value, close date. Owner and source are not tracked here."""
    o = shard.opportunities
    columns: list[tuple[Whole, Whole, str, Column, Column]] = []

    def add(of: Whole, at: Whole, field: str, old: Column, new: Column) -> None:
        columns.append((of, at, field, old, new))

    for changed, before, after in (
        (o.acv_changed, o.acv_before, o.acv),
        (o.acv_edited, np.where(o.acv_changed >= 0, o.acv, o.acv_before), o.acv_after),
    ):
        of = np.flatnonzero((changed >= HISTORY_KEPT_FROM) & (changed < ENDS) & (before != after))
        add(of, changed[of], "ACV__c", cells.money(before[of]), cells.money(after[of]))
        extra = np.where(changed[of] >= o.closed[of], o.one_off[of], 0)
        add(
            of,
            changed[of],
            "Amount",
            cells.money(before[of] + extra),
            cells.money(after[of] + extra),
        )
    of = np.flatnonzero((o.pushed >= HISTORY_KEPT_FROM) & (o.pushed < ENDS))
    add(of, o.pushed[of], "CloseDate", cells.days(o.expected[of]), cells.days(o.expected_later[of]))
    before = np.where((o.pushed >= 0) & (o.pushed < o.closed), o.expected_later, o.expected)
    of = np.flatnonzero(
        (o.closed >= HISTORY_KEPT_FROM) & (o.closed < ENDS) & (before != o.closed // DAY)
    )
    add(of, o.closed[of], "CloseDate", cells.days(before[of]), cells.days(o.closed[of] // DAY))

    of = np.concatenate([column[0] for column in columns])
    at = np.concatenate([column[1] for column in columns])
    field = np.repeat(np.arange(len(columns)), [len(column[0]) for column in columns])
    order = np.lexsort((field, of, at))
    return {
        "Id": cells.salesforce_ids(
            "OpportunityFieldHistory", shard.number * 100_000 + np.arange(len(of))
        ),
        "OpportunityId": opportunity_ids(shard, of[order]),
        "Field": cells.chosen([column[2] for column in columns], field[order]),
        "OldValue": picked(pa.concat_arrays([column[3] for column in columns]), order),
        "NewValue": picked(pa.concat_arrays([column[4] for column in columns]), order),
        "CreatedDate": cells.salesforce_instants(at[order]),
    }


def contact_role_cells(shard: Shard) -> Cells:
    of, person, place = shard.buyers
    return {
        "Id": cells.salesforce_ids(
            "OpportunityContactRole", shard.number * 100_000 + np.arange(len(of))
        ),
        "OpportunityId": opportunity_ids(shard, of),
        "ContactId": person_ids(shard, person),
        "Role": cells.chosen(ROLES, place),
        "IsPrimary": cells.flags(place == 0),
        "CreatedDate": cells.salesforce_instants(shard.opportunities.created[of]),
    }


def task_cells(shard: Shard) -> Cells:
    """Calls, e-mails and to-dos, about an opportunity or an account: `What.Type` says which."""
    a = shard.sales_activities
    numbers = np.flatnonzero(a.kind != MEETING)
    a = a[numbers]
    subtype = np.where(
        a.is_automatic, 3, np.where(a.kind == CALL, 0, np.where(a.kind == EMAIL, 1, 2))
    )
    subject = np.where(a.is_automatic, 3, np.where(a.is_inbound, 4, subtype))
    subjects = (
        "Call",
        "Email: next steps",
        "Prepare proposal",
        "Thank you for your interest",
        "Email: reply",
    )
    return {
        "Id": cells.salesforce_ids("Task", shard.number * 1_000_000 + numbers),
        "WhoId": person_ids(shard, a.person),
        **_related(shard, a),
        "OwnerId": user_ids(a.user),
        "Subject": cells.chosen(subjects, subject),
        "TaskSubtype": cells.chosen(("Call", "Email", "Task", "ListEmail"), subtype),
        "CallType": cells.chosen(
            ("Outbound", "Inbound"), np.where(a.is_inbound, 1, np.where(a.kind == CALL, 0, NONE))
        ),
        "Status": cells.constant("Completed", len(a)),
        "ActivityDate": cells.days(a.at // DAY),
        "CompletedDateTime": cells.salesforce_instants(a.at),
        "CreatedDate": cells.salesforce_instants(a.at),
    }


def event_cells(shard: Shard) -> Cells:
    """Meetings."""
    a = shard.sales_activities
    numbers = np.flatnonzero(a.kind == MEETING)
    a = a[numbers]
    return {
        "Id": cells.salesforce_ids("Event", shard.number * 1_000_000 + numbers),
        "WhoId": person_ids(shard, a.person),
        **_related(shard, a),
        "OwnerId": user_ids(a.user),
        "Subject": where(a.opportunity >= 0, "Meeting", "Intro meeting"),
        "Type": cells.constant("Meeting", len(a)),
        "StartDateTime": cells.salesforce_instants(a.at),
        "EndDateTime": cells.salesforce_instants(a.at + HOUR // 2),
        "CreatedDate": cells.salesforce_instants(a.at),
    }


def _related(shard: Shard, a: Activities) -> Cells:
    """Polymorphic references: the opportunity, else the account."""
    to_opportunity = a.opportunity >= 0
    account = account_ids(shard, a.account)
    what = np.where(to_opportunity, 0, np.where(a.account >= 0, 1, NONE))
    return {
        "WhatId": where(to_opportunity, opportunity_ids(shard, a.opportunity), account),
        "What.Type": cells.chosen(("Opportunity", "Account"), what),
        "AccountId": account,
    }
