"""5,000 overlapping subscriptions of 500 accounts: retention too good to be quoted."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from fractions import Fraction

import pytest

from tests.real_inputs.prepared import Prepared, records

SET = "ravenstack_saas"
pytestmark = pytest.mark.slow
MONTHLY = {
    "window_months": 1,
    "late_renewal_grace_days": 0,
    "entity_level": "account",
}


@pytest.fixture(scope="module")
def ravenstack(tmp_path_factory: pytest.TempPathFactory) -> Prepared:
    prepared = Prepared.of(SET, tmp_path_factory.mktemp(SET) / "workspace")
    prepared.run()
    return prepared


def arr_on(day: date) -> dict[str, int]:
    """Paid ARR of each account on a day, summed over its subscriptions, in cents."""
    found: dict[str, int] = defaultdict(int)
    for row in records(SET, "ravenstack_subscriptions.csv"):
        ends_on = date.fromisoformat(row["end_date"]) if row["end_date"] else date.max
        is_paid = row["is_trial"] == "False" and row["arr_amount"] != "0"
        if is_paid and date.fromisoformat(row["start_date"]) <= day < ends_on:
            found[row["account_id"]] += int(row["arr_amount"]) * 100
    return found


def retained(first: date, last: date, *, capped: bool = False) -> tuple[int, int]:
    """Closing and opening ARR of the accounts that had any on the first day."""
    opening, closing = arr_on(first), arr_on(last)
    kept = [
        min(closing[account], arr) if capped else closing[account]
        for account, arr in opening.items()
    ]
    return sum(kept), sum(opening.values())


def test_every_record_arrives(ravenstack: Prepared) -> None:
    assert ravenstack.rows("account") == 500
    assert ravenstack.rows("subscription") == 5000
    assert ravenstack.rows("expansion_signal") == 600
    assert ravenstack.quarantined() == {}


def test_arr_on_the_first_and_the_last_day_of_the_year_is_the_publishers() -> None:
    # Monthly revenue in units of ten thousand: 1.26 million, and 10.16 million.
    assert round(sum(arr_on(date(2023, 12, 31)).values()) / 100 / 12 / 10_000) == 126
    assert round(sum(arr_on(date(2024, 12, 31)).values()) / 100 / 12 / 10_000) == 1016


@pytest.mark.parametrize("month", range(2, 12))
def test_retention_of_a_month_is_the_sum_over_the_opening_accounts(
    ravenstack: Prepared, month: int
) -> None:
    first = date(2024, month, 1) - timedelta(days=1)
    last = date(2024, month + 1, 1) - timedelta(days=1)
    period = f"2024-{month:02d}"
    net = ravenstack.metric(
        "net_revenue_retention", period, definition={"retention_base": {"options": MONTHLY}}
    )
    gross = ravenstack.metric(
        "gross_revenue_retention", period, definition={"retention_base": {"options": MONTHLY}}
    )
    assert (int(net["numerator"]), int(net["denominator"])) == retained(first, last)
    assert (int(gross["numerator"]), int(gross["denominator"])) == retained(
        first, last, capped=True
    )
    assert Fraction(11, 10) < Fraction(net["value"]) < Fraction(119, 100)
    assert Fraction(98, 100) < Fraction(gross["value"]) <= 1


def test_overlapping_subscriptions_are_flagged_and_not_printed_proudly(
    ravenstack: Prepared,
) -> None:
    found = ravenstack.metric("net_revenue_retention", "2024")
    assert Fraction(found["value"]) > 2
    assert [flag["name"] for flag in found["flags"] if "overlap" in flag["name"]]


def test_retention_by_a_column_of_the_export_adds_up_to_the_whole(ravenstack: Prepared) -> None:
    found = ravenstack.metric("net_revenue_retention", "2024", "--by", "referral")
    sources = {r["referral_source"] for r in records(SET, "ravenstack_accounts.csv")}
    assert {s["scope"]["referral"] for s in found["segments"]} == sources
    for part in ("numerator", "denominator", "records"):
        assert sum(int(s[part]) for s in found["segments"]) == int(found[part])


def test_retention_before_the_first_subscription_is_not_computable(ravenstack: Prepared) -> None:
    found = ravenstack.metric("net_revenue_retention", "2023-Q1")
    assert found["value"] is None
    assert found["reason"]


@pytest.mark.parametrize(
    "metric",
    [
        "marketing_sourced_pipeline", "win_rate", "time_to_close", "expansion_pipeline",
        "mql_to_sql", "follow_up_sla", "pipeline_coverage", "deal_velocity",
    ],
)  # fmt: skip
def test_a_company_without_opportunities_has_no_pipeline_metric(
    ravenstack: Prepared, metric: str
) -> None:
    found = ravenstack.metric(metric, "2024-Q3")
    assert found["status"] == "not_computable"
