"""The rows of a random company so far, and the small decisions that everything is made of.

Everything happens on the company's own clock between FIRST_DAY and LAST_DAY, before the export;
what an old system left behind, between OLD_DAY and FIRST_DAY.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

FIRST_DAY = date(2025, 9, 1)
LAST_DAY = date(2026, 7, 10)
OLD_DAY = date(2023, 1, 31)
EARLIER_EXPORT = "2026-06-05"
"""Of some companies, the export of another evening before the newest."""
DAYS = (LAST_DAY - FIRST_DAY).days
HOURS = (9 * 60, 0, 2 * 60 + 30, 13 * 60 + 45, 16 * 60 + 59, 23 * 60 + 30)
"""Minutes after midnight at which things happen: in hours, at midnight, where clocks change."""
NEVER_EXPORTED = "C-gone"
MONTH_ENDS = tuple(
    date(year, month, 1) - timedelta(days=1)
    for year in (2024, 2025, 2026)
    for month in range(1, 13)
)

OPEN = ("Created", "Qualified", "Proposal", "Negotiation")
FUNCTIONS = (None, "marketing", "sales", "customer_success", "partner")

Row = tuple[str, Mapping[str, Any]]


class Rows:
    """What was told of a company.

    accounts, contacts   the ids so far
    opportunities        by id, when each was created
    has_earlier_export   whether opportunities were exported on another evening too
    """

    def __init__(self, random: Random, currency: str) -> None:
        self.random = random
        self.home = currency
        self.foreign = "EUR" if currency != "EUR" else "JPY"
        self.rows: list[Row] = []
        self.accounts: list[str] = []
        self.contacts: list[str] = []
        self.opportunities: dict[str, datetime] = {}
        self.has_earlier_export = random.random() < 0.3

    def add(self, table: str, **row: Any) -> None:
        self.rows.append((table, row))

    def one_of(self, *values: Any) -> Any:
        return self.random.choice(values)

    def rarely(self) -> bool:
        return self.random.random() < 0.1

    def sometimes(self) -> bool:
        return self.random.random() < 0.3

    def often(self) -> bool:
        return self.random.random() < 0.75

    def up_to(self, most: int, least: int = 0) -> int:
        return self.random.randint(least, most)

    def day(self, first: int = 0, last: int = DAYS) -> date:
        return FIRST_DAY + timedelta(days=self.up_to(last, first))

    def old_day(self) -> date:
        return OLD_DAY + timedelta(days=self.up_to((FIRST_DAY - OLD_DAY).days))

    def month_end(self, before: date = LAST_DAY) -> date:
        return self.one_of(*(day for day in MONTH_ENDS if day <= before))  # type: ignore[no-any-return]

    def moment(self, first: int = 0, last: int = DAYS) -> datetime:
        """An instant on the company's clock."""
        return at_minute(self.day(first, last), self.one_of(*HOURS))

    def written(self, at: datetime | None) -> str | None:
        """As an export writes it: of some instants only the day."""
        if at is None:
            return None
        if self.random.random() < 0.2:
            return at.date().isoformat()
        return at.isoformat(timespec="minutes")

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


def at_minute(day: date, minute: int) -> datetime:
    return datetime(day.year, day.month, day.day) + timedelta(minutes=minute)
