"""What holds between the metrics of any company, whatever its data (GT-10)."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime, timedelta
from fractions import Fraction
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.company import Company, company
from tests.oracles.random_company import EXPORTED_ON, RandomCompany, companies, random_company
from tests.oracles.random_question import FLIPS, PERIODS
from trivet.numbers.shared_metrics.registry import METRICS
from trivet.numbers.shared_metrics.rows import rows_hash

pytestmark = pytest.mark.slow

M1, M5 = "marketing_sourced_pipeline", "expansion_pipeline"
NRR, GRR = "net_revenue_retention", "gross_revenue_retention"
AS_OF = "2026-07-14"
SEEDS = (8, 15, 18, 28)
"""Of companies with pipeline and customers: most random ones are too small to break anything."""

REFUSED = [("amount_as_of", "current"), ("new_logos", True), ("cap", "total")]


@pytest.fixture(scope="module", params=SEEDS, ids=lambda seed: f"company {seed}")
def measured(request) -> Company:
    """One of four random companies, asked many questions."""
    return random_company(Random(request.param)).measured()


def some_of(metric_id: str, *but: str, most: int = 3) -> st.SearchStrategy[dict[str, object]]:
    """Options of a metric that may be signed, those named `but` at their default."""
    flips = [f for f in FLIPS[metric_id] if f[0] not in but and f not in REFUSED]
    return st.lists(st.sampled_from(flips), max_size=most).map(dict)


few = settings(max_examples=5)
periods = st.sampled_from(PERIODS)


def ask(measured: Company, metric_id: str, period: str, options=None, **more):
    return measured.metric(
        metric_id, period, as_of=AS_OF, options=options or {}, lint=False, **more
    )


def test_there_is_something_to_hold_them_to(measured):
    for metric_id in (M1, M5, NRR, GRR):
        figure = ask(measured, metric_id, "2026-Q2")
        assert figure.value is not None, metric_id
        assert figure.records > 1, metric_id


# Pipeline


@few
@given(some_of(M5, "winback"), periods)
def test_sourced_share_and_expansion_share_divide_by_the_same_rows(measured, options, period):
    tables = [
        measured.table(metric_id, period, as_of=AS_OF, options=options) for metric_id in (M1, M5)
    ]
    sourced, expansion = (
        rows_hash(rows.set_column(rows.column_names.index("numerator"), "numerator", denominator))
        for rows in tables
        for denominator in [rows["denominator"]]
    )
    assert sourced == expansion
    figures = [ask(measured, metric_id, period, options) for metric_id in (M1, M5)]
    assert figures[0].denominator == figures[1].denominator
    assert figures[0].records == figures[1].records


@few
@given(some_of(M1), periods)
def test_the_sources_with_the_unknown_add_up_to_all_pipeline(measured, options, period):
    figure = ask(measured, M1, period, options, by="sourced_by")
    assert sum(s.denominator for s in figure.segments) == figure.denominator
    assert {s.scope["sourced_by"] for s in figure.segments} <= {
        "marketing", "sales", "customer_success", "partner", "unknown",
    }  # fmt: skip
    if figure.value is not None:
        others = [c.value for c in figure.companions if c.label.startswith("Source")]
        assert len(others) == 4
        assert figure.value + sum(others) == 1


@few
@given(some_of(M5, "winback"), periods)
def test_new_expansion_and_win_back_add_up_to_all_pipeline(measured, options, period):
    figure = ask(measured, M5, period, options, by="deal_type")
    by_type = {s.scope["deal_type"]: s.denominator for s in figure.segments}
    assert by_type.keys() <= {"new", "expansion", "winback", "renewal"}
    assert sum(by_type.values()) == figure.denominator
    assert by_type.get("expansion", 0) + by_type.get("renewal", 0) == figure.numerator
    if figure.value is not None:
        rest = {c.label: c.value for c in figure.companions}
        assert figure.value + rest["New business"] + rest["Win-back"] == 1


@few
@given(some_of(M5, "winback"), periods)
def test_who_sourced_it_and_what_kind_it_is_make_one_table(measured, options, period):
    rows = measured.rows_of(M1, period, as_of=AS_OF, options=options)
    cells: dict[tuple[str, str], int] = defaultdict(int)
    for row in rows:
        cells[row["sourced_by"], row["deal_type"]] += row["denominator"]
    sourced = ask(measured, M1, period, options)
    expansion = ask(measured, M5, period, options)
    assert sum(v for (by, _), v in cells.items() if by == "marketing") == sourced.numerator
    existing = {"expansion", "renewal"}
    assert sum(v for (_, kind), v in cells.items() if kind in existing) == expansion.numerator


@few
@given(some_of(M1, "measure", "amount_as_of", "customer_status_at"))
def test_every_opportunity_enters_in_exactly_one_month_of_its_quarter(measured, options):
    # Amounts and kinds that depend on the asked period are asked otherwise: at the entry.
    asked = {**options, "amount_as_of": "at_entry"}
    quarter = ask(measured, M1, "2026-Q2", asked)
    months = [ask(measured, M1, f"2026-0{month}", asked) for month in (4, 5, 6)]
    assert sum(m.records for m in months) == quarter.records
    assert sum(m.numerator for m in months) == quarter.numerator
    assert sum(m.denominator for m in months) == quarter.denominator


# Retention


@few
@given(some_of(GRR), periods)
def test_gross_retention_passes_neither_net_retention_nor_one(measured, options, period):
    gross = ask(measured, GRR, period, options)
    net = ask(measured, NRR, period, {k: v for k, v in options.items() if k != "cap"})
    assert (gross.value is None) == (net.value is None)
    if gross.value is not None:
        assert gross.value <= min(Fraction(1), net.value)


@few
@given(some_of(NRR, "method", "reactivation"), periods)
def test_retention_from_movements_is_retention_point_to_point(measured, options, period):
    by_points = ask(measured, NRR, period, options)
    by_movements = ask(measured, NRR, period, {**options, "method": "movements"})
    assert by_movements.value == by_points.value
    kinds = ("expansion", "price", "reactivation", "contraction", "churn")
    for row in measured.rows_of(NRR, period, as_of=AS_OF, options=options):
        moved = sum(row[f"{kind}_minor"] for kind in kinds)
        assert row["denominator"] + moved == row["numerator"], row
    if by_points.value is not None:
        lines = ("Expansion", "Price rises", "Returned customers' ARR", "Contraction", "Churn")
        shown = {c.label: c.value for c in by_points.companions}
        assert 1 + sum(shown[line] for line in lines) == by_points.value


# The same rows told otherwise

ASKED = [(metric_id, period) for metric_id in METRICS for period in ("2026-Q2", "2026-Q1")]


def answers(measured: Company) -> list[tuple[object, ...]]:
    found = []
    for metric_id, period in ASKED:
        figure = ask(measured, metric_id, period)
        sides = (figure.value, figure.numerator, figure.denominator)
        beside = (figure.rows_hash, figure.flags, figure.interval)
        found.append((metric_id, period, *sides, *beside))
    return found


@pytest.mark.slow
@settings(max_examples=2)
@given(companies(), st.randoms(use_true_random=True))
def test_the_order_in_which_rows_are_told_changes_nothing(company, random):
    rows = list(company.rows)
    random.shuffle(rows)
    assert answers(company.with_rows(rows).measured()) == answers(company.measured())


@pytest.mark.slow
@settings(max_examples=2)
@given(companies())
def test_the_same_export_a_day_later_changes_nothing(company):
    once, twice = company.measured(), company.measured()
    for table, row in company.rows:
        # The newest export once more; the earlier ones were made when they were made.
        if "exported_on" not in row:
            twice.add(table, exported_on="2026-07-16", **row)
    assert answers(twice) == answers(once)


@settings(max_examples=2)
@given(companies(), st.sampled_from(("2025-08-01", "2026-01-15", "2026-06-30")))
def test_a_new_customer_never_changes_retention(company, starts_on):
    before, after = company.measured(), company.measured()
    after.add("account", account_id="A new one")
    after.add("subscription", account_id="A new one", arr=900, starts_on=starts_on)
    for metric_id in (NRR, GRR):
        first, second = ask(before, metric_id, "2026-Q2"), ask(after, metric_id, "2026-Q2")
        assert (first.value, first.rows_hash) == (second.value, second.rows_hash)


@settings(max_examples=2)
@given(companies(), st.randoms(use_true_random=True))
def test_more_touches_move_pipeline_between_sources_and_never_its_total(company, random):
    before, after = company.measured(), company.measured()
    people = [row["contact_id"] for row in company.of("contact")]
    for number in range(20):
        at = datetime(2025, 10, 1) + timedelta(hours=random.randrange(24 * 280))
        after.add(
            "touchpoint",
            touchpoint_id=f"more {number}", contact_id=random.choice(people), kind="form",
            touched_at=at.isoformat(),
        )  # fmt: skip
    for period in ("2026-Q2", "2026-Q1"):
        first, second = ask(before, M1, period), ask(after, M1, period)
        assert (first.denominator, first.records) == (second.denominator, second.records)
        assert ask(before, M5, period).rows_hash == ask(after, M5, period).rows_hash


# Nothing to divide by


@pytest.fixture(scope="module")
def empty() -> Company:
    return RandomCompany(random_company(Random(0)).settings, ()).measured()


@pytest.mark.parametrize("metric_id", list(METRICS))
def test_nothing_to_divide_by_is_no_value_with_a_reason_never_a_zero(measured, empty, metric_id):
    for figure in (ask(empty, metric_id, "2026-Q2"), ask(measured, metric_id, "2019-Q1")):
        assert figure.value is None
        assert figure.reason


# Days of the company, not of UTC

ZONES = ("UTC", "America/New_York", "Pacific/Auckland", "Asia/Kolkata", "America/St_Johns")
EDGES = [
    ("2026-03-31T23:59", "2026-Q1"),
    ("2026-04-01T00:00", "2026-Q2"),
    ("2026-03-08T02:30", "2026-W10"),  # the hour that New York leaves out
    ("2026-03-09T00:00", "2026-W11"),
    ("2025-11-02T01:30", "2025-W44"),  # the hour that it has twice
    ("2026-04-05T02:30", "2026-W14"),  # the same in Auckland
    ("2025-12-31T23:59", "2025"),
    ("2026-01-01T00:00", "2026"),
]


@pytest.mark.parametrize("zone", ZONES)
def test_an_opportunity_enters_on_the_companys_own_day(zone):
    with company(time_zone=zone, exported_on=EXPORTED_ON) as c:
        for number, (at, _) in enumerate(EDGES):
            c.add(
                "opportunity",
                opportunity_id=f"O{number}", stage="Qualified", amount=1, created_at=at,
                lead_source="Webinar",
            )  # fmt: skip
            c.add(
                "opportunity_stage_history",
                opportunity_id=f"O{number}", stage="Qualified", entered_at=at,
            )  # fmt: skip
        for number, (_, period) in enumerate(EDGES):
            entered = {row["record_id"] for row in c.rows_of(M5, period, as_of=AS_OF)}
            assert f"O{number}" in entered, (zone, EDGES[number])
        first, second = (
            {r["record_id"] for r in c.rows_of(M5, p, as_of=AS_OF)} for p in ("2025", "2026")
        )
        assert not first & second
        assert first | second == {f"O{number}" for number in range(len(EDGES))}
