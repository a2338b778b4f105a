"""Random companies: small, crooked, and the same on both sides.

What is drawn is what real exports hold and worked examples leave out: skipped stages and
reopenings, amounts edited after the close, contracts renewed early, late and never, leads paused
and passed on, duplicates, test records, people at nobody's account, clocks that change. Everything
happens on the company's own clock between FIRST_DAY and LAST_DAY, before the export.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from hypothesis import strategies as st

from tests.company import Company, company
from tests.oracles.company import RecordedCompany, recorded_company
from trivet.numbers.warehouse.tables import ACTIVITY_KINDS, RESPONSES

FIRST_DAY = date(2025, 9, 1)
LAST_DAY = date(2026, 7, 10)
EXPORTED_ON = "2026-07-15"
DAYS = (LAST_DAY - FIRST_DAY).days
HOURS = (9 * 60, 0, 2 * 60 + 30, 13 * 60 + 45, 16 * 60 + 59, 23 * 60 + 30)
"""Minutes after midnight at which things happen: in hours, at midnight, where clocks change."""

OPEN = ("Created", "Qualified", "Proposal", "Negotiation")
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
FUNCTIONS = (None, "marketing", "sales", "customer_success", "partner")
SEGMENTS = ("SMB", "Enterprise")

Row = tuple[str, Mapping[str, Any]]


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
        lines = [f"company(**{dict(self.settings)!r}) as c:"]
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
    return company_of(left)


class Rows:
    """The rows so far, and the small decisions that everything is made of."""

    def __init__(self, random: Random, currency: str) -> None:
        self.random = random
        self.home = currency
        self.foreign = "EUR" if currency != "EUR" else "JPY"
        self.rows: list[Row] = []
        self.accounts: list[str] = []
        self.contacts: list[str] = []
        self.opportunities: dict[str, datetime] = {}

    def add(self, table: str, **row: Any) -> None:
        self.rows.append((table, row))

    def one_of(self, *values: Any) -> Any:
        return self.random.choice(values)

    def rarely(self) -> bool:
        return self.random.random() < 0.1

    def often(self) -> bool:
        return self.random.random() < 0.75

    def up_to(self, most: int, least: int = 0) -> int:
        return self.random.randint(least, most)

    def day(self, first: int = 0, last: int = DAYS) -> date:
        return FIRST_DAY + timedelta(days=self.up_to(last, first))

    def moment(self, first: int = 0, last: int = DAYS) -> datetime:
        """An instant on the company's clock."""
        day = self.day(first, last)
        return datetime(day.year, day.month, day.day) + timedelta(minutes=self.one_of(*HOURS))

    def currency(self) -> str:
        return self.foreign if self.random.random() < 0.3 else self.home

    def money(self, currency: str, most: int = 300) -> str:
        whole = self.up_to(most, 1)
        return f"{whole}.{self.one_of('00', '50', '33')}" if currency != "JPY" else str(whole * 100)

    def account(self) -> str | None:
        return None if self.rarely() else str(self.one_of(*self.accounts))

    def contact(self) -> str:
        return str(self.one_of(*self.contacts))

    def named_contact(self) -> str:
        """Somebody whom a record names: rarely one whose own record was never exported."""
        return NEVER_EXPORTED if self.rarely() else self.contact()

    def around(self, at: datetime) -> datetime:
        """Some hours or weeks before an instant, or a little after it."""
        hours = self.one_of(0, 3, 24, 100, 24 * 29, 24 * 60, 24 * 100, -2, -30)
        return at - timedelta(hours=hours)


NEVER_EXPORTED = "C-gone"


