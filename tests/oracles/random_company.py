"""Random companies: small, crooked, and the same on both sides.

What is drawn is what real exports hold and worked examples leave out: skipped stages and
reopenings, deals typed in late and brought over from another system, amounts edited after the
close, contracts renewed early, late and never, credits, converted leads, leads paused and passed
on, duplicates, test records, people at nobody's account, days without an hour, clocks that change.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from random import Random
from typing import Any

from hypothesis import strategies as st

from tests.company import COMPLETE, Company, company
from tests.oracles.company import RecordedCompany, recorded_company
from tests.oracles.random_contracts import draw_contracts, draw_invoices, draw_movements
from tests.oracles.random_leads import draw_leads, draw_people
from tests.oracles.random_rows import OPEN, Row, Rows
from tests.oracles.random_sales import draw_opportunity, draw_touches
from trivet.numbers.warehouse.tables import BY_NAME

EXPORTED_ON = "2026-07-15"

STAGES = {
    "open": list(OPEN),
    "qualified_from": "Qualified",
    "accepted_from": "Proposal",
    "won": ["Won"],
    "lost": ["Lost", "Disqualified"],
    "probability": {"Created": "0.1", "Proposal": "0.45"},
}
LEAD_SOURCES = {
    "marketing": ["Webinar", "Paid search"],
    "sales": ["Outbound"],
    "customer_success": ["CS"],
    "partner": ["Partner"],
}
SEGMENTS = ("SMB", "Enterprise")

PARTLY_LOADED = (
    {},
    {"touchpoint": "2025-12-01"},
    {**COMPLETE, "sales_activity": "2026-01-01", "invoice_line": "2025-01-01"},
    {**COMPLETE, "opportunity_stage_history": "2026-02-01", "subscription": "2025-05-01"},
    {**COMPLETE, "lifecycle_stage_history": "2026-02-01", "lead_assignment": "2026-05-15"},
    {
        **COMPLETE,
        "arr_movement": "2025-02-01",
        "touchpoint": "2026-03-01",
        "campaign_membership": "2026-02-01",
    },
)
"""From when on feeds say that they have everything; where they say nothing, the records do."""


def _columns(row: Mapping[str, Any]) -> str:
    return ", ".join(f"{name}={value!r}" for name, value in row.items() if value is not None)


class RandomCompany:
    """Settings and rows, to be given to either implementation.

    settings   what `company` and `recorded_company` both take
    rows       (table, columns) in the order they were told
    """

    def __init__(self, settings: Mapping[str, Any], rows: Iterable[Row]) -> None:
        self.settings = settings
        self.rows = tuple(rows)

    def __repr__(self) -> str:
        settings = dict(self.settings)
        if settings.get("history_from") == COMPLETE:
            del settings["history_from"]
        lines = [f"company(**{settings!r}) as c:"]
        lines += [f"    c.add({table!r}, {_columns(row)})" for table, row in self.rows]
        return "\n".join(lines)

    def measured(self) -> Company:
        """The company behind the real SQL."""
        with company(**self.settings) as opened:
            for table, row in self.rows:
                opened.add(table, **row)
            return opened

    def recorded(self) -> RecordedCompany:
        """The company behind the second implementation."""
        with recorded_company(**self.settings) as opened:
            for table, row in self.rows:
                opened.add(table, **row)
            return opened

    def with_rows(self, rows: Iterable[Row]) -> RandomCompany:
        return RandomCompany(self.settings, rows)

    def of(self, table: str) -> list[Mapping[str, Any]]:
        return [row for name, row in self.rows if name == table]


FRAME = ("fx_rate", "account", "contact", "crm_user")
KEPT = ("created_at", "exported_on")


def smallest(found: RandomCompany, is_wrong: Callable[[RandomCompany], bool]) -> RandomCompany:
    """The company with everything taken out that its being wrong does not need.

    An opportunity goes with its history, so that what is left is still a company; accounts and
    people stay while anything names them.
    """
    parts: dict[object, list[Row]] = {}
    for number, (table, row) in enumerate(found.rows):
        of_opportunity = table.startswith("opportunity") and "role" not in table
        parts.setdefault(row["opportunity_id"] if of_opportunity else number, []).append(
            (table, row)
        )
    frame = [part for part in parts.values() if part[0][0] in FRAME]
    left = [part for part in parts.values() if part[0][0] not in FRAME]

    def company_of(remaining: list[list[Row]]) -> RandomCompany:
        rows = [row for part in remaining for row in part]
        told = {str(value) for _, row in rows for value in row.values()}
        return found.with_rows(
            [row for [row] in frame if row[0] != "crm_user" or row[1]["user_id"] in told] + rows
        )

    size = len(left) // 2
    while size:
        start = 0
        while start < len(left):
            fewer = [*left[:start], *left[start + size :]]
            if is_wrong(company_of(fewer)):
                left = fewer
            else:
                start += size
        size //= 2
    return barest(company_of(left), is_wrong)


def barest(found: RandomCompany, is_wrong: Callable[[RandomCompany], bool]) -> RandomCompany:
    """Without accounts, people, rates and values that make no difference either."""

    def try_rows(rows: list[Row]) -> bool:
        try:
            return is_wrong(found.with_rows(rows))
        except (AssertionError, KeyError, IndexError, TypeError):
            return False

    rows = list(found.rows)
    for number, (table, row) in enumerate(rows):
        for column in [name for name, value in row.items() if value is not None]:
            if column in (*BY_NAME[table].key, *BY_NAME[table].required, *KEPT):
                continue
            less = {name: value for name, value in rows[number][1].items() if name != column}
            fewer = [*rows[:number], (table, less), *rows[number + 1 :]]
            if try_rows(fewer):
                rows = fewer
    for row in [row for row in rows if row[0] in FRAME]:
        fewer = [other for other in rows if other is not row]
        named = {str(value) for _, told in fewer for value in told.values()}
        if row[1].get(f"{row[0]}_id") not in named and try_rows(fewer):
            rows = fewer
    return found.with_rows(rows)


def random_company(random: Random) -> RandomCompany:
    """A company of a few accounts, a few sales and a few contracts."""
    currency = random.choice(("USD", "USD", "JPY"))
    zones = ("UTC", "America/New_York", "Pacific/Auckland", "Asia/Kolkata")
    settings = {
        "currency": currency,
        "time_zone": random.choice(zones),
        "stages": STAGES,
        "lead_sources": LEAD_SOURCES,
        "exported_on": EXPORTED_ON,
        "holidays": random.choice((None, "US")),
        "history_from": COMPLETE if random.random() < 0.6 else random.choice(PARTLY_LOADED),
    }
    found = Rows(random, currency)
    draw_rates(found)
    draw_accounts(found)
    draw_people(found)
    draw_campaigns(found)
    for number in range(found.up_to(24, 8)):
        draw_opportunity(found, f"O{number + 1}")
    draw_touches(found)
    draw_contracts(found)
    draw_invoices(found)
    draw_movements(found)
    draw_leads(found)
    draw_targets(found)
    return RandomCompany(settings, found.rows)


def companies() -> st.SearchStrategy[RandomCompany]:
    """Random companies, each from a seed; `smallest` takes out what a failure does not need."""
    return st.randoms(use_true_random=True).map(random_company)


def draw_rates(c: Rows) -> None:
    kinds = c.one_of(("plan", "spot"), ("plan",), ("spot",))
    for kind in kinds:
        days = {"2025-01-01", "2026-01-01"} if kind == "plan" else set()
        days |= {c.day().isoformat() for _ in range(c.up_to(3, 0 if days else 1))}
        for day in sorted(days):
            rate = c.one_of("1.1", "1.23456", "0.0065")
            c.add("fx_rate", currency=c.foreign, valid_from=day, rate=rate, kind=kind)


def draw_accounts(c: Rows) -> None:
    for number in range(c.up_to(7, 2)):
        key = f"A{number + 1}"
        others = tuple(c.accounts)
        c.add(
            "account",
            account_id=key,
            parent_id=c.one_of(None, None, *others) if others else None,
            merged_into_id=c.one_of(*others) if others and c.rarely() else None,
            segment=c.one_of(None, *SEGMENTS),
            region=c.one_of("EMEA", "APAC"),
            is_test=True if c.rarely() else None,
        )
        c.accounts.append(key)


def draw_campaigns(c: Rows) -> None:
    c.add("crm_campaign", campaign_id="K1", name="Spring")
    c.add("crm_campaign", campaign_id="K2", name="Partner day", function="partner")


def draw_targets(c: Rows) -> None:
    for starts, ends in (("2026-04-01", "2026-07-01"), ("2026-01-01", "2026-04-01")):
        for segment in c.one_of((None,), (), SEGMENTS, (None, *SEGMENTS)):
            currency = c.currency()
            c.add(
                "target",
                starts_on=starts, ends_on=ends, amount=c.money(currency, 2000),
                currency=currency, segment=segment,
            )  # fmt: skip
