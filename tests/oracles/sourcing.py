"""Who created a deal, rule by rule (5.1), one deal at a time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from tests.oracles.company import RecordedCompany
from tests.oracles.pipeline_base import Deal, is_test, stage_rows, value_at

FUNCTIONS = ("sales", "customer_success", "partner", "marketing")
RESPONSES = ("form", "event_attended", "content", "demo_request", "reply")
DEFAULTS: dict[str, Any] = {
    "source_rule": ["first_touch_lookback", "lead_source"],
    "lookback_days": 90,
    "people": "contact_roles_else_active",
    "eligible_touch": "responses_only",
    "lookback_floor": "last_won",
}


@dataclass(frozen=True)
class Event:
    """Something a function did with one of the deal's people, or with the deal itself."""

    at: datetime
    function: str
    is_response: bool
    kind: str


def survivor(company: RecordedCompany, contact_id: str | None) -> str | None:
    """The contact a duplicate was merged into."""
    for row in company["contact"]:
        if row["contact_id"] == contact_id and row["merged_into_id"]:
            return survivor(company, row["merged_into_id"])
    return contact_id


def is_test_person(company: RecordedCompany, contact_id: str | None) -> bool:
    """A test contact, or anybody at a test account."""
    person = survivor(company, contact_id)
    for row in company["contact"]:
        if row["contact_id"] == person:
            account = company.account(row["account_id"])
            return bool(row["is_test"] or (account and account["is_test"]))
    return False


def people(company: RecordedCompany, deal: Deal, rule: str) -> list[str]:
    roles = [
        row
        for row in company["opportunity_contact_role"]
        if row["opportunity_id"] == deal.opportunity["opportunity_id"]
    ]
    of_account = [
        row["contact_id"]
        for row in company["contact"]
        if row["account_id"] is not None
        and row["account_id"] == deal.opportunity["account_id"]
        and not row["merged_into_id"]
    ]
    if rule == "all_account_contacts":
        found = of_account + [row["contact_id"] for row in roles]
    elif rule == "primary_role_only":
        found = [row["contact_id"] for row in roles if row["is_primary"]]
    else:
        found = [row["contact_id"] for row in roles] or of_account
    resolved = {survivor(company, contact_id) for contact_id in found}
    return sorted(c for c in resolved if c and not is_test_person(company, c))


def takes_everybody(company: RecordedCompany, deal: Deal, rule: str) -> bool:
    """Whether the deal's people are everybody at its account."""
    has_roles = any(
        row["opportunity_id"] == deal.opportunity["opportunity_id"]
        for row in company["opportunity_contact_role"]
    )
    return rule == "all_account_contacts" or (rule == "contact_roles_else_active" and not has_roles)


def is_at_an_account(company: RecordedCompany, contact_id: str) -> bool:
    person = survivor(company, contact_id)
    return any(row["contact_id"] == person and row["account_id"] for row in company["contact"])


def events(
    company: RecordedCompany, deal: Deal, chosen: dict[str, Any], first: datetime, last: datetime
) -> list[Event]:
    """The eligible events from `first` to `last`, both included, earliest first."""
    of = people(company, deal, chosen["people"])
    opportunity = deal.opportunity
    found: list[Event] = []
    for touch in company["touchpoint"]:
        if survivor(company, touch["contact_id"]) not in of:
            continue
        if touch["kind"] not in RESPONSES and chosen["eligible_touch"] == "responses_only":
            continue
        found.append(
            Event(touch["touched_at"], touch["function"] or "marketing", True, touch["kind"])
        )
    for activity in company["sales_activity"]:
        if activity["is_automatic"]:
            continue
        about = activity["opportunity_id"]
        if about not in (None, opportunity["opportunity_id"]):
            continue  # logged on another deal
        is_at_its_account = (
            activity["account_id"] is not None
            and activity["account_id"] == opportunity["account_id"]
        )
        if activity["contact_id"]:
            concerns = survivor(company, activity["contact_id"]) in of or (
                # Somebody at no account, seen at the deal or its account: of it, then.
                not is_at_an_account(company, activity["contact_id"])
                and not is_test_person(company, activity["contact_id"])
                and (about is not None or is_at_its_account)
                and takes_everybody(company, deal, chosen["people"])
            )
        else:
            concerns = about is not None or is_at_its_account
        if concerns:
            function = activity["function"] or "sales"
            found.append(Event(activity["happened_at"], function, False, activity["kind"]))
    found = [event for event in found if first <= event.at <= last]
    # At the same instant the salesperson was there first: a response has to precede.
    return sorted(found, key=lambda event: (event.at, FUNCTIONS.index(event.function)))


