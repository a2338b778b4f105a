"""Random edits of random companies: the ledger adds up, and something always explains it."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.oracles.random_company import RandomCompany, companies
from trivet.numbers.ledger.cause import Cause, Found, cause_of
from trivet.numbers.ledger.difference import (
    Difference,
    counted_of,
    differences,
    sums,
    with_differences,
)
from trivet.numbers.ledger.known import Subject, circles
from trivet.numbers.ledger.recount import Recount
from trivet.numbers.shared_metrics.figure import Status
from trivet.numbers.shared_metrics.registry import drafts

PERIODS = ("2026-Q1", "2026-Q2")
VALUES: dict[str, tuple[Any, ...]] = {
    "acv": ("10", "250", None),
    "amount": ("15", "90"),
    "lead_source": ("Webinar", "Outbound", None),
    "motion": ("new_business", "expansion", "renewal"),
    "lost_reason": ("price", "duplicate"),
    "is_test": (True, False),
    "arr": ("5", "70"),
    "rate": ("1.07", "1.31"),
    "parent_id": (None, "A1", "A2"),
    "account_id": ("A1", "A2"),
}

ALONE = {
    ("opportunity", "acv"): "amount_edited",
    ("opportunity", "lead_source"): "source_edited",
    ("opportunity", "motion"): "source_edited",
    ("opportunity", "lost_reason"): "source_edited",
    ("opportunity", "account_id"): "merge",
    ("account", "parent_id"): "merge",
    ("subscription", "arr"): "amount_edited",
    ("subscription", "ends_on"): "close_date_edited",
    ("fx_rate", "rate"): "exchange_rate",
}
"""What a ledger may say when one column of one table is all that was edited."""


def edited(company: RandomCompany, random: Random) -> RandomCompany:
    """Some rows gone, some with another value: as another export may bring them."""
    kept = []
    for table, row in company.rows:
        if table not in ("account", "crm_user") and random.random() < 0.05:
            continue
        names = [name for name in VALUES if name in row]
        if names and random.random() < 0.15:
            name = random.choice(names)
            row = {**row, name: random.choice(VALUES[name])}
        kept.append((table, row))
    return company.with_rows(kept)


def explained(then: Recount, now: Recount) -> Iterator[tuple[str, Difference, Found]]:
    """Every difference of every metric with its cause, once the sums were seen to hold."""
    periods = [then.calendar.period(key) for key in PERIODS]
    known_now = now.known(now.newest_at)
    for metric, definition in drafts().items():
        today = now.rows(definition, periods)
        for period in periods:
            frozen = then.whole(definition, period, None)
            if frozen.figure.status is Status.NOT_COMPUTABLE:
                continue
            before, after = counted_of(frozen.rows), counted_of(today[period.key])
            found = differences(before, after)
            assert with_differences(before, found) == after
            numerator, denominator = sums(before.values())
            assert (
                numerator + sum(each.numerator for each in found),
                denominator + sum(each.denominator for each in found),
            ) == sums(after.values())
            known_then = then.known(frozen.as_of_at)
            subjects = {
                row["record_id"]: Subject(
                    row["opportunity_id"] or "", row["account_id"] or "", row["contact_id"] or ""
                )
                for rows in (today[period.key], frozen.rows)
                for row in rows.to_pylist()
                if "opportunity_id" in row
            }
            for each in found:
                around = circles(known_then, known_now, subjects[each.record_id])
                yield metric, each, cause_of(each, around, code_or_mapping_changed=False)


def counted(company: RandomCompany) -> Recount:
    return Recount(company.measured().measurement, "settings", code_hash="code")


@pytest.mark.slow
@settings(max_examples=5)
@given(companies(), st.randoms(use_true_random=False))
def test_frozen_plus_ledger_is_today_for_every_metric_and_nothing_is_unexplained(company, random):
    for metric, each, found in explained(counted(company), counted(edited(company, random))):
        assert found.cause is not Cause.UNEXPLAINED, (metric, each)


@pytest.mark.slow
@settings(max_examples=3)
@given(companies(), st.randoms(use_true_random=False))
def test_one_kind_of_edit_has_only_its_cause(company, random):
    then = counted(company)
    for (table, column), cause in random.sample(sorted(ALONE.items()), 2):
        rows = [
            (name, {**row, column: random.choice(VALUES.get(column, ("2026-02-01", "2026-05-01")))})
            if name == table and column in row and random.random() < 0.5
            else (name, row)
            for name, row in company.rows
        ]
        for metric, each, found in explained(then, counted(company.with_rows(rows))):
            # What is logged on a deal goes with it to its other account: to the deals that were
            # there already it is new.
            came_along = column == "account_id" and found.says.startswith("touches before creation")
            expected = "late_arrival" if came_along else cause
            assert found.cause == expected, (table, column, metric, each, found)
