"""Who created a deal, rule by rule (5.1), one deal at a time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from tests.oracles.closings import closings, is_test, value_at
from tests.oracles.company import NO_HOUR, RecordedCompany
from tests.oracles.coverage import known_from
from tests.oracles.people import account_of, contact, everybody_at, is_test_person, person_of
from tests.oracles.pipeline_base import Deal

FUNCTIONS = ("sales", "customer_success", "partner", "marketing")
RESPONSES = ("form", "event_attended", "content", "demo_request", "reply")
DEFAULTS: dict[str, Any] = {
    "source_rule": ["first_touch_lookback", "lead_source"],
    "lookback_days": 90,
    "people": "contact_roles_else_active",
    "eligible_touch": "responses_only",
    "lookback_floor": "last_won",
}


TOUCH_RULES = ("first_touch_lookback", "campaign_before_creation", "converting_touch")


@dataclass(frozen=True)
class Event:
    """Something a function did with one of the deal's people, or with the deal itself.

    first, last   the instants between which it was: of what has no hour, its whole day
    """

    first: datetime
    last: datetime
    function: str
    is_response: bool
    kind: str

    @property
    def is_marketing(self) -> bool:
        return self.function == "marketing"


@dataclass(frozen=True)
class Sourced:
    """Who created a deal.

    is_same_day           marketing would have, had its touch been at another hour of its day
    reaches_before_touch  it was looked for on days of which touches are not known
    """

    function: str
    rule: str = ""
    is_same_day: bool = False
    reaches_before_touch: bool = False


def span(company: RecordedCompany, row: dict[str, Any], column: str) -> tuple[datetime, datetime]:
    """The instants between which something was: the whole of its day if it has no hour."""
    at = row[column]
    return at, company.end_of(company.day_of(at)) if row[NO_HOUR.format(column)] else at


def people(company: RecordedCompany, deal: Deal, rule: str) -> list[str]:
    roles = [
        row
        for row in company["opportunity_contact_role"]
        if row["opportunity_id"] == deal.opportunity["opportunity_id"]
    ]
    of_account = everybody_at(company, deal.opportunity["account_id"])
    if rule == "all_account_contacts":
        found = of_account + [row["contact_id"] for row in roles]
    elif rule == "primary_role_only":
        found = [row["contact_id"] for row in roles if row["is_primary"]]
    else:
        found = [row["contact_id"] for row in roles] or of_account
    resolved = {person_of(company, contact_id) for contact_id in found}
    return sorted(c for c in resolved if c and not is_test_person(company, c))


def takes_everybody(company: RecordedCompany, deal: Deal, rule: str) -> bool:
    """Whether the deal's people are everybody at its account."""
    has_roles = any(
        row["opportunity_id"] == deal.opportunity["opportunity_id"]
        for row in company["opportunity_contact_role"]
    )
    return rule == "all_account_contacts" or (rule == "contact_roles_else_active" and not has_roles)


def events(
    company: RecordedCompany, deal: Deal, chosen: dict[str, Any], is_generous: bool
) -> list[Event]:
    """The eligible events before the creation, in any order.

    Marketing's have to lie before it whatever the hours; if generous, at some hours.
    """
    of = people(company, deal, chosen["people"])
    opportunity = deal.opportunity
    found: list[Event] = []
    for touch in company["touchpoint"]:
        if person_of(company, touch["contact_id"]) not in of:
            continue
        if touch["kind"] not in RESPONSES and chosen["eligible_touch"] == "responses_only":
            continue
        function = touch["function"] or "marketing"
        found.append(Event(*span(company, touch, "touched_at"), function, True, touch["kind"]))
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
        # Somebody who is not loaded is nobody: the activity is its account's, or its deal's.
        if contact(company, activity["contact_id"]):
            concerns = person_of(company, activity["contact_id"]) in of or (
                # Somebody at no account, seen at the deal or its account: of it, then.
                account_of(company, activity["contact_id"]) is None
                and not is_test_person(company, activity["contact_id"])
                and (about is not None or is_at_its_account)
                and takes_everybody(company, deal, chosen["people"])
            )
        else:
            concerns = about is not None or is_at_its_account
        if concerns:
            function = activity["function"] or "sales"
            when = span(company, activity, "happened_at")
            found.append(Event(*when, function, False, activity["kind"]))
    since = company.start_of(window_opens(company, deal, chosen))
    created = span(company, opportunity, "created_at")
    return [
        event
        for event in found
        if event.first >= since and is_before(event, created, is_generous or not event.is_marketing)
    ]


def is_before(event: Event, created: tuple[datetime, datetime], at_some_hours: bool) -> bool:
    """Whether the event came before the creation: at some hours of their days, or at all."""
    first, last = created
    return event.first <= last if at_some_hours else event.last <= first


