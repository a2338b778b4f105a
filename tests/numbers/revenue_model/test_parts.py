"""Where the months beside a quarter do not add up to it, one sentence says why, with both sums."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date

import pytest
from rich.console import Console

from tests.company import company
from trivet.cli.figure_shown import print_parts
from trivet.numbers.revenue_model import added_up_otherwise, parts_of
from trivet.numbers.shared_metrics.figure import Unit
from trivet.numbers.shared_metrics.registry import METRICS

METRIC = "marketing_sourced_pipeline"
LEAD_SOURCES = {"marketing": ["Webinar"], "sales": ["Outbound"]}
KNOWN = date(2026, 7, 15)


@pytest.fixture(scope="module")
def made():
    """A deal of January grows on 20 March: after January's books closed, before the quarter's."""
    with company(lead_sources=LEAD_SOURCES, exported_on="2026-07-15") as c:
        for key, day, worth in (
            ("O1", "2026-01-12", [("2026-01-13", 100), ("2026-03-20", 130)]),
            ("O2", "2026-02-03", [("2026-02-04", 80)]),
        ):
            c.add("account", account_id=f"A{key}")
            for exported_on, acv in worth:
                c.add(
                    "opportunity", opportunity_id=key, account_id=f"A{key}", stage="Qualified",
                    motion="new_business", acv=acv, created_at=f"{day}T09:00",
                    close_on="2026-12-31", lead_source="Webinar", exported_on=exported_on,
                )  # fmt: skip
            for stage in ("Created", "Qualified"):
                c.add("opportunity_stage_history", opportunity_id=key, stage=stage,
                      entered_at=f"{day}T10:00")  # fmt: skip
        yield c


def asked(made, metric=METRIC, key="2026-Q1", **options):
    """The whole, its parts, and what is said of them."""
    definition = made.definition(metric, **options)
    period = made.settings.calendar.period(key)
    shorter = parts_of(made.settings.calendar, period)
    whole, *parts = made.measurement.figures(definition, [period, *shorter])
    return definition, whole, parts


def test_each_month_stops_at_its_own_closing_day_and_so_does_the_quarter(made):
    definition, whole, parts = asked(made)
    assert [part.denominator for part in parts] == [100_00, 80_00, 0]
    assert whole.denominator == 210_00
    found = added_up_otherwise(definition, whole, parts, KNOWN)
    assert (found.sums.numerator, found.sums.denominator) == (180_00, 180_00)
    console = Console(width=200, file=io.StringIO())
    print_parts(console, found, "USD", (Unit.MONEY, Unit.MONEY))
    assert console.file.getvalue().strip() == (
        "The months add up to $180.00 of $180.00, the quarter to $210.00 of $210.00: each month"
        " stops at its own closing day."
    )


def test_nothing_is_said_where_they_add_up_or_where_that_is_not_why(made):
    at_entry = asked(made, base={"amount_as_of": "at_entry"})
    assert at_entry[1].denominator == 180_00
    assert added_up_otherwise(*at_entry, KNOWN) is None
    definition, whole, parts = asked(made)
    other = [replace(parts[0], definition_hash="another"), *parts[1:]]
    assert added_up_otherwise(definition, whole, other, KNOWN) is None, "another definition is why"
    lost = [replace(parts[0], numerator=None), *parts[1:]]
    assert added_up_otherwise(definition, whole, lost, KNOWN) is None, "a part is not known"
    ahead = [replace(parts[2], numerator=None, denominator=None)]
    assert added_up_otherwise(definition, whole, [*parts[:2], *ahead], date(2026, 2, 27))


def test_a_balance_on_a_day_is_no_sum_of_earlier_balances(made):
    stock = asked(made, options={"measure": "open_at_date"})
    assert added_up_otherwise(*stock, KNOWN) is None
    for metric in ("net_revenue_retention", "pipeline_coverage", "deal_velocity"):
        definition = made.definition(metric)
        assert not METRICS[metric].is_of_one_part(definition)


def test_a_quarter_consists_of_months_and_a_year_of_quarters(made):
    calendar = made.settings.calendar
    assert [p.key for p in parts_of(calendar, calendar.period("2026-Q2"))] == [
        "2026-04", "2026-05", "2026-06",
    ]  # fmt: skip
    assert [p.key for p in parts_of(calendar, calendar.period("2026"))][-1] == "2026-Q4"
    for key in ("2026-03", "2026-W14", "2026-01-15..2026-04-01"):
        assert parts_of(calendar, calendar.period(key)) == []
