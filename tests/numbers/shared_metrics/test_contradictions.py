"""A figure that contradicts itself is not final; one whose records are only doubtful says so."""

from __future__ import annotations

import pytest

from tests.company import company
from tests.numbers.shared_metrics.worked_example import flagged
from trivet.numbers.shared_metrics.figure import Status

NRR, M1, DAYS = "net_revenue_retention", "marketing_sourced_pipeline", "time_to_close"


def add_customers(c, plain, doubled):
    for number in range(plain + doubled):
        key = f"A{number}"
        c.add("account", account_id=key)
        c.add(
            "subscription",
            subscription_id=f"{key}-1",
            account_id=key,
            arr=100,
            starts_on="2024-01-01",
        )
        if number >= plain:
            c.add(
                "subscription",
                subscription_id=f"{key}-2",
                account_id=key,
                arr=110,
                starts_on="2026-01-01",
            )


@pytest.mark.parametrize(
    ("plain", "doubled", "bound", "status"),
    [
        (18, 2, 10, Status.FINAL),
        (17, 3, 10, Status.PROVISIONAL),
        (17, 3, 15, Status.FINAL),
        (19, 1, 0, Status.PROVISIONAL),
        (20, 0, 0, Status.FINAL),
    ],
)
def test_retention_with_too_many_overlapping_contracts_is_contradicted(
    plain, doubled, bound, status
):
    with company() as c:
        add_customers(c, plain, doubled)
        figure = c.metric(NRR, "2026-Q1", options={"contradicted_above": bound})
    assert figure.status is status
    assert flagged(figure, "overlapping") == doubled
    if status is Status.PROVISIONAL:
        assert figure.reason.startswith(
            f"contradicted: {doubled} of {plain + doubled} records, more than {bound} percent:"
        )
        assert "several subscriptions to one product on one day" in figure.reason


@pytest.mark.parametrize(
    ("ends_on", "is_flagged"), [("2026-12-31", False), ("2027-03-31", True), (None, True)]
)
def test_seats_added_to_a_contract_end_with_it_and_replace_nothing(ends_on, is_flagged):
    with company() as c:
        c.add("account", account_id="A")
        for starts_on, until in (("2024-01-01", "2026-12-31"), ("2025-10-01", ends_on)):
            c.add("subscription", account_id="A", arr=100, starts_on=starts_on, ends_on=until)
        figure = c.metric(NRR, "2026-Q1")
    assert figure.value == 2
    assert flagged(figure, "overlapping") == is_flagged


def test_a_series_says_the_same_as_the_figure():
    with company() as c:
        add_customers(c, 17, 3)
        period = c.settings.calendar.period("2026-Q1")
        definition = c.definition(NRR)
        [alone] = c.measurement.figures(definition, [period])
        [whole] = c.measurement.figures(definition, [period], whole=True)
    assert (alone.status, alone.reason) == (whole.status, whole.reason)


def test_an_account_with_more_credits_than_contracts_counts_as_zero_and_is_flagged():
    with company() as c:
        c.add("account", account_id="A1", name="Fjordlight")
        c.add("account", account_id="A2")
        c.add("subscription", account_id="A1", arr=100, starts_on="2024-01-01")
        c.add("subscription", account_id="A1", arr=-300, starts_on="2026-02-01")
        c.add("subscription", account_id="A2", arr=200, starts_on="2024-01-01")
        figure = c.metric(NRR, "2026-Q1")
    assert (figure.numerator, figure.denominator) == (20000, 30000)
    assert flagged(figure, "below_zero") == 1
    assert figure.status is Status.PROVISIONAL


def add_win(c, key, mql, created="2026-01-10T09:00", closed="2026-03-10"):
    c.add("account", account_id=key)
    c.add("contact", contact_id=f"P{key}", account_id=key)
    c.add("opportunity_contact_role", opportunity_id=key, contact_id=f"P{key}", is_primary=True)
    c.add(
        "opportunity",
        opportunity_id=key, account_id=key, stage="Won", acv=100,
        created_at=created, close_on=closed,
    )  # fmt: skip
    c.add(
        "opportunity_stage_history",
        opportunity_id=key,
        stage="Qualified",
        entered_at="2026-01-12T09:00",
    )
    c.add(
        "opportunity_stage_history", opportunity_id=key, stage="Won", entered_at=f"{closed}T10:00"
    )
    if mql:
        c.add("lifecycle_stage_history", contact_id=f"P{key}", stage="mql", entered_at=mql)


