"""Contracts, which of them renews which, and until when each counts (decision 0026)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from tests.oracles.company import RecordedCompany

Contract = dict[str, Any]


def is_test(company: RecordedCompany, row: dict[str, Any]) -> bool:
    account = company.account(row["account_id"])
    return account is not None and bool(account["is_test"])


def contracts(company: RecordedCompany, known_on: date, chosen: dict[str, Any]) -> list[Contract]:
    """The recurring contracts known by then, with the days they are in force and counted.

    from, until     in force, `until` excluded; None while open-ended
    counted_until   with the days of grace
    """
    key = ("contracts", known_on, repr(sorted(chosen.items())))
    if key not in company.kept:
        found = recurring(company, known_on, chosen)
        renewed = matched(found, chosen)
        for contract in found:
            contract["counted_until"] = counted_until(contract, found, renewed, known_on, chosen)
        company.kept[key] = found
    return company.kept[key]  # type: ignore[no-any-return]


def recurring(company: RecordedCompany, known_on: date, chosen: dict[str, Any]) -> list[Contract]:
    found = []
    for row in company["subscription"]:
        if is_test(company, row) or row["is_trial"] or row["arr"] == 0:
            continue
        kind = row["revenue_kind"] or "recurring"
        committed = kind == "committed_usage" and chosen["usage_revenue"] != "excluded"
        if not (kind == "recurring" or committed):
            continue
        signed_on = company.day_of(row["signed_at"]) if row["signed_at"] else row["starts_on"]
        if signed_on > known_on:
            continue
        begins = max(row["starts_on"], signed_on)
        if chosen["not_started"] == "contracted":
            begins = signed_on
        until = row["ends_on"]
        left_on = {
            "end_of_service": None,
            "notice": row["notice_on"],
            "billing_cancelled": row["billing_cancelled_on"],
        }[chosen["churn_date"]]
        if left_on is not None and (until is None or left_on < until):
            until = left_on
        found.append({**row, "from": begins, "until": until})
    return found


def was_ever_in_force(contract: Contract) -> bool:
    return contract["until"] is None or contract["from"] < contract["until"]


def is_awaited(contract: Contract) -> bool:
    """Whether it ran out by itself: nobody gave notice, no billing was cancelled."""
    return (
        contract["ends_on"] is not None
        and contract["until"] == contract["ends_on"]
        and was_ever_in_force(contract)
        and not contract["notice_on"]
        and not contract["billing_cancelled_on"]
    )


def line(contract: Contract) -> tuple[Any, ...]:
    """The contracts of one account for one product; what is below zero is a line of its own."""
    return contract["account_id"], contract["product"] or "", contract["arr"] < 0


def matched(every: list[Contract], chosen: dict[str, Any]) -> dict[str, Contract]:
    """By contract that ran out, the one that renews it: each renews one."""
    grace = timedelta(days=chosen["late_renewal_grace_days"])
    renewing = sorted(
        (c for c in every if was_ever_in_force(c)), key=lambda c: (c["from"], c["subscription_id"])
    )
    ran_out = sorted(
        (c for c in every if is_awaited(c)),
        key=lambda c: (c["ends_on"], c["from"], c["subscription_id"]),
    )
    # Whose renewal is not loaded is left to its line; whose is, to what it names.
    known = {c["subscription_id"] for c in every}
    found: dict[str, Contract] = {}
    taken: set[str] = set()

    def take(contract: Contract, candidates: list[Contract]) -> None:
        free = [c for c in candidates if c["subscription_id"] not in taken and c is not contract]
        if free:
            found[contract["subscription_id"]] = free[0]
            taken.add(free[0]["subscription_id"])

    for contract in ran_out:
        own = contract["subscription_id"]
        take(contract, [c for c in renewing if c["renewal_of_id"] == own])
    for contract in ran_out:
        if contract["subscription_id"] in found:
            continue
        take(
            contract,
            [
                other
                for other in renewing
                if other["renewal_of_id"] not in known
                and line(other) == line(contract)
                and other["from"] > contract["from"]
                and abs(other["from"] - contract["ends_on"]) <= grace
            ],
        )
    return found


def counted_until(
    contract: Contract,
    every: list[Contract],
    renewed: dict[str, Contract],
    known_on: date,
    chosen: dict[str, Any],
) -> date | None:
    """The first day on which it no longer counts; None while it is open-ended."""
    ran_out: date | None = contract["until"]
    if ran_out is None or not is_awaited(contract):
        return ran_out
    last = ran_out + timedelta(days=chosen["late_renewal_grace_days"])
    if chosen["renewal_match"] == "account":
        begins = first_of_account(contract, every)
    else:
        renewal = renewed.get(contract["subscription_id"])
        begins = renewal["from"] if renewal else None
    if begins is not None and begins <= last:
        return max(ran_out, begins)
    return last if known_on < last else ran_out


def first_of_account(contract: Contract, every: list[Contract]) -> date | None:
    """The day on which any contract of the account began when this one had run out.

    A contract of the same product that was in force by then has renewed it early. Credits and
    discounts are a line of their own: they renew each other.
    """
    ran_out = contract["ends_on"]
    begins = []
    for other in every:
        if other is contract or other["account_id"] != contract["account_id"]:
            continue
        if (other["arr"] < 0) != (contract["arr"] < 0) or not was_ever_in_force(other):
            continue
        is_early = (
            (other["product"] or "") == (contract["product"] or "")
            and other["from"] < ran_out
            and (other["until"] is None or ran_out < other["until"])
        )
        if other["from"] >= ran_out or is_early:
            begins.append(other["from"])
    return min(begins, default=None)