def last_won_before(company: RecordedCompany, deal: Deal) -> date | None:
    """The day the account last bought, before the day this deal was created."""
    created_on = company.day_of(deal.opportunity["created_at"])
    wins: list[date] = []
    for other in company["opportunity"]:
        if other["account_id"] is None or other["account_id"] != deal.opportunity["account_id"]:
            continue
        if is_test(company, other):
            continue
        wins += [
            company.day_of(row["entered_at"])
            for row in stage_rows(company, other["opportunity_id"], datetime.max)
            if company.stage_kind(row["stage"]) == "won"
        ]
    return max((day for day in wins if day < created_on), default=None)


def window(
    company: RecordedCompany, deal: Deal, chosen: dict[str, Any]
) -> tuple[datetime, datetime]:
    """The instants between which an event may have created the deal.

    Whole days back; to the instant of creation, or through its day when only the day is known.
    """
    created_at = deal.opportunity["created_at"]
    created_on = company.day_of(created_at)
    first_on = created_on - timedelta(days=chosen["lookback_days"])
    if chosen["lookback_floor"] == "last_won":
        won_on = last_won_before(company, deal)
        if won_on is not None and won_on >= first_on:
            first_on = won_on + timedelta(days=1)
    last = created_at
    if created_at == company.start_of(created_on):
        last = company.end_of(created_on)
    return company.start_of(first_on), last


def decide(company: RecordedCompany, deal: Deal, chosen: dict[str, Any], rule: str) -> str | None:
    """The function one rule finds; None when it cannot decide."""
    opportunity = deal.opportunity
    first, last = window(company, deal, chosen)
    if rule == "first_touch_lookback":
        found = events(company, deal, chosen, first, last)
        return found[0].function if found else None
    if rule == "campaign_before_creation":
        responded = any(
            event.is_response and event.function == "marketing"
            for event in events(company, deal, chosen, first, last)
        )
        return "marketing" if responded else None
    if rule == "lead_source":
        value = value_at(company, opportunity, "lead_source", deal.entered_at or deal.created_at)
        return company.function_of_lead_source(value)
    if rule == "primary_campaign":
        for campaign in company["crm_campaign"]:
            if campaign["campaign_id"] == opportunity["campaign_id"]:
                return str(campaign["function"] or "marketing")
        return "marketing" if opportunity["campaign_id"] else None
    if rule == "mql_before_creation":
        of = people(company, deal, chosen["people"])
        for row in company["lifecycle_stage_history"]:
            if (
                row["stage"] == "mql"
                and survivor(company, row["contact_id"]) in of
                and first <= row["entered_at"] <= last
            ):
                return "marketing"
        return None
    if rule == "converting_touch":
        found = events(company, deal, chosen, first, last)
        return found[-1].function if found else None
    assert rule == "sales_qualified_source", rule
    return opportunity["qualified_by"]  # type: ignore[no-any-return]


def sourced_by(company: RecordedCompany, deal: Deal, options: dict[str, Any]) -> str:
    """The function the chain of rules finds; a partner's own deal is never marketing's."""
    chosen = {**DEFAULTS, **options}
    if deal.opportunity["is_partner"]:
        return "partner"
    for rule in chosen["source_rule"]:
        function = decide(company, deal, chosen, rule)
        if function is not None:
            return function
    return "unknown"