def first_of(found: list[Event], is_generous: bool) -> Event | None:
    """The earliest: marketing's counts with its last second, everybody else's with the first."""

    def when(event: Event) -> tuple[datetime, int]:
        at = event.last if event.is_marketing and not is_generous else event.first
        # At the same instant the salesperson was there first: a response has to precede.
        return at, FUNCTIONS.index(event.function)

    return min(found, key=when, default=None)


def last_of(found: list[Event], is_generous: bool) -> Event | None:
    """The latest: marketing's counts with its first second, everybody else's with the last."""

    def when(event: Event) -> tuple[datetime, bool, int]:
        at = event.first if event.is_marketing and not is_generous else event.last
        return at, not event.is_marketing, FUNCTIONS.index(event.function)

    return max(found, key=when, default=None)


def last_won_before(company: RecordedCompany, deal: Deal, chosen: dict[str, Any]) -> date | None:
    """The day the account last bought, before the day this deal was created."""
    created_on = company.day_of(deal.opportunity["created_at"])
    wins: list[date] = []
    for other in company["opportunity"]:
        if other["account_id"] is None or other["account_id"] != deal.opportunity["account_id"]:
            continue
        if is_test(company, other) or other["opportunity_id"] == deal.opportunity["opportunity_id"]:
            continue
        wins += [
            closing.closed_on
            for closing in closings(company, other, chosen["known_at"], chosen["closed_on"])
            if closing.kind == "won"
        ]
    return max((day for day in wins if day < created_on), default=None)


def window_opens(company: RecordedCompany, deal: Deal, chosen: dict[str, Any]) -> date:
    """The first day on which an event may have created the deal: whole days back."""
    created_on = company.day_of(deal.opportunity["created_at"])
    first_on = created_on - timedelta(days=chosen["lookback_days"])
    if chosen["lookback_floor"] == "last_won":
        won_on = last_won_before(company, deal, chosen)
        if won_on is not None and won_on >= first_on:
            first_on = won_on + timedelta(days=1)
    return first_on


def decide(
    company: RecordedCompany, deal: Deal, chosen: dict[str, Any], rule: str, is_generous: bool
) -> str | None:
    """The function one rule finds; None when it cannot decide."""
    opportunity = deal.opportunity
    if rule == "first_touch_lookback":
        first = first_of(events(company, deal, chosen, is_generous), is_generous)
        return first.function if first else None
    if rule == "converting_touch":
        last = last_of(events(company, deal, chosen, is_generous), is_generous)
        return last.function if last else None
    if rule == "campaign_before_creation":
        responded = any(
            event.is_response and event.is_marketing
            for event in events(company, deal, chosen, is_generous)
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
        since = company.start_of(window_opens(company, deal, chosen))
        created = span(company, opportunity, "created_at")
        for row in company["lifecycle_stage_history"]:
            if row["stage"] != "mql" or person_of(company, row["contact_id"]) not in of:
                continue
            became = Event(*span(company, row, "entered_at"), "marketing", True, "mql")
            if became.first >= since and is_before(became, created, is_generous):
                return "marketing"
        return None
    assert rule == "sales_qualified_source", rule
    return opportunity["qualified_by"]  # type: ignore[no-any-return]


def touches_known_from(company: RecordedCompany) -> date | None:
    """The day from which on both touches and activities are known."""
    days = [known_from(company, table) for table in ("touchpoint", "sales_activity")]
    return max((day for day in days if day is not None), default=None)


def asked_in_turn(
    company: RecordedCompany, deal: Deal, chosen: dict[str, Any], is_generous: bool
) -> tuple[str, list[str]]:
    """The function the chain of rules finds, and the rules that were asked."""
    asked: list[str] = []
    for rule in chosen["source_rule"]:
        asked.append(rule)
        function = decide(company, deal, chosen, rule, is_generous)
        if function is not None:
            return function, asked
    return "unknown", asked


def source(
    company: RecordedCompany,
    deal: Deal,
    options: dict[str, Any],
    base: dict[str, Any],
    known_on: date,
) -> Sourced:
    """Who created the deal; a partner's own deal is never marketing's."""
    chosen = {
        **DEFAULTS,
        **options,
        "closed_on": base.get("closed_on", "close_date"),
        "known_at": company.end_of(known_on),
    }
    if deal.opportunity["is_partner"]:
        return Sourced("partner", "partner")
    function, asked = asked_in_turn(company, deal, chosen, is_generous=False)
    is_same_day = False
    if function != "marketing":
        is_same_day = asked_in_turn(company, deal, chosen, is_generous=True)[0] == "marketing"
    known = touches_known_from(company)
    reaches = (
        any(rule in TOUCH_RULES for rule in asked)
        and known is not None
        and window_opens(company, deal, chosen) < known
    )
    return Sourced(function, asked[-1] if function != "unknown" else "", is_same_day, reaches)
