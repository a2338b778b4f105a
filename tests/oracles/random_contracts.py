"""Random recurring revenue: contracts renewed early, late, never; credits, invoices, movements."""

from __future__ import annotations

from datetime import date, timedelta

from tests.oracles.random_rows import LAST_DAY, Rows

NO_SUCH_CONTRACT = "C-elsewhere"


def draw_contracts(c: Rows) -> None:
    """Chains of contracts: each begins before, when, or after the one before it ran out."""
    numbers = iter(range(1, 1000))
    for _ in range(c.up_to(9, 3)):
        account, product = c.one_of(*c.accounts), c.one_of("Platform", None, "Add-on")
        starts = c.day(-450, 0 if c.often() else 250)
        if c.sometimes():
            starts = c.month_end()
        draw_chain(c, numbers, account, product, starts)
        if c.sometimes():
            # An add-on, or another product, that runs out within days of the first.
            product = c.one_of(product, "Add-on")
            draw_chain(c, numbers, account, product, starts + timedelta(days=c.one_of(0, 1, 9)))


def draw_chain(c: Rows, numbers, account: str, product: str | None, starts: date) -> None:  # type: ignore[no-untyped-def]
    currency = c.currency()
    sign = "-" if c.random.random() < 0.15 else ""
    before: list[str] = [NO_SUCH_CONTRACT]
    for _ in range(c.up_to(3, 1)):
        length = c.one_of(365, None, 90, 30, 200)
        ends = starts + timedelta(days=length) if length else None
        if ends and c.rarely():
            ends = c.month_end() if c.month_end() > starts else ends
        key = f"C{next(numbers)}"
        c.add(
            "subscription",
            subscription_id=key,
            account_id=account,
            product=product,
            arr="0" if c.random.random() < 0.03 else sign + c.money(currency),
            currency=currency,
            starts_on=starts.isoformat(),
            ends_on=ends.isoformat() if ends else None,
            signed_at=draw_signature(c, starts),
            renewal_of_id=draw_renewed(c, before),
            notice_on=draw_notice(c, starts, ends),
            billing_cancelled_on=draw_notice(c, starts, ends),
            price_uplift=c.one_of(None, None, "1") if not sign else None,
            revenue_kind=c.one_of(None, "recurring", None, "committed_usage", "one_off"),
            is_trial=True if c.rarely() else None,
        )
        before.append(key)
        if ends is None:
            break
        starts = ends + timedelta(days=c.one_of(0, 1, -5, -40, 15, 30, 31, 75))
        sign = sign if c.often() else c.one_of("", "-")


def draw_renewed(c: Rows, before: list[str]) -> str | None:
    """The contract that it says it renews: mostly none, the one before it, or any."""
    if not c.sometimes():
        return None
    return str(before[-1] if c.often() else c.one_of(*before, "C1", "C2"))


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


def draw_invoices(c: Rows) -> None:
    for number in range(c.one_of(0, 3, 8, 16)):
        day = c.month_end() if c.one_of(True, False) else c.day(-700)
        sign = "-" if c.rarely() else ""
        c.add(
            "invoice_line",
            invoice_line_id=f"I{number}", account_id=c.one_of(*c.accounts),
            invoiced_on=day.isoformat(), amount=sign + c.money(c.home), currency=c.home,
            product=c.one_of("Platform", None),
            revenue_kind=c.one_of(None, None, "usage", "one_off", "committed_usage"),
        )  # fmt: skip


def draw_movements(c: Rows) -> None:
    moved = {}
    for _ in range(c.up_to(10)):
        kind = c.one_of("new", "expansion", "price", "contraction")
        sign = "-" if kind == "contraction" else ""
        day = c.month_end() if c.sometimes() else c.day(-300)
        moved[c.one_of(*c.accounts), day, kind] = sign + c.money(c.home)
    for (account, day, kind), amount in moved.items():
        c.add(
            "arr_movement",
            account_id=account, moved_on=day.isoformat(), kind=kind, amount=amount,
            currency=c.home,
        )  # fmt: skip
