"""Whether a criterion holds of an account at an instant: read row by row, slowly and obviously."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from trivet.numbers.insight.icp import Criterion
from trivet.numbers.insight.icp.predicates import Band, Committee, Happened, HasProblem, OneOf, Uses

Rows = Sequence[tuple[str, Mapping[str, Any]]]


class Recorded:
    """The rows that were given to a company by hand; days and instants are UTC there."""

    def __init__(self, rows: Rows) -> None:
        self.rows = rows

    def of(self, table: str) -> list[Mapping[str, Any]]:
        return [row for name, row in self.rows if name == table]

    def people(self, account_id: str, at: datetime) -> list[Mapping[str, Any]]:
        return [
            row
            for row in self.of("contact")
            if row["account_id"] == account_id and instant(row["created_at"]) <= at
        ]


def instant(text: str) -> datetime:
    return datetime.fromisoformat(text)


def verdict(recorded: Recorded, criterion: Criterion, account_id: str, at: datetime) -> bool | None:
    """None where nothing is known."""
    test = criterion.test
    match test:
        case Band():
            value = value_at(recorded, account_id, test.attribute, at)
            if value is None:
                return None
            return (test.at_least is None or Decimal(value) >= test.at_least) and (
                test.below is None or Decimal(value) < test.below
            )
        case OneOf():
            value = value_at(recorded, account_id, test.attribute, at)
            if value is None:
                return None
            found = str(value).lower() in [each.lower() for each in test.values]
            return found != test.is_not
        case Uses() | HasProblem():
            value = value_at(recorded, account_id, test.attribute, at)
            if value is None:
                return None
            there = {part.strip().lower() for part in str(value).split(";")}
            wanted = test.technologies if isinstance(test, Uses) else test.problems_named
            found = any(each.lower() in there for each in wanted)
            return found != (isinstance(test, Uses) and test.is_not)
        case Happened():
            return happened(recorded, test, account_id, at)
        case Committee():
            return committee(recorded, test, account_id, at)


def value_at(recorded: Recorded, account_id: str, attribute: str, at: datetime) -> Any:
    # What a later export first shows counts from its day on; the first export counts for ever.
    versions = sorted(
        (r for r in recorded.of("account") if r["account_id"] == account_id),
        key=lambda row: row.get("exported_on") or "9999",
    )
    value = versions[0].get(attribute)
    for row in versions[1:]:
        if (row.get("exported_on") or "9999") <= at.date().isoformat():
            value = row.get(attribute)
    return value


def happened(recorded: Recorded, test: Happened, account_id: str, at: datetime) -> bool | None:
    since = at - timedelta(days=test.within_days)
    if test.source == "touchpoint":
        everyone = {r["contact_id"]: r["account_id"] for r in recorded.of("contact")}
        touches = [
            (instant(row["touched_at"]), Decimal(1))
            for row in recorded.of("touchpoint")
            if everyone.get(row["contact_id"]) == account_id
            and row["kind"] in test.kinds
            and since <= instant(row["touched_at"]) < at
        ]
        if counted(test, touches, at) >= test.at_least:
            return True
        first = min((instant(r["touched_at"]) for r in recorded.of("touchpoint")), default=None)
        if not recorded.people(account_id, at) or first is None or since < first:
            return None
        return False
    if test.source == "product_usage":
        own = [
            row
            for row in recorded.of("product_usage")
            if row["account_id"] == account_id and instant(row["used_on"]).date() < at.date()
        ]
        if not own:
            return None
        used = [
            (instant(row["used_on"]), Decimal(str(row["quantity"])))
            for row in own
            if row["measure"] in test.kinds and instant(row["used_on"]) >= since
        ]
        return counted(test, used, at) >= test.at_least
    signals = [
        (instant(row["signalled_at"]), Decimal(1))
        for row in recorded.of("expansion_signal")
        if row["account_id"] == account_id
        and row["kind"] in test.kinds
        and since <= instant(row["signalled_at"]) < at
    ]
    if counted(test, signals, at) >= test.at_least:
        return True
    was_customer = any(
        row["account_id"] == account_id and row["starts_on"] <= at.date().isoformat()
        for row in recorded.of("subscription")
    )
    return False if was_customer else None


def counted(test: Happened, what: Sequence[tuple[datetime, Decimal]], at: datetime) -> Decimal:
    """What happened, day by day: no day more than the cap, and each less the older it is."""
    by_day: dict[date, Decimal] = {}
    for when, amount in what:
        by_day[when.date()] = by_day.get(when.date(), Decimal(0)) + amount
    total = Decimal(0)
    for day, amount in by_day.items():
        counts = amount if test.most_a_day is None else min(amount, test.most_a_day)
        if test.half_life_days is not None:
            age = (at.date() - day).days
            counts *= Decimal(f"{0.5 ** (age / test.half_life_days):.6f}")
        total += counts
    return total


def committee(recorded: Recorded, test: Committee, account_id: str, at: datetime) -> bool | None:
    people = recorded.people(account_id, at)
    titles = [words(row["title"]) for row in people if row.get("title")]
    own = {
        row["opportunity_id"]
        for row in recorded.of("opportunity")
        if row["account_id"] == account_id and instant(row["created_at"]) < at
    }
    roles = {
        str(row["role"]).lower()
        for row in recorded.of("opportunity_contact_role")
        if row["opportunity_id"] in own
    }
    met = sum(
        any(words(phrase) in title for phrase in persona.titles for title in titles)
        or any(role.lower() in roles for role in persona.buying_roles)
        for persona in test.personas
    )
    if met >= test.at_least:
        return True
    return False if titles else None


def words(text: str) -> str:
    apart = re.sub(r"[^\w]+", " ", text.lower()).strip()
    return f" {apart} "
