"""The shared pipeline base, written again: which opportunities count, from when, for how much.

Section 5.0 of the metric definitions, one rule a function, one opportunity at a time.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from tests.oracles.closings import (
    Closing,
    closings,
    is_test,
    opened_again,
    stage_rows,
    value_at,
)
from tests.oracles.company import RecordedCompany
from tests.oracles.coverage import Reach, stage_history
from tests.oracles.customers import asked_basis, customer_status
from tests.oracles.exchange import converted, rate
from tests.oracles.reading import half_away_from_zero, window_start
from tests.oracles.retention_base import DEFAULTS as RETENTION
from tests.oracles.retention_base import TABLES_OF
from trivet.vocabulary.period import Period

CUSTOMER_KINDS = {"new", "expansion", "winback"}
"""The kinds of sale that are told apart by who was a customer."""

DEFAULTS: dict[str, Any] = {
    "amount_basis": "acv_recurring",
    "amount_as_of": "book_close",
    "entry_event": "first_qualified_stage",
    "deal_types_in": ["new", "expansion", "renewal_uplift", "winback"],
    "entity_level": "ultimate_parent",
    "customer_status_at": "entry_date",
    "winback_after_months": 0,
    "fx": "plan",
    "reopen": "latest_outcome",
    "new_deal_after_days": 90,
    "merge_duplicates": True,
    "partner_in": True,
    "fallback_when_skipped": True,
    "closed_on": "close_date",
    "customers": {},
}


@dataclass
class Deal:
    """One opportunity as the base sees it at an instant of knowledge.

    record_id           the opportunity's id; "#2" ... is appended to a reopening that is a new deal
    history             its stage rows known by then, in order
    entered_at          when it entered the base; None if it has not
    skipped             True when `entered_at` is the creation because the stage was skipped
    reached_qualified   True when it was at the qualified stage, or must have been
    outcome             open, won or lost
    closed_on           the day it closed; None while it is open
    stops               of each stage row, the instant from which on it stood there
    kind                new, expansion, winback or renewal
    is_counted          True when the definition counts something of it
    amount              the counted part, in the company's minor units
    amount_with_base    of a renewal: with the renewed base; of anything else the amount
    """

    record_id: str
    opportunity: dict[str, Any]
    created_at: datetime
    history: list[dict[str, Any]]
    entered_at: datetime | None
    skipped: bool
    reached_qualified: bool
    outcome: str
    closed_on: date | None
    stops: list[datetime]
    kind: str = ""
    is_counted: bool = False
    amount: int = 0
    amount_with_base: int = 0
    amount_without_base: int = 0
    amount_missing: bool = False


def split_at_reopenings(
    company: RecordedCompany, history: list[dict[str, Any]], rule: str, after_days: int
) -> list[range]:
    """The positions within the history of one deal or several, under the reopening rule."""
    starts = [0]
    for position, row in enumerate(history):
        before = history[position - 1] if position else None
        if before is None or company.stage_kind(before["stage"]) == "open":
            continue
        if rule == "first_outcome":
            return [range(position)]
        is_lost = company.stage_kind(before["stage"]) == "lost"
        if is_lost and opened_again(company, history, position) and rule == "new_deal_after":
            gap = company.day_of(row["entered_at"]) - company.day_of(before["entered_at"])
            if gap.days > after_days:
                starts.append(position)
    ends = [*starts[1:], len(history)]
    return [range(start, end) for start, end in zip(starts, ends, strict=True)]


def worth(opportunity: dict[str, Any], read: Any, basis: str) -> int | None:
    """The amount of the chosen basis; None when the record does not have it."""
    if basis == "amount_field":
        return read("amount")  # type: ignore[no-any-return]
    if basis == "net_arr":
        return read("net_arr")  # type: ignore[no-any-return]
    if basis == "tcv":
        return read("amount") if read("tcv") is None else read("tcv")  # type: ignore[no-any-return]
    if read("acv") is not None:
        return read("acv")  # type: ignore[no-any-return]
    if read("amount") is None:
        return None
    recurring = read("amount") - (opportunity["one_off"] or 0)
    term = Decimal(str(opportunity["term_months"] or 12))
    if term <= 12:
        return recurring  # type: ignore[no-any-return]
    return half_away_from_zero(Decimal(recurring) * 12 / term)


def deals(
    company: RecordedCompany, period: Period, known_on: date, base: dict[str, Any]
) -> list[Deal]:
    """Every deal of the base as known at the end of `known_on`, whatever its dates."""
    unknown = base.keys() - DEFAULTS.keys()
    assert not unknown, unknown
    chosen = {**DEFAULTS, **base}
    known_at = company.end_of(known_on)
    found: list[Deal] = []
    for opportunity in company["opportunity"]:
        if is_test(company, opportunity):
            continue
        if opportunity["merged_into_id"] and chosen["merge_duplicates"]:
            continue
        if opportunity["is_partner"] and not chosen["partner_in"]:
            continue
        if opportunity["created_at"] > known_at:
            continue
        for number, deal in enumerate(pieces_of(company, opportunity, known_at, chosen), start=1):
            if number == 1 and chosen["merge_duplicates"]:
                take_earliest_entry(company, deal, known_at, chosen)
            fill_amounts(company, deal, period, known_on, chosen)
            found.append(deal)
    return found


def pieces_of(
    company: RecordedCompany,
    opportunity: dict[str, Any],
    known_at: datetime,
    chosen: dict[str, Any],
) -> list[Deal]:
    """The opportunity as one deal, or as several where a reopening is a new one."""
    history = stage_rows(company, opportunity["opportunity_id"], known_at)
    closed = {
        closing.position: closing
        for closing in closings(company, opportunity, known_at, chosen["closed_on"])
    }
    pieces = split_at_reopenings(company, history, chosen["reopen"], chosen["new_deal_after_days"])
    return [
        deal_of(company, opportunity, history, piece, closed, number, chosen)
        for number, piece in enumerate(pieces, start=1)
    ]


def deal_of(
    company: RecordedCompany,
    opportunity: dict[str, Any],
    every: list[dict[str, Any]],
    piece: range,
    closed: dict[int, Closing],
    number: int,
    chosen: dict[str, Any],
) -> Deal:
    history = [every[position] for position in piece]
    created_at = opportunity["created_at"] if number == 1 else history[0]["entered_at"]
    outcome, closed_on = "open", None
    if history:
        outcome = company.stage_kind(history[-1]["stage"])
        if outcome != "open":
            closed_on = closed[max(p for p in piece if p in closed)].closed_on
    stops = [
        closed[position].not_open_from if position in closed else every[position]["entered_at"]
        for position in piece
    ]
    qualified_at = first_at_or_beyond(company, history, company.qualified_from)
    # A won opportunity passed every stage, recorded or not. One lost without any history on
    # record cannot show what it passed; one lost with a history shows that it did not. What the
    # exports until then showed is a history once it is more than one stage.
    is_loaded = any(
        row["opportunity_id"] == opportunity["opportunity_id"]
        for row in company["opportunity_stage_history"]
    )
    has_history = is_loaded or len(every) > 1
    must_have_passed = outcome == "won" or (outcome == "lost" and not has_history)
    entered_at, skipped = created_at, False
    if chosen["entry_event"] != "created":
        threshold = company.qualified_from
        if chosen["entry_event"] == "sales_accepted":
            threshold = company.accepted_from
        entered_at = first_at_or_beyond(company, history, threshold)
        is_typed_in_later = (
            entered_at is not None
            and closed_on is not None
            and company.day_of(entered_at) > closed_on
        )
        if is_typed_in_later:
            entered_at = None
        if entered_at is None and (must_have_passed or is_typed_in_later):
            skipped = chosen["fallback_when_skipped"]
            entered_at = created_at if skipped else None
    suffix = "" if number == 1 else f"#{number}"
    return Deal(
        opportunity["opportunity_id"] + suffix, opportunity, created_at, history, entered_at,
        skipped, qualified_at is not None or must_have_passed, outcome, closed_on, stops,
    )  # fmt: skip


def first_at_or_beyond(
    company: RecordedCompany, history: list[dict[str, Any]], threshold: str | None
) -> Any:
    """The instant it first stood at an open stage at or beyond the threshold."""
    for row in history:
        if (
            threshold is not None
            and company.stage_kind(row["stage"]) == "open"
            and company.stage_rank(row["stage"]) >= company.stage_rank(threshold)
        ):
            return row["entered_at"]
    return None


def take_earliest_entry(
    company: RecordedCompany, deal: Deal, known_at: datetime, chosen: dict[str, Any]
) -> None:
    """The survivor of a merge keeps the earliest entry of those merged into it."""
    for loser in company["opportunity"]:
        if loser["merged_into_id"] != deal.opportunity["opportunity_id"]:
            continue
        if is_test(company, loser) or loser["created_at"] > known_at:
            continue
        if loser["is_partner"] and not chosen["partner_in"]:
            continue
        merged = pieces_of(company, loser, known_at, chosen)[0]
        deal.reached_qualified = deal.reached_qualified or merged.reached_qualified
        if merged.entered_at and (deal.entered_at is None or merged.entered_at < deal.entered_at):
            deal.entered_at = merged.entered_at


def fill_amounts(
    company: RecordedCompany, deal: Deal, period: Period, known_on: date, chosen: dict[str, Any]
) -> None:
    """Say what kind of sale it is, and what of its worth the definition counts."""
    opportunity, types = deal.opportunity, chosen["deal_types_in"]
    entered_at = deal.entered_at or deal.created_at
    known_at = company.end_of(known_on)
    read_at = {
        "at_entry": entered_at,
        "book_close": min(known_at, company.books_close(period)),
        "current": known_at,
    }[chosen["amount_as_of"]]

    def read(field: str) -> Any:
        return value_at(company, opportunity, field, read_at)

    known = worth(opportunity, read, chosen["amount_basis"])
    deal.amount_missing = known is None
    whole = known or 0
    last_day = deal.closed_on or known_on
    fx_kind, fx_day = {
        "plan": ("plan", company.day_of(entered_at)),
        "at_entry": ("spot", company.day_of(entered_at)),
        "at_close": ("spot", last_day),
        "current": ("spot", company.day_of(known_at)),
    }[chosen["fx"]]
    at = rate(company, opportunity["currency"], fx_kind, fx_day)

    motion = read("motion")
    if motion == "renewal":
        deal.kind = "renewal"
        already = read("renewal_base")
        if chosen["amount_basis"] == "net_arr":
            # Net ARR is growth already: what is renewed is on top of it.
            base, uplift = already or 0, whole
            has_uplift = True
        else:
            base = whole if already is None else min(already, whole)
            uplift = whole - base
            has_uplift = uplift > 0
        counted = 0
        if "renewal_base" in types:
            counted += base
        if "renewal_uplift" in types:
            counted += uplift
        deal.is_counted = "renewal_base" in types or ("renewal_uplift" in types and has_uplift)
        with_base, without_base = base + uplift, uplift
    else:
        status_day = {
            "entry_date": company.day_of(entered_at),
            "close": last_day,
            "period_end": period.last_day,
        }[chosen["customer_status_at"]]
        deal.kind = customer_status(
            company, {**opportunity, "motion": motion}, status_day, known_on, chosen
        )
        deal.is_counted = deal.kind in types
        counted = whole if deal.is_counted else 0
        with_base = without_base = counted

    def here(minor: int) -> int:
        return converted(company, minor, opportunity["currency"], at)

    deal.amount = here(counted)
    deal.amount_with_base, deal.amount_without_base = here(with_base), here(without_base)


def within(company: RecordedCompany, deal: Deal, where: dict[str, str]) -> bool:
    """Whether the deal is inside a filter on its account's dimensions."""
    account = company.account(deal.opportunity["account_id"])
    return all(account is not None and account.get(name) == value for name, value in where.items())


