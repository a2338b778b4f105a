"""What crooked records may not do to a figure: the smallest of the companies drawn by chance."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.slow

LEAD_SOURCES = {"marketing": ["Webinar"], "sales": ["Outbound"]}
M1, NRR = "marketing_sourced_pipeline", "net_revenue_retention"


def add_opportunity(c, key="O1", created="2026-02-02T09:00", stages=(), **more):
    """Qualified an hour after it was created, unless its stages are given."""
    entered = stages or (("Qualified", f"{created[:10]}T10:00"),)
    row = {"acv": 100, "account_id": "A1", "close_on": "2026-05-20", **more}
    c.add("opportunity", opportunity_id=key, stage=entered[-1][0], created_at=created, **row)
    for stage, at in entered:
        c.add("opportunity_stage_history", opportunity_id=key, stage=stage, entered_at=at)


def add_response(c, contact_id, at="2026-01-20T09:00"):
    c.add("touchpoint", touchpoint_id="T1", contact_id=contact_id, kind="form", touched_at=at)


def add_call(c, at="2026-01-10T09:00", **about):
    c.add("sales_activity", activity_id="S1", kind="call", happened_at=at, **about)


def add_mql(c, contact_id, at="2026-01-20T09:00"):
    c.add("lifecycle_stage_history", contact_id=contact_id, stage="mql", entered_at=at)


@pytest.fixture
def sourced(opener):
    """A qualified opportunity whose only contact answered a form in January."""
    with opener.open(lead_sources=LEAD_SOURCES) as c:
        c.add("account", account_id="A1")
        c.add("contact", contact_id="P1", account_id="A1")
        add_opportunity(c)
        add_response(c, "P1")
        yield c


def test_a_call_with_a_test_person_did_not_source_the_account(sourced):
    sourced.add("contact", contact_id="Tester", account_id="A1", is_test=True)
    add_call(sourced, contact_id="Tester", account_id="A1")
    assert sourced.metric(M1, "2026-Q1").value == 1


def test_a_call_about_a_test_opportunity_did_not_source_the_real_one(sourced):
    add_opportunity(sourced, "Test", is_test=True)
    add_call(sourced, contact_id="P1", opportunity_id="Test")
    assert sourced.metric(M1, "2026-Q1").value == 1


def test_a_person_of_a_test_account_sources_nothing(sourced):
    sourced.add("account", account_id="Inside", is_test=True)
    sourced.add("contact", contact_id="P2", account_id="Inside")
    for person in ("P1", "P2"):
        sourced.add("opportunity_contact_role", opportunity_id="O1", contact_id=person)
    add_call(sourced, contact_id="P2")
    assert sourced.metric(M1, "2026-Q1").value == 1


def test_a_call_logged_on_the_opportunity_sourced_it(sourced):
    add_call(sourced, opportunity_id="O1")
    assert sourced.metric(M1, "2026-Q1").value == 0


def test_a_call_logged_on_the_opportunity_sourced_it_whatever_account_it_names(sourced):
    sourced.add("account", account_id="A2")
    add_call(sourced, opportunity_id="O1", account_id="A2")
    assert sourced.metric(M1, "2026-Q1").value == 0


def test_a_call_logged_on_an_opportunity_without_an_account_sourced_it(opener):
    with opener.open(lead_sources=LEAD_SOURCES) as c:
        c.add("contact", contact_id="P1")
        add_opportunity(c, account_id=None, lead_source="Webinar")
        add_response(c, "P1")
        add_call(c, opportunity_id="O1")
        assert c.metric(M1, "2026-Q1").value == 0


def test_an_mql_with_a_role_counts_wherever_the_person_works(opener):
    with opener.open() as c:
        for account in ("A1", "Consultants"):
            c.add("account", account_id=account)
        c.add("contact", contact_id="P1", account_id="Consultants")
        add_opportunity(c)
        c.add("opportunity_contact_role", opportunity_id="O1", contact_id="P1")
        add_mql(c, "P1")
        figure = c.metric(M1, "2026-Q1", options={"source_rule": ["mql_before_creation"]})
    assert figure.value == 1


@pytest.mark.parametrize(
    ("created", "sourced"),
    [("2026-02-02", 0), ("2026-02-02T09:00", 0), ("2026-02-02T16:00", 1), ("2026-02-03", 1)],
)
def test_an_mql_of_the_day_sourced_only_what_was_certainly_created_later(opener, created, sourced):
    with opener.open() as c:
        c.add("account", account_id="A1")
        c.add("contact", contact_id="P1", account_id="A1")
        add_opportunity(c, created=created)
        add_mql(c, "P1", at="2026-02-02T15:00")
        figure = c.metric(M1, "2026-Q1", options={"source_rule": ["mql_before_creation"]})
    assert figure.value == sourced


def test_a_call_with_somebody_at_no_account_sourced_the_opportunity_it_is_logged_on(sourced):
    sourced.add("contact", contact_id="P2")
    add_call(sourced, contact_id="P2", opportunity_id="O1")
    assert sourced.metric(M1, "2026-Q1").value == 0


@pytest.mark.parametrize("account", [None, "A1"])
def test_a_call_about_another_opportunity_sourced_nothing_here(opener, account):
    with opener.open(lead_sources=LEAD_SOURCES) as c:
        c.add("account", account_id="A1")
        c.add("contact", contact_id="P1")
        add_opportunity(c, account_id=account, lead_source="Webinar")
        add_opportunity(c, "O2", account_id=account, lead_source="Webinar")
        add_call(c, contact_id="P1", opportunity_id="O2")
        rows = c.rows_of(M1, "2026-Q1")
    assert {row["record_id"]: row["numerator"] for row in rows} == {"O1": 100_00, "O2": 0}


def test_what_marketing_did_itself_is_no_response(opener):
    with opener.open(lead_sources=LEAD_SOURCES) as c:
        c.add("account", account_id="A1")
        c.add("contact", contact_id="P1", account_id="A1")
        add_opportunity(c)
        c.add(
            "touchpoint",
            touchpoint_id="T1", contact_id="P1", kind="page_visited", touched_at="2026-01-20T09:00",
        )  # fmt: skip
        add_call(c, account_id="A1", function="marketing")
        rule = {"source_rule": ["campaign_before_creation"]}
        assert c.metric(M1, "2026-Q1", options=rule).value == 0
        assert c.metric(M1, "2026-Q1").value == 1  # but it was the first who reached out


def test_the_mql_of_a_test_person_does_not_start_the_clock(opener):
    with opener.open() as c:
        c.add("account", account_id="A1")
        for person, is_test, at in (("P1", None, "2026-01-20"), ("Tester", True, "2026-01-05")):
            c.add("contact", contact_id=person, account_id="A1", is_test=is_test)
            c.add("opportunity_contact_role", opportunity_id="O1", contact_id=person)
            add_mql(c, person, at=f"{at}T09:00")
        add_opportunity(
            c,
            stages=(("Qualified", "2026-02-02T10:00"), ("Won", "2026-02-20T10:00")),
            close_on="2026-02-20",
        )
        figure = c.metric("time_to_close", "2026-Q1", options={"start": "mql"})
    assert figure.value == 31


def test_contracts_of_a_test_account_do_not_say_who_is_a_customer(opener):
    # Without a real one the CRM's own word is all there is.
    with opener.open() as c:
        c.add("account", account_id="A1")
        c.add("account", account_id="Test", is_test=True)
        add_contract(c, "Test", "2025-01-01", subscription_id="C1")
        add_opportunity(c, motion="expansion")
        assert c.metric("expansion_pipeline", "2026-Q1").value == 1


def test_contracts_of_a_test_parent_make_no_customer_of_its_children(opener):
    with opener.open() as c:
        c.add("account", account_id="Test", is_test=True)
        c.add("account", account_id="A1", parent_id="Test")
        c.add("account", account_id="A2")
        add_contract(c, "Test", "2025-01-01", subscription_id="C1")
        add_contract(c, "A2", "2025-01-01", subscription_id="C2")
        add_opportunity(c)
        assert c.metric("expansion_pipeline", "2026-Q1").value == 0


def test_what_was_never_qualified_before_its_loss_does_not_enter_when_it_is_a_new_deal(opener):
    with opener.open() as c:
        c.add("account", account_id="A1")
        stages = (
            ("Created", "2025-11-25T09:00"),
            ("Lost", "2025-11-26T09:00"),
            ("Qualified", "2026-03-06T09:00"),
        )
        add_opportunity(c, created="2025-11-25T09:00", stages=stages)
        base = {"reopen": "new_deal_after"}
        rows = c.rows_of("expansion_pipeline", "2026-Q1", base=base)
        of_all = c.metric("win_rate", "2025-Q4", options={"sourced": "all"}, base=base)
    assert [row["record_id"] for row in rows] == ["O1#2"]
    assert of_all.records == 0


# Retention


def add_contract(c, account_id, starts_on, ends_on=None, **more):
    row = {"arr": 100, "product": "Platform", **more}
    c.add("subscription", account_id=account_id, starts_on=starts_on, ends_on=ends_on, **row)


def test_a_test_account_is_no_customer_in_retention(opener):
    with opener.open() as c:
        c.add("account", account_id="A1")
        c.add("account", account_id="Test", is_test=True)
        add_contract(c, "A1", "2025-01-01", subscription_id="C1")
        add_contract(c, "Test", "2025-01-01", "2026-01-01", subscription_id="C2")
        figure = c.metric(NRR, "2026-Q2")
    assert (figure.numerator, figure.denominator) == (100_00, 100_00)


def test_a_customer_who_gave_notice_had_a_renewal_due(opener):
    # Leaving those out who said in time that they leave would make every renewal a success.
    with opener.open() as c:
        c.add("account", account_id="A1")
        add_contract(
            c, "A1", "2025-03-01", "2026-03-01", notice_on="2026-01-15", subscription_id="C1"
        )
        figure = c.metric(NRR, "2026-Q2", base={"method": "renewals_due"})
    assert (figure.numerator, figure.denominator) == (0, 100_00)


@pytest.mark.parametrize("metric_id", [NRR, "gross_revenue_retention"])
def test_compounding_over_a_month_without_customers_gives_no_value(opener, metric_id):
    with opener.open() as c:
        c.add("account", account_id="A1")
        add_contract(c, "A1", "2026-03-15", subscription_id="C1")
        figure = c.metric(metric_id, "2026-Q2", base={"method": "monthly_compounded"})
    assert figure.value is None
    assert figure.reason


def test_who_came_back_without_a_renewal_due_is_not_among_the_renewals(opener):
    with opener.open() as c:
        c.add("account", account_id="A1")
        c.add("account", account_id="A2")
        add_contract(c, "A1", "2025-03-01", "2026-03-01", subscription_id="C1")
        add_contract(c, "A1", "2026-03-01", subscription_id="C2")
        add_contract(c, "A2", "2024-01-01", "2025-01-01", subscription_id="C3")
        add_contract(c, "A2", "2026-02-01", subscription_id="C4")
        base = {"method": "renewals_due", "reactivation": "count_all"}
        figure = c.metric(NRR, "2026-Q2", base=base)
    assert (figure.numerator, figure.denominator) == (100_00, 100_00)


def add_invoice(c, invoiced_on, amount=100, **more):
    c.add("invoice_line", account_id="A1", invoiced_on=invoiced_on, amount=amount, **more)


RETURNS = [("in_window", 400_00, 100_00), ("treat_as_new", 0, 100_00)]


@pytest.mark.parametrize(("reactivation", "closing", "opening"), RETURNS)
def test_who_left_a_contract_and_now_pays_by_usage_came_back(
    opener, reactivation, closing, opening
):
    with opener.open() as c:
        c.add("account", account_id="A1")
        add_contract(c, "A1", "2025-01-01", "2025-09-01", subscription_id="C1")
        add_invoice(c, "2026-05-01", revenue_kind="usage")
        base = {"usage_revenue": "trailing_3_months_x4", "reactivation": reactivation}
        figure = c.metric(NRR, "2026-Q2", base=base)
    assert (figure.numerator, figure.denominator) == (closing, opening)


@pytest.mark.parametrize(
    ("again_on", "treated_as_new"), [("2026-02-28", 1), ("2026-03-01", 0), ("2026-03-02", 0)]
)
def test_who_left_is_told_by_invoices_where_arr_is_read_from_them(opener, again_on, treated_as_new):
    # An invoice of 28 February lies in the twelve months before every day up to 27 February.
    with opener.open() as c:
        c.add("account", account_id="A1")
        add_invoice(c, "2025-02-28")
        add_invoice(c, again_on)
        base = {"basis": "invoices", "reactivation": "treat_as_new"}
        figure = c.metric(NRR, "2026-Q2", base=base)
    assert figure.value == treated_as_new


@pytest.mark.parametrize(("reactivation", "closing"), [("in_window", 0), ("count_all", 50_00)])
def test_who_left_before_the_window_is_told_by_movements_where_arr_is_read_from_them(
    opener, reactivation, closing
):
    with opener.open() as c:
        c.add("account", account_id="A1")
        for day, kind, amount in (
            ("2024-01-01", "new", 100),
            ("2025-01-01", "churn", -100),
            ("2026-01-01", "reactivation", 50),
        ):
            c.add("arr_movement", account_id="A1", moved_on=day, kind=kind, amount=amount)
        figure = c.metric(NRR, "2026-Q2", base={"basis": "movements", "reactivation": reactivation})
    assert (figure.numerator, figure.denominator) == (closing, 0)


def test_a_balance_below_zero_is_no_revenue(opener):
    with opener.open() as c:
        for account, amount in (("A1", -150), ("A2", -20)):
            c.add("account", account_id=account)
            add = {"account_id": account, "kind": "new", "moved_on": "2025-01-01"}
            c.add("arr_movement", amount=100, **add)
            add = {"account_id": account, "kind": "contraction", "moved_on": "2026-01-01"}
            c.add("arr_movement", amount=amount, **add)
        figure = c.metric(NRR, "2026-Q2", base={"basis": "movements"})
    assert (figure.numerator, figure.denominator) == (80_00, 200_00)


# Coverage


def add_target(c, starts_on, ends_on, amount=1000, **more):
    c.add("target", starts_on=starts_on, ends_on=ends_on, amount=amount, **more)


def test_the_uplift_of_a_renewal_is_converted_once_and_not_as_a_difference(opener):
    # 235.33 and 191.00 EUR are 1.53 and 1.24 JPY: rounded first, they would differ by one.
    with opener.open(currency="JPY") as c:
        c.add("fx_rate", currency="EUR", valid_from="2026-01-01", rate="0.0065", kind="plan")
        c.add("account", account_id="A1")
        add_target(c, "2026-04-01", "2026-07-01")
        add_opportunity(c, motion="renewal", acv="235.33", renewal_base="191.00", currency="EUR")
        figure = c.metric("pipeline_coverage", "2026-Q2", as_of="2026-04-07")
    assert figure.numerator == 0


def test_the_close_date_is_the_known_one_though_amounts_are_those_at_the_entry(opener):
    with opener.open() as c:
        c.add("account", account_id="A1")
        add_target(c, "2026-04-01", "2026-07-01")
        add_opportunity(c)
        c.add(
            "opportunity_field_history",
            opportunity_id="O1", field="close_on", changed_at="2026-03-10T09:00",
            old_value="2026-03-20", new_value="2026-05-20",
        )  # fmt: skip
        figure = c.metric(
            "pipeline_coverage", "2026-Q2", as_of="2026-04-07", base={"amount_as_of": "at_entry"}
        )
    assert figure.numerator == 100_00


@pytest.mark.parametrize(("renewal_base", "expected"), [("out", 30_00), ("in", 120_00)])
def test_net_arr_of_a_renewal_is_growth_and_what_is_renewed_comes_on_top(
    opener, renewal_base, expected
):
    with opener.open() as c:
        c.add("account", account_id="A1")
        add_target(c, "2026-04-01", "2026-07-01")
        add_opportunity(c, motion="renewal", net_arr=30, renewal_base=90, amount=120)
        figure = c.metric(
            "pipeline_coverage", "2026-Q2", as_of="2026-04-07",
            options={"renewal_base": renewal_base}, base={"amount_basis": "net_arr"},
        )  # fmt: skip
    assert figure.numerator == expected


def test_half_a_year_of_targets_is_no_target_of_the_year(opener):
    with opener.open() as c:
        add_target(c, "2026-01-01", "2026-04-01")
        add_target(c, "2026-04-01", "2026-07-01")
        add_opportunity(c)
        figure = c.metric("pipeline_coverage", "2026", as_of="2026-04-07")
    assert figure.value is None


def test_a_target_is_not_added_to_its_own_months(opener):
    with opener.open() as c:
        add_target(c, "2026-04-01", "2026-07-01", 1000)
        add_target(c, "2026-04-01", "2026-05-01", 300)
        add_target(c, "2026-05-01", "2026-06-01", 300)
        add_target(c, "2026-06-01", "2026-07-01", 400)
        add_opportunity(c)
        quarter = c.metric("pipeline_coverage", "2026-Q2", as_of="2026-04-07")
        month = c.metric("pipeline_coverage", "2026-05", as_of="2026-04-07")
    assert quarter.denominator == 1000_00
    assert month.denominator == 300_00  # a period that has not begun can be covered already


def test_targets_of_the_months_make_that_of_a_quarter_without_one(opener):
    with opener.open() as c:
        for first, after in (("04", "05"), ("05", "06"), ("06", "07")):
            add_target(c, f"2026-{first}-01", f"2026-{after}-01", 300)
        add_opportunity(c)
        figure = c.metric("pipeline_coverage", "2026-Q2", as_of="2026-04-07")
    assert figure.denominator == 900_00


# Leads


def test_people_of_a_test_account_are_neither_mqls_nor_leads(opener):
    with opener.open() as c:
        for account, is_test in (("A1", None), ("Inside", True)):
            c.add("account", account_id=account, is_test=is_test)
            person = f"P of {account}"
            c.add("contact", contact_id=person, account_id=account)
            for stage, at in (("mql", "2026-05-04T09:00"), ("sql", "2026-05-05T09:00")):
                c.add("lifecycle_stage_history", contact_id=person, stage=stage, entered_at=at)
            c.add("lead_assignment", contact_id=person, assigned_at="2026-05-04T10:00")
            c.add(
                "sales_activity",
                activity_id=person, contact_id=person, kind="call", happened_at="2026-05-04T11:00",
            )  # fmt: skip
        assert c.metric("mql_to_sql", "2026-05").denominator == 1
        assert c.metric("follow_up_sla", "2026-05").denominator == 1


def test_every_pause_of_a_lead_that_was_passed_on_stops_its_clock(opener):
    # Four hours from 10:00, with an hour's pause under each of its two owners: due at 16:00.
    with opener.open() as c:
        c.add("contact", contact_id="P1")
        for at, paused, resumed in (("10", "10:30", "11:30"), ("12", "12:30", "13:30")):
            c.add(
                "lead_assignment",
                contact_id="P1", assigned_at=f"2026-06-01T{at}:00",
                paused_at=f"2026-06-01T{paused}", resumed_at=f"2026-06-01T{resumed}",
                pause_reason="asked to wait",
            )  # fmt: skip
        add_call(c, contact_id="P1", at="2026-06-01T15:30")
        figure = c.metric("follow_up_sla", "2026-W23")
    assert figure.value == 1


def test_two_pauses_at_once_stop_the_clock_once(opener):
    # Four hours from 10:00, paused from 11:00 to 13:00 by two owners: due at 16:00.
    with opener.open() as c:
        c.add("contact", contact_id="P1")
        for at, paused, resumed in (("10", "11:00", "12:30"), ("11", "11:30", "13:00")):
            c.add(
                "lead_assignment",
                contact_id="P1", assigned_at=f"2026-06-01T{at}:00",
                paused_at=f"2026-06-01T{paused}", resumed_at=f"2026-06-01T{resumed}",
                pause_reason="asked to wait",
            )  # fmt: skip
        add_call(c, contact_id="P1", at="2026-06-01T16:30")
        figure = c.metric("follow_up_sla", "2026-W23")
    assert (figure.numerator, figure.denominator) == (0, 1)
