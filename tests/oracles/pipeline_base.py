"""The shared pipeline base, written again: which opportunities count, from when, for how much.

Section 5.0 of the metric definitions, one rule a function, one opportunity at a time.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from tests.oracles.company import RecordedCompany
from tests.oracles.reading import DIGITS, half_away_from_zero, minor_units, months_later, read_day
from trivet.vocabulary.period import Period

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
    closed_at: datetime | None
    kind: str = ""
    is_counted: bool = False
    amount: int = 0
    amount_with_base: int = 0
    amount_without_base: int = 0
    amount_missing: bool = False


def is_test(company: RecordedCompany, opportunity: dict[str, Any]) -> bool:
    account = company.account(opportunity["account_id"])
    return bool(opportunity["is_test"]) or bool(account and account["is_test"])


def stage_rows(
    company: RecordedCompany, opportunity_id: str, until: datetime
) -> list[dict[str, Any]]:
    found = [
        row
        for row in company["opportunity_stage_history"]
        if row["opportunity_id"] == opportunity_id
    ]
    if not found:
        found = assumed_stage_rows(company, opportunity_id)
    found = [row for row in found if row["entered_at"] <= until]
    return sorted(found, key=lambda row: (row["entered_at"], company.stage_rank(row["stage"])))


def assumed_stage_rows(company: RecordedCompany, opportunity_id: str) -> list[dict[str, Any]]:
    """Without a recorded history: open since creation, or closed on the close date."""
    for row in company["opportunity"]:
        if row["opportunity_id"] != opportunity_id:
            continue
        if company.stage_kind(row["stage"]) == "open":
            entered_at = row["created_at"]
        else:
            entered_at = row["closed_at"] or (row["close_on"] and company.start_of(row["close_on"]))
        return [{"stage": row["stage"], "entered_at": entered_at}] if entered_at else []
    return []


def split_at_reopenings(
    company: RecordedCompany, history: list[dict[str, Any]], rule: str, after_days: int
) -> list[list[dict[str, Any]]]:
    """The history as one deal or several, under the reopening rule."""
    deals: list[list[dict[str, Any]]] = [[]]
    for row in history:
        current = deals[-1]
        before = company.stage_kind(current[-1]["stage"]) if current else "open"
        if before != "open" and rule == "first_outcome":
            return deals
        is_open = company.stage_kind(row["stage"]) == "open"
        if before == "lost" and is_open and rule == "new_deal_after":
            gap = company.day_of(row["entered_at"]) - company.day_of(current[-1]["entered_at"])
            if gap.days > after_days:
                deals.append([])
        deals[-1].append(row)
    return deals


def value_at(
    company: RecordedCompany, opportunity: dict[str, Any], field: str, at: datetime
) -> Any:
    """The field's value as it stood at an instant, from the recorded changes."""
    changes = sorted(
        (
            row
            for row in company["opportunity_field_history"]
            if row["opportunity_id"] == opportunity["opportunity_id"] and row["field"] == field
        ),
        key=lambda row: row["changed_at"],
    )
    if not changes:
        return opportunity[field]
    text = changes[0]["old_value"]
    for change in changes:
        if change["changed_at"] <= at:
            text = change["new_value"]
    if text in (None, ""):
        return None
    if field in ("amount", "acv", "net_arr", "tcv", "renewal_base"):
        return minor_units(text, opportunity["currency"])
    if field == "close_on":
        return read_day(text)
    return text


def rate(company: RecordedCompany, currency: str, kind: str, day: date) -> Decimal:
    """What a unit is worth on a day; without a rate of that kind, the other kind's.

    Before the first rate, the first one.
    """
    if currency == company.currency:
        return Decimal(1)
    other = {"plan": "spot", "spot": "plan"}[kind]
    for wanted in (kind, other):
        rates = sorted(
            (row["valid_from"], Decimal(str(row["rate"])))
            for row in company["fx_rate"]
            if row["currency"] == currency and (row["kind"] or "plan") == wanted
        )
        if rates:
            past = [value for valid_from, value in rates if valid_from <= day]
            return past[-1] if past else rates[0][1]
    raise AssertionError(f"no rate for {currency}")


def converted(company: RecordedCompany, minor: int, currency: str, at: Decimal) -> int:
    """Minor units of `currency` as whole minor units of the company's currency."""
    shift = DIGITS.get(company.currency, 2) - DIGITS.get(currency, 2)
    return half_away_from_zero((Decimal(minor) * at).scaleb(shift))


Span = tuple[str, date, date | None]
"""An account, its first day as a customer, and its first day as none."""


def customer_spans(company: RecordedCompany) -> list[Span]:
    """When accounts were customers, by the best record there is of it.

    Contracts; without any, movements of ARR; without those, invoices, each good for a year.
    Those of a test account are no record at all.
    """

    def real(table: str) -> list[dict[str, Any]]:
        rows = company[table]
        return [r for r in rows if not (company.account(r["account_id"]) or {}).get("is_test")]

    contracts = [row for row in real("subscription") if row["arr"] > 0]
    if contracts:
        return [
            (row["account_id"], row["starts_on"], row["ends_on"])
            for row in contracts
            if row["revenue_kind"] != "one_off" and not row["is_trial"]
        ]
    found: list[Span] = []
    if moved := real("arr_movement"):
        for account in {row["account_id"] for row in moved}:
            theirs = [row for row in moved if row["account_id"] == account]
            days = sorted({row["moved_on"] for row in theirs})
            for day, following in zip(days, [*days[1:], None], strict=True):
                if sum(row["amount"] for row in theirs if row["moved_on"] <= day) > 0:
                    found.append((account, day, following))
        return found
    for row in real("invoice_line"):
        if row["amount"] > 0 and row["revenue_kind"] != "one_off":
            day = row["invoiced_on"]
            found.append((row["account_id"], day, months_later(day, 12)))
    return found