def entered_in(
    company: RecordedCompany, period: Period, known_on: date, base: dict[str, Any]
) -> list[Deal]:
    """The deals of the base that entered it in the period."""
    return [
        deal
        for deal in deals(company, period, known_on, base)
        if deal.is_counted and deal.entered_at and company.day_of(deal.entered_at) in period
    ]


def stage_at(company: RecordedCompany, deal: Deal, at: datetime) -> str | None:
    """The stage the deal stood at; its first open stage before any row; None before it was."""
    if deal.created_at > at:
        return None
    stage = str(company.open_stages[0])
    for row, since in zip(deal.history, deal.stops, strict=True):
        if since <= at:
            stage = row["stage"]
    return stage


def open_on(
    company: RecordedCompany, period: Period, known_on: date, base: dict[str, Any]
) -> list[tuple[Deal, str]]:
    """The deals open at the end of the period, or of what is known of it, with their stage then."""
    at = company.end_of(min(period.last_day, known_on))
    found = []
    for deal in deals(company, period, known_on, base):
        stage = stage_at(company, deal, at)
        if stage is not None and company.stage_kind(stage) == "open":
            found.append((deal, stage))
    return found


def is_qualified(company: RecordedCompany, stage: str) -> bool:
    return company.stage_rank(stage) >= company.stage_rank(company.qualified_from)