def written(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat(timespec="minutes")


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


def draw_people(c: Rows) -> None:
    for number in range(c.up_to(10, 3)):
        key = f"P{number + 1}"
        merged = c.one_of(*c.contacts) if c.contacts and c.rarely() else None
        c.add(
            "contact",
            contact_id=key,
            account_id=c.account(),
            merged_into_id=merged,
            is_test=True if c.rarely() else None,
        )
        c.contacts.append(key)
    for key, zone in (("U1", None), ("U2", "Europe/Berlin"), ("U3", "Asia/Tokyo")):
        c.add("crm_user", user_id=key, time_zone=zone)


def draw_campaigns(c: Rows) -> None:
    c.add("crm_campaign", campaign_id="K1", name="Spring")
    c.add("crm_campaign", campaign_id="K2", name="Partner day", function="partner")


def draw_history(c: Rows, created: datetime) -> list[tuple[str, datetime]]:
    """The stages it entered, from its creation on: skips, losses, reopenings."""
    latest = datetime(LAST_DAY.year, LAST_DAY.month, LAST_DAY.day, 23, 59)
    at, found = created, []
    stage = c.one_of("Created", "Created", "Qualified")
    if c.rarely():
        at += timedelta(days=c.up_to(20))  # its first steps were not recorded
    for _ in range(c.up_to(6)):
        found.append((stage, at))
        if stage in OPEN:
            beyond = OPEN[OPEN.index(stage) :]
            stage = c.one_of(*beyond, "Won", "Lost", "Disqualified", OPEN[0])
        elif stage == "Won":
            stage = c.one_of("Won", "Negotiation", "Lost")
        else:
            stage = c.one_of("Qualified", "Created", "Won", "Lost", "Disqualified")
        at += timedelta(days=c.one_of(0, 1, 5, 20, 45, 100), hours=c.one_of(3, 14))
        if at > latest:
            break
    return found


def draw_opportunity(c: Rows, key: str) -> None:
    created = c.moment(30, 290)
    history = draw_history(c, created)
    stage = history[-1][0] if history else c.one_of("Created", "Qualified", "Won", "Lost")
    currency = c.currency()
    closed_on = history[-1][1].date() if history else created.date() + timedelta(days=c.up_to(3))
    motion = c.one_of("new_business", "expansion", "renewal", None)
    row: dict[str, Any] = {
        "opportunity_id": key,
        "account_id": c.account(),
        "stage": stage,
        "motion": motion,
        "currency": currency,
        "created_at": written(created),
        "close_on": closed_on.isoformat() if stage not in OPEN else c.day(200).isoformat(),
        "acv": c.money(currency) if c.often() else None,
        "amount": c.money(currency, 900) if c.often() else None,
        "net_arr": c.money(currency) if c.often() else None,
        "tcv": c.money(currency, 900) if c.rarely() else None,
        "renewal_base": c.money(currency) if motion == "renewal" and c.often() else None,
        "one_off": c.money(currency, 5) if c.rarely() else None,
        "term_months": c.one_of(None, 12, 36, 7, 18),
        "lead_source": c.one_of(None, " webinar", "Outbound", "Partner", "Word of mouth"),
        "campaign_id": c.one_of(None, None, "K1", "K2", "K9"),
        "qualified_by": c.one_of(None, "sales", "marketing"),
        "lost_reason": c.one_of(None, "Competitor", "Duplicate", "no_decision", "test")
        if stage in ("Lost", "Disqualified")
        else None,
        "probability": c.one_of(None, "0.3"),
        "is_partner": True if c.rarely() else None,
        "is_self_serve": True if c.rarely() else None,
        "is_test": True if c.rarely() else None,
        "merged_into_id": c.one_of(*c.opportunities) if c.opportunities and c.rarely() else None,
    }
    for field in ("acv", "amount", "renewal_base", "close_on", "lead_source"):
        if c.rarely():
            draw_edits(c, key, row, field, created)
    c.add("opportunity", **row)
    for entered, at in history:
        c.add(
            "opportunity_stage_history", opportunity_id=key, stage=entered, entered_at=written(at)
        )
    for role in sorted(c.random.sample(c.contacts, c.up_to(2))):
        c.add(
            "opportunity_contact_role",
            opportunity_id=key, contact_id=role, is_primary=c.one_of(None, True),
        )  # fmt: skip
    c.opportunities[key] = created


def draw_edits(c: Rows, key: str, row: dict[str, Any], field: str, created: datetime) -> None:
    """Changes of a field, the last of which left the value that the record has."""
    latest = (datetime(LAST_DAY.year, LAST_DAY.month, LAST_DAY.day) - created).days
    spread = sorted({c.up_to(max(latest, 1)) for _ in range(c.up_to(2, 1))})
    before = [draw_value(c, field, row) for _ in spread]
    after = [*before[1:], row[field]]
    for days, old, new in zip(spread, before, after, strict=True):
        c.add(
            "opportunity_field_history",
            opportunity_id=key, field=field,
            changed_at=written(created + timedelta(days=days, minutes=1)),
            old_value=old, new_value=new,
        )  # fmt: skip


def draw_value(c: Rows, field: str, row: Mapping[str, Any]) -> str | None:
    if field == "close_on":
        return str(c.day(200))
    if field == "lead_source":
        return str(c.one_of("Webinar", "Outbound"))
    return c.money(str(row["currency"])) if c.often() else None


def draw_touches(c: Rows) -> None:
    """What marketing and the others did, mostly shortly before a sale was raised."""
    kinds = (*RESPONSES, "email_opened", "page_visited", "event_registered")
    for number in range(c.up_to(30, 10)):
        key = c.one_of(*c.opportunities)
        c.add(
            "touchpoint",
            touchpoint_id=f"T{number}", contact_id=c.contact(),
            touched_at=written(c.around(c.opportunities[key])), kind=c.one_of(*kinds),
            function=None if c.often() else c.one_of(*FUNCTIONS),
        )  # fmt: skip
    for number in range(c.up_to(25, 5)):
        key = c.one_of(*c.opportunities)
        c.add(
            "sales_activity",
            activity_id=f"S{number}",
            happened_at=written(c.around(c.opportunities[key])),
            kind=c.one_of(*ACTIVITY_KINDS),
            contact_id=c.named_contact() if c.often() else None,
            account_id=c.account(),
            opportunity_id=c.one_of(None, None, key),
            user_id=c.one_of(None, "U1"),
            function=c.one_of(*FUNCTIONS),
            direction=c.one_of(None, "outbound", "inbound"),
            is_automatic=True if c.rarely() else None,
        )


def draw_contracts(c: Rows) -> None:
    """Chains of contracts: each begins before, when, or after the one before it ran out."""
    number = 0
    for _ in range(c.up_to(9, 3)):
        account, product = c.one_of(*c.accounts), c.one_of("Platform", None, "Add-on")
        currency = c.currency()
        starts = c.day(-450, 0 if c.often() else 250)
        for _ in range(c.up_to(3, 1)):
            length = c.one_of(365, None, 90, 30, 200)
            ends = starts + timedelta(days=length) if length else None
            number += 1
            c.add(
                "subscription",
                subscription_id=f"C{number}",
                account_id=account,
                product=product,
                arr=c.money(currency),
                currency=currency,
                starts_on=starts.isoformat(),
                ends_on=ends.isoformat() if ends else None,
                signed_at=draw_signature(c, starts),
                notice_on=draw_notice(c, starts, ends),
                billing_cancelled_on=draw_notice(c, starts, ends),
                price_uplift=c.one_of(None, None, "1"),
                revenue_kind=c.one_of(None, "recurring", None, "committed_usage", "one_off"),
                is_trial=True if c.rarely() else None,
            )
            if ends is None:
                break
            starts = ends + timedelta(days=c.one_of(0, 1, -5, -40, 15, 30, 31, 75))
    for number in range(c.up_to(8)):
        c.add(
            "invoice_line",
            invoice_line_id=f"I{number}", account_id=c.one_of(*c.accounts),
            invoiced_on=c.day().isoformat(), amount=c.money(c.home), currency=c.home,
            product=c.one_of("Platform", None),
            revenue_kind=c.one_of(None, "usage", "one_off", "committed_usage"),
        )  # fmt: skip
    moved = {}
    for _ in range(c.up_to(10)):
        kind = c.one_of("new", "expansion", "price", "contraction")
        sign = "-" if kind == "contraction" else ""
        moved[c.one_of(*c.accounts), c.day(), kind] = sign + c.money(c.home)
    for (account, day, kind), amount in moved.items():
        c.add(
            "arr_movement",
            account_id=account, moved_on=day.isoformat(), kind=kind, amount=amount,
            currency=c.home,
        )  # fmt: skip


def draw_signature(c: Rows, starts: date) -> str | None:
    if c.often():
        return None
    signed = starts + timedelta(days=c.one_of(-30, 0, 10, 45))
    return f"{min(signed, LAST_DAY)}T{c.one_of('10:00', '23:30')}"


def draw_notice(c: Rows, starts: date, ends: date | None) -> str | None:
    if not c.rarely():
        return None
    noticed = starts + timedelta(days=c.one_of(20, 60, 150))
    return min(noticed, ends or LAST_DAY, LAST_DAY).isoformat()


def draw_leads(c: Rows) -> None:
    """Lifecycle steps in turns, some twice, some skipped; and leads given to somebody."""
    steps = set()
    for contact in c.contacts:
        at = c.moment(120, 290)
        for _ in range(c.up_to(5)):
            steps.add((contact, c.one_of("mql", "sql", "mql", "sal"), at))
            at += timedelta(days=c.one_of(3, 0, 7, 30, 31, 90, 89), minutes=c.one_of(90, 0))
            if at.date() > LAST_DAY:
                break
    for contact, stage, at in sorted(steps):
        c.add("lifecycle_stage_history", contact_id=contact, stage=stage, entered_at=written(at))
    given = set()
    for _ in range(c.up_to(14, 4)):
        monday = datetime(2026, 6, 1) if c.often() else c.moment(150)
        at = monday + timedelta(days=c.up_to(6), minutes=c.one_of(*HOURS))
        contact = c.named_contact()
        if (contact, at) in given or at.date() > LAST_DAY:
            continue
        given.add((contact, at))
        draw_assignment(c, contact, at)
        if c.often():
            c.add(
                "sales_activity",
                activity_id=f"F{len(given)}", contact_id=contact,
                happened_at=written(at + timedelta(minutes=c.one_of(30, 200, 241, 1000, -600))),
                kind=c.one_of("call", "email", "meeting", "note"),
                direction=c.one_of(None, "inbound"),
            )  # fmt: skip


def draw_assignment(c: Rows, contact: str, at: datetime) -> None:
    paused = at + timedelta(minutes=c.one_of(30, 150, 700, 3000)) if not c.often() else None
    resumed = paused + timedelta(minutes=c.one_of(60, 1500)) if paused and c.often() else None
    c.add(
        "lead_assignment",
        contact_id=contact,
        assigned_at=written(at),
        user_id=c.one_of("U1", "U2", "U3", None, "U9"),
        lead_type=c.one_of(None, "Demo request"),
        paused_at=written(paused),
        resumed_at=written(resumed),
        pause_reason="asked to wait" if paused and c.often() else None,
    )


def draw_targets(c: Rows) -> None:
    for starts, ends in (("2026-04-01", "2026-07-01"), ("2026-01-01", "2026-04-01")):
        for segment in c.one_of((None,), (), SEGMENTS, (None, *SEGMENTS)):
            currency = c.currency()
            c.add(
                "target",
                starts_on=starts, ends_on=ends, amount=c.money(currency, 2000),
                currency=currency, segment=segment,
            )  # fmt: skip