def customer_status(
    company: RecordedCompany, opportunity: dict[str, Any], day: date, level: str, winback_after: int
) -> str:
    """new, expansion (a customer on that day) or winback (was one, is not)."""
    known = customer_spans(company)
    if not known:
        # Nobody recorded who the customers are: the CRM's own word is all there is.
        return "expansion" if opportunity["motion"] == "expansion" else "new"
    entity = company.entity(opportunity["account_id"], level)
    spans = [
        (first, last or date.max)
        for account, first, last in known
        if entity is not None and company.entity(account, level) == entity
    ]

    def is_customer(on: date) -> bool:
        return any(first <= on < last for first, last in spans)

    # Who becomes a customer that day was none when the deal was raised: it may be the deal.
    if is_customer(day) and is_customer(day - timedelta(days=1)):
        return "expansion"
    ended = [last for first, last in spans if last <= day]
    if not ended:
        return "new"
    if any(months_later(day_ended, winback_after) > day for day_ended in ended):
        return "expansion"
    return "winback"


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
        pieces = split_at_reopenings(
            company,
            stage_rows(company, opportunity["opportunity_id"], known_at),
            chosen["reopen"],
            chosen["new_deal_after_days"],
        )
        for number, piece in enumerate(pieces, start=1):
            deal = deal_of(company, opportunity, piece, number, chosen)
            if number == 1 and chosen["merge_duplicates"]:
                take_earliest_entry(company, deal, known_at, chosen)
            fill_amounts(company, deal, period, known_at, chosen)
            found.append(deal)
    return found


def deal_of(
    company: RecordedCompany,
    opportunity: dict[str, Any],
    history: list[dict[str, Any]],
    number: int,
    chosen: dict[str, Any],
) -> Deal:
    created_at = opportunity["created_at"] if number == 1 else history[0]["entered_at"]
    outcome, closed_at = "open", None
    if history:
        outcome = company.stage_kind(history[-1]["stage"])
        closed_at = closing_of(company, history) if outcome != "open" else None
    qualified_at = first_at_or_beyond(company, history, company.qualified_from)
    # A won opportunity passed every stage, recorded or not. One lost without any history on
    # record cannot show what it passed; one lost with a history shows that it did not.
    has_history = any(
        row["opportunity_id"] == opportunity["opportunity_id"]
        for row in company["opportunity_stage_history"]
    )
    must_have_passed = outcome == "won" or (outcome == "lost" and not has_history)
    entered_at, skipped = created_at, False
    if chosen["entry_event"] != "created":
        threshold = company.qualified_from
        if chosen["entry_event"] == "sales_accepted":
            threshold = company.accepted_from
        entered_at = first_at_or_beyond(company, history, threshold)
        if entered_at is None and must_have_passed and chosen["fallback_when_skipped"]:
            entered_at, skipped = created_at, True
    suffix = "" if number == 1 else f"#{number}"
    return Deal(
        opportunity["opportunity_id"] + suffix, opportunity, created_at, history, entered_at,
        skipped, qualified_at is not None or must_have_passed, outcome, closed_at,
    )  # fmt: skip


def closing_of(company: RecordedCompany, history: list[dict[str, Any]]) -> datetime:
    """When it closed the last time: closed again the same way (lost, then disqualified), then."""
    outcome = company.stage_kind(history[-1]["stage"])
    closed_at = history[-1]["entered_at"]
    for row in reversed(history):
        if company.stage_kind(row["stage"]) != outcome:
            break
        closed_at = row["entered_at"]
    return closed_at  # type: ignore[no-any-return]


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
        history = stage_rows(company, loser["opportunity_id"], known_at)
        pieces = split_at_reopenings(
            company, history, chosen["reopen"], chosen["new_deal_after_days"]
        )
        merged = deal_of(company, loser, pieces[0], 1, chosen)
        deal.reached_qualified = deal.reached_qualified or merged.reached_qualified
        if merged.entered_at and (deal.entered_at is None or merged.entered_at < deal.entered_at):
            deal.entered_at = merged.entered_at


def fill_amounts(
    company: RecordedCompany, deal: Deal, period: Period, known_at: datetime, chosen: dict[str, Any]
) -> None:
    """Say what kind of sale it is, and what of its worth the definition counts."""
    opportunity, types = deal.opportunity, chosen["deal_types_in"]
    entered_at = deal.entered_at or deal.created_at
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
    last_day = company.day_of(deal.closed_at or known_at)
    fx_kind, fx_day = {
        "plan": ("plan", company.day_of(entered_at)),
        "at_entry": ("spot", company.day_of(entered_at)),
        "at_close": ("spot", last_day),
        "current": ("spot", company.day_of(known_at)),
    }[chosen["fx"]]
    at = rate(company, opportunity["currency"], fx_kind, fx_day)

    if opportunity["motion"] == "renewal":
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
            company, opportunity, status_day, chosen["entity_level"],
            chosen["winback_after_months"],
        )  # fmt: skip
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
    for row in deal.history:
        if row["entered_at"] <= at:
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