def told_apart(
    company: RecordedCompany, day: date, known_on: date, base: dict[str, Any]
) -> list[Reach]:
    """The records that say who was a customer, where a kind told apart by them is left out."""
    chosen = {**DEFAULTS, **base}
    if set(chosen["deal_types_in"]) >= CUSTOMER_KINDS:
        return []
    return customers_known(company, day, known_on, base)


def customers_known(
    company: RecordedCompany, day: date, known_on: date, base: dict[str, Any]
) -> list[Reach]:
    """The records of recurring revenue from a day on; invoices, from a year before."""
    retention = {**RETENTION, **{**DEFAULTS, **base}["customers"]}
    basis = asked_basis(company, known_on, retention)
    if basis is None:
        return []
    if basis == "invoices":
        return [(TABLES_OF[basis], window_start(day, 12))]
    return [(TABLES_OF[basis], day)]


def entered_reach(
    company: RecordedCompany, period: Period, known_on: date, base: dict[str, Any]
) -> list[Reach]:
    """What a figure of what entered in a period reaches back to."""
    chosen = {**DEFAULTS, **base}
    by_stage = chosen["entry_event"] != "created"
    reach = stage_history(company, period.start) if by_stage else []
    return reach + told_apart(company, period.start, known_on, base)


def open_reach(
    company: RecordedCompany, period: Period, known_on: date, base: dict[str, Any]
) -> list[Reach]:
    """What a figure of what stands open at the end of a period reaches back to."""
    day = min(period.last_day, known_on)
    return stage_history(company, day) + told_apart(company, period.start, known_on, base)


def closed_reach(
    company: RecordedCompany, period: Period, known_on: date, base: dict[str, Any]
) -> list[Reach]:
    """What a figure of what closed in a period reaches back to."""
    recorded = {**DEFAULTS, **base}["closed_on"] == "recorded"
    reach = stage_history(company, period.start) if recorded else []
    return reach + told_apart(company, period.start, known_on, base)
