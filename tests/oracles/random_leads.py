"""Random people: leads converted and merged, their lifecycle, and who was given them."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from tests.oracles.random_rows import HOURS, LAST_DAY, NEVER_EXPORTED, Rows, at_minute


def draw_people(c: Rows) -> None:
    for number in range(c.up_to(12, 4)):
        key = f"P{number + 1}"
        others = tuple(c.contacts)
        is_lead = bool(others) and c.random.random() < 0.25
        converted = c.one_of(*others) if is_lead else None
        if is_lead and c.rarely():
            converted = NEVER_EXPORTED
        c.add(
            "contact",
            contact_id=key,
            account_id=None if is_lead and c.one_of(True, False) else c.account(),
            merged_into_id=c.one_of(*others) if others and c.rarely() else None,
            converted_into_id=converted,
            is_test=True if c.rarely() else None,
        )
        c.contacts.append(key)
    for user, zone in (("U1", None), ("U2", "Europe/Berlin"), ("U3", "Asia/Tokyo")):
        c.add("crm_user", user_id=user, time_zone=zone)


def draw_leads(c: Rows) -> None:
    """Lifecycle steps in turns, some twice, some skipped; and leads given to somebody."""
    steps = {}
    for contact in c.contacts:
        at = c.moment(120, 290)
        for _ in range(c.up_to(5)):
            stage = c.one_of("mql", "sql", "mql", "sal")
            steps[contact, stage, at] = c.written(at)
            at += timedelta(days=c.one_of(3, 0, 7, 30, 31, 90, 89), minutes=c.one_of(90, 0))
            if at.date() > LAST_DAY:
                break
    told = {(contact, stage, written) for (contact, stage, _), written in steps.items()}
    for contact, stage, written in sorted(told):
        c.add("lifecycle_stage_history", contact_id=contact, stage=stage, entered_at=written)
    given = set()
    for _ in range(c.up_to(14, 4)):
        at = c.moment(150)
        if c.often():
            at = at_minute(date(2026, 6, 1) + timedelta(days=c.up_to(6)), c.one_of(*HOURS))
        contact = c.named_contact()
        if (contact, at) in given or at.date() > LAST_DAY:
            continue
        given.add((contact, at))
        draw_assignment(c, contact, at)
        if c.often():
            called = at + timedelta(minutes=c.one_of(30, 200, 241, 1000, -600))
            c.add(
                "sales_activity",
                activity_id=f"F{len(given)}", contact_id=contact, happened_at=c.written(called),
                kind=c.one_of("call", "email", "meeting", "note"),
                direction=c.one_of(None, "inbound"),
            )  # fmt: skip


def draw_assignment(c: Rows, contact: str, at: datetime) -> None:
    paused = at + timedelta(minutes=c.one_of(30, 150, 700, 3000)) if not c.often() else None
    resumed = paused + timedelta(minutes=c.one_of(60, 1500)) if paused and c.often() else None
    c.add(
        "lead_assignment",
        contact_id=contact,
        assigned_at=at.isoformat(timespec="minutes"),
        user_id=c.one_of("U1", "U2", "U3", None, "U9"),
        lead_type=c.one_of(None, "Demo request"),
        paused_at=paused and paused.isoformat(timespec="minutes"),
        resumed_at=resumed and resumed.isoformat(timespec="minutes"),
        pause_reason="asked to wait" if paused and c.often() else None,
    )