def test_a_sale_whose_mql_came_after_the_close_is_left_out_and_counted():
    with company() as c:
        add_win(c, "O1", "2025-12-10T09:00")
        add_win(c, "O2", "2026-04-01T09:00")
        add_win(c, "O3", None)
        add_win(c, "O4", "2026-02-10T09:00")
        figure = c.metric(DAYS, "2026-Q1", options={"start": "mql", "stat": "mean"})
        median = c.metric(DAYS, "2026-Q1", options={"start": "mql"})
        rows = {
            row["record_id"]: row for row in c.rows_of(DAYS, "2026-Q1", options={"start": "mql"})
        }
    # O1 took 90 days, O4 28; O2 and O3 have no length.
    assert (figure.numerator, figure.denominator, figure.records) == (118, 2, 2)
    assert median.value == 59
    assert flagged(figure, "start_after_close") == 1
    assert flagged(figure, "never_started") == 1
    assert flagged(figure, "handed_over_backwards") == 1
    assert [(row["numerator"], row["denominator"]) for _, row in sorted(rows.items())] == [
        (90, 1), (0, 0), (0, 0), (28, 1),
    ]  # fmt: skip
    assert figure.status is Status.PROVISIONAL
    assert "2 of 4 records" in figure.reason


def test_a_sale_without_an_mql_alone_contradicts_nothing():
    with company() as c:
        add_win(c, "O1", "2025-12-10T09:00")
        add_win(c, "O3", None)
        figure = c.metric(DAYS, "2026-Q1", options={"start": "mql"})
    assert figure.status is Status.FINAL
    assert (figure.value, figure.records) == (90, 1)


def add_pipeline(c, key, created):
    c.add("account", account_id=key)
    c.add("contact", contact_id=f"P{key}", account_id=key)
    c.add(
        "opportunity",
        opportunity_id=key,
        account_id=key,
        stage="Qualified",
        acv=100,
        created_at=created,
    )


def touched_from_february(c):
    add_pipeline(c, "Late", "2026-06-20T09:00")
    c.add("touchpoint", contact_id="PLate", kind="form", touched_at="2026-06-01T10:00")
    c.add("sales_activity", contact_id="PLate", kind="call", happened_at="2026-02-10T10:00")


def test_who_sourced_a_deal_is_not_final_where_touches_do_not_reach_back():
    with company(history_from={"opportunity_stage_history": "2020-01-01"}) as c:
        touched_from_february(c)
        add_pipeline(c, "Early", "2026-06-22T09:00")
        figure = c.metric(M1, "2026-Q2")
        # Touches are known from 1 June: 90 days before 20 June is 22 March.
        assert flagged(figure, "touches_not_loaded") == 2
        assert figure.status is Status.PROVISIONAL
        assert figure.reason.endswith("touches are known from 2026-06-01")
        short = c.metric(M1, "2026-Q2", options={"lookback_days": 10})
        assert (short.status, flagged(short, "touches_not_loaded")) == (Status.FINAL, 0)
        # A rule that asks for no touch owes them nothing.
        by_source = c.metric(
            M1, "2026-Q2", options={"source_rule": ["sales_qualified_source"]}, lint=False
        )
        assert flagged(by_source, "touches_not_loaded") == 0


def test_a_win_rate_of_marketing_says_what_may_belong_to_it():
    with company(history_from={"opportunity_stage_history": "2020-01-01"}) as c:
        touched_from_february(c)
        add_win(c, "O9", None, created="2026-04-02T09:00", closed="2026-06-20")
        figure = c.metric("win_rate", "2026-Q2")
        every = c.metric("win_rate", "2026-Q2", options={"sourced": "all"})
    assert figure.value is None
    assert flagged(figure, "touches_not_loaded") == 1
    assert (every.value, every.status, flagged(every, "touches_not_loaded")) == (1, Status.FINAL, 0)


def test_no_figure_of_opportunities_is_final_while_the_order_of_stages_is_a_guess():
    stages = {
        "open": ["Created", "Qualified"], "qualified_from": "Qualified", "won": ["Won"],
        "lost": ["Lost"], "order_is_guessed": True,
    }  # fmt: skip
    with company(stages=stages) as c:
        add_win(c, "O1", None)
        c.add("subscription", account_id="O1", arr=100, starts_on="2024-01-01")
        sold = c.metric("win_rate", "2026-Q1", options={"sourced": "all"})
        kept = c.metric(NRR, "2026-Q1")
    assert (sold.value, sold.status) == (1, Status.PROVISIONAL)
    assert "guessed" in sold.reason
    assert kept.status is Status.FINAL
