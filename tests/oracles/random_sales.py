"""Random opportunities: typed late, migrated, reopened, edited; and what was done before each."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from tests.oracles.random_rows import EARLIER_EXPORT, HOURS, LAST_DAY, OPEN, Rows, at_minute
from trivet.numbers.warehouse.tables import ACTIVITY_KINDS, RESPONSES

History = list[tuple[str, datetime]]


def draw_history(c: Rows, created: datetime) -> History:
    """The stages it entered, from its creation on: skips, losses, reopenings."""
    latest = at_minute(LAST_DAY, 23 * 60 + 59)
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


def draw_migrated_history(c: Rows) -> History:
    """All that the new system knows of an old deal: what was typed in when it was brought over."""
    at = at_minute(date(2026, 3, 15), c.one_of(*HOURS))
    stages = c.one_of(("Won",), ("Qualified", "Won"), ("Created", "Proposal", "Lost"))
    return [(stage, at + timedelta(minutes=number)) for number, stage in enumerate(stages)]


def draw_close_date(c: Rows, created: datetime, history: History, is_migrated: bool) -> date | None:
    """The close date of what is closed: the record's day, or before it, behind it, or none."""
    recorded = history[-1][1].date() if history else created.date() + timedelta(days=c.up_to(3))
    if is_migrated:
        return c.one_of(c.old_day(), c.day(0, 190), recorded)  # type: ignore[no-any-return]
    if c.often():
        return recorded
    if c.rarely():
        return None
    every = [at.date() for _, at in history] or [recorded]
    return c.one_of(  # type: ignore[no-any-return]
        recorded - timedelta(days=c.one_of(1, 2, 3, 30)),
        recorded + timedelta(days=c.one_of(1, 5, 40)),
        c.one_of(*every),
        c.one_of(*every) + timedelta(days=c.one_of(-1, 1)),
    )


def draw_opportunity(c: Rows, key: str) -> None:
    is_migrated = c.rarely()
    created = c.moment(30, 290)
    history = draw_history(c, created)
    if is_migrated:
        created = at_minute(c.old_day(), c.one_of(*HOURS))
        history = draw_migrated_history(c)
    stage = history[-1][0] if history else c.one_of("Created", "Qualified", "Won", "Lost")
    currency = c.currency()
    is_closed = stage not in OPEN
    close_on = c.day(200) if not is_closed else draw_close_date(c, created, history, is_migrated)
    motion = c.one_of("new_business", "expansion", "renewal", None)
    row: dict[str, Any] = {
        "opportunity_id": key,
        "account_id": c.account(),
        "stage": stage,
        "motion": motion,
        "currency": currency,
        "created_at": c.written(created),
        "close_on": close_on and close_on.isoformat(),
        "closed_at": draw_closed_at(c, close_on) if is_closed and not history else None,
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
    edited = [f for f in ("acv", "amount", "renewal_base", "lead_source") if c.rarely()]
    if c.random.random() < 0.2:
        edited.append("close_on")
    for field in edited:
        draw_edits(c, key, row, field, created)
    c.add("opportunity", **row)
    if c.has_earlier_export:
        draw_earlier_export(c, row, edited, history, created)
    for entered, at in history:
        c.add(
            "opportunity_stage_history",
            opportunity_id=key, stage=entered, entered_at=at.isoformat(timespec="minutes"),
        )  # fmt: skip
    for role in sorted(c.random.sample(c.contacts, c.up_to(2))):
        c.add(
            "opportunity_contact_role",
            opportunity_id=key, contact_id=role, is_primary=c.one_of(None, True),
        )  # fmt: skip
    c.opportunities[key] = created


def draw_closed_at(c: Rows, close_on: date | None) -> str | None:
    """When the system says that it was closed: rarely, and rarely on another day."""
    if close_on is None or not c.rarely():
        return None
    day = close_on + timedelta(days=c.one_of(0, 0, 2))
    return at_minute(min(day, LAST_DAY), c.one_of(9 * 60, 23 * 60 + 30)).isoformat()


def draw_earlier_export(
    c: Rows, row: Mapping[str, Any], edited: list[str], history: History, created: datetime
) -> None:
    """What an export of another evening showed; where history is recorded, what it says too."""
    evening = at_minute(date.fromisoformat(EARLIER_EXPORT), 23 * 60 + 59)
    if created > evening - timedelta(days=1):
        return
    before = dict(row)
    if history:
        known = [stage for stage, at in history if at <= evening - timedelta(days=1)]
        if not known or any(abs(at - evening) < timedelta(days=1) for _, at in history):
            return
        before["stage"] = known[-1]
    elif c.sometimes():
        before["stage"] = c.one_of("Created", "Qualified", "Proposal", "Lost")
    before["closed_at"] = None
    if before["stage"] in OPEN:
        before["lost_reason"] = None
    for field in ("close_on", "acv", "amount", "lead_source"):
        if field not in edited and c.sometimes():
            before[field] = draw_value(c, field, row)
    c.add("opportunity", exported_on=EARLIER_EXPORT, **before)


def draw_edits(c: Rows, key: str, row: dict[str, Any], field: str, created: datetime) -> None:
    """Changes of a field, the last of which left the value that the record has."""
    latest = (at_minute(LAST_DAY, 0) - created).days
    spread = sorted({c.up_to(max(latest, 1)) for _ in range(c.up_to(2, 1))})
    before = [draw_value(c, field, row) for _ in spread]
    after = [*before[1:], row[field]]
    for days, old, new in zip(spread, before, after, strict=True):
        changed_at = created + timedelta(days=days, minutes=1)
        c.add(
            "opportunity_field_history",
            opportunity_id=key, field=field, changed_at=changed_at.isoformat(timespec="minutes"),
            old_value=old, new_value=new,
        )  # fmt: skip


def draw_value(c: Rows, field: str, row: Mapping[str, Any]) -> str | None:
    if field == "close_on":
        if c.rarely():
            return None
        near = row["close_on"] and date.fromisoformat(row["close_on"])
        if near and c.sometimes():
            return str(near + timedelta(days=c.one_of(-40, -3, -1, 1, 3, 40)))
        return str(c.day(120))
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
            touched_at=c.written(c.around(c.opportunities[key])), kind=c.one_of(*kinds),
            function=None if c.often() else c.one_of(None, "marketing", "sales", "partner"),
        )  # fmt: skip
    for number in range(c.up_to(25, 5)):
        key = c.one_of(*c.opportunities)
        c.add(
            "sales_activity",
            activity_id=f"S{number}",
            happened_at=c.written(c.around(c.opportunities[key])),
            kind=c.one_of(*ACTIVITY_KINDS),
            contact_id=c.named_contact() if c.often() else None,
            account_id=c.account(),
            opportunity_id=c.one_of(None, None, key),
            user_id=c.one_of(None, "U1"),
            function=c.one_of(None, "marketing", "sales", "customer_success", "partner"),
            direction=c.one_of(None, "outbound", "inbound"),
            is_automatic=True if c.rarely() else None,
        )
