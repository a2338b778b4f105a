"""The worked example of net and gross revenue retention (GT-4)."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.company import company
from tests.numbers.shared_metrics.worked_example import flagged, percent, variant
from trivet.errors import DefinitionRefused

pytestmark = pytest.mark.slow

NRR, GRR = "net_revenue_retention", "gross_revenue_retention"
ASKED = {"as_of": "2026-07-15"}


def add_customer(c, key, *contracts, **account):
    """A customer and its contracts: (ARR, first day, first day without service, more)."""
    c.add("account", account_id=key, segment="SMB", region="EMEA", **account)
    for number, (arr, starts_on, ends_on, more) in enumerate(contracts, start=1):
        c.add(
            "subscription",
            **{
                "subscription_id": f"{key}-{number}",
                "account_id": key,
                "arr": arr,
                "currency": "USD",
                "starts_on": starts_on,
                "ends_on": ends_on,
                "product": "Platform",
                **more,
            },
        )


def fill(c, c8_starts_again="2026-06-16"):
    # Plan rate 1.10; the market's rate is 1.10 when the cohort is taken and 1.20 at the end.
    c.add("fx_rate", currency="EUR", valid_from="2025-01-01", rate="1.10", kind="plan")
    c.add("fx_rate", currency="EUR", valid_from="2026-01-01", rate="1.10", kind="plan")
    c.add("fx_rate", currency="EUR", valid_from="2024-01-01", rate="1.10", kind="spot")
    c.add("fx_rate", currency="EUR", valid_from="2026-06-01", rate="1.20", kind="spot")
    add_customer(
        c, "C1", (100, "2025-01-01", "2026-01-01", {}),
        (130, "2026-01-01", None, {"price_uplift": 10}),
    )  # fmt: skip
    add_customer(c, "C2", (80, "2025-03-01", "2026-03-01", {}), (60, "2026-03-01", None, {}))
    add_customer(c, "C3", (50, "2025-03-01", "2026-03-01", {}))
    # C4 cancelled a running monthly plan: no renewal was due.
    add_customer(
        c, "C4", (40, "2025-02-01", "2025-12-01", {"billing_cancelled_on": "2025-11-30"}),
        (45, "2026-03-01", None, {}),
    )  # fmt: skip
    add_customer(c, "C5", (30, "2024-04-01", "2025-04-01", {}), (30, "2025-09-01", None, {}))
    add_customer(c, "C6", (70, "2025-10-15", "2026-04-15", {}), (90, "2026-04-15", None, {}))
    add_customer(c, "C7", (60, "2025-01-01", None, {"currency": "EUR"}))
    add_customer(
        c, "C8", (64, "2025-06-16", "2026-06-16", {}),
        (64, c8_starts_again, None, {"signed_at": "2026-07-10T10:00"}),
    )  # fmt: skip


@pytest.fixture(scope="module")
def example(opener):
    with opener.open(currency="USD") as c:
        fill(c)
        yield c


TREAT_AS_NEW = {"reactivation": "treat_as_new"}
NO_GRACE = {"late_renewal_grace_days": 0}
RENEWALS_DUE = {"method": "renewals_due"}

NET = [
    variant("default", 365, 400, "91.25 %"),
    variant("floating FX", 371, 400, "92.75 %", base={"fx": "floating"}),
    variant("no late-renewal grace", 301, 400, "75.25 %", base=NO_GRACE),
    variant("C4's return treated as new", 320, 400, "80.00 %", base=TREAT_AS_NEW),
    variant("C5's win-back counted", 395, 400, "98.75 %", base={"reactivation": "count_all"}),
    variant("price rises excluded", 355, 400, "88.75 %", base={"price_increase": "excluded"}),
    variant("renewals-due base", 254, 294, "86.39 %", base=RENEWALS_DUE),
    variant("from movements", 365, 400, "91.25 %", base={"method": "movements"}),
]

GROSS = [
    variant("default", 330, 400, "82.50 %"),
    variant("no late-renewal grace", 266, 400, "66.50 %", base=NO_GRACE),
    variant("C4's return treated as new", 290, 400, "72.50 %", base=TREAT_AS_NEW),
    variant("renewals-due base", 224, 294, "76.19 %", base=RENEWALS_DUE),
]


def asked_of(example, metric, asked, **more):
    return example.metric(
        metric, "2026-Q2", options=asked.options, base=asked.base, **ASKED, **more
    )


@pytest.mark.parametrize("asked", NET, ids=str)
def test_net_revenue_retention_of_the_worked_example(example, asked):
    figure = asked_of(example, NRR, asked)
    assert (figure.numerator, figure.denominator) == (
        asked.numerator * 100,
        asked.denominator * 100,
    )
    assert percent(figure.value) == asked.shown


@pytest.mark.parametrize("asked", GROSS, ids=str)
def test_gross_revenue_retention_of_the_worked_example(example, asked):
    figure = asked_of(example, GRR, asked)
    assert (figure.numerator, figure.denominator) == (
        asked.numerator * 100,
        asked.denominator * 100,
    )
    assert percent(figure.value) == asked.shown


REFUSED = [
    (NRR, variant("new logos inside", 485, 400, "121.25 %", base={"new_logos": True})),
    (GRR, variant("capped on the total", 365, 400, "91.25 %", options={"cap": "total"})),
]


@pytest.mark.parametrize(("metric", "asked"), REFUSED, ids=[str(r[1]) for r in REFUSED])
def test_a_flattering_retention_is_refused_with_the_reason(opener, metric, asked):
    with opener.open(currency="USD") as c:
        fill(c)
        if opener.is_sql:
            with pytest.raises(DefinitionRefused) as refused:
                asked_of(c, metric, asked)
            said = str(refused.value).casefold()
            assert ("new" in said) if metric == NRR else ("total" in said)
        figure = asked_of(c, metric, asked, lint=False)
    assert (figure.numerator, figure.denominator) == (
        asked.numerator * 100,
        asked.denominator * 100,
    )
    assert percent(figure.value) == asked.shown


@pytest.mark.parametrize("metric", [NRR, GRR])
def test_an_empty_cohort_has_no_retention_and_says_why(opener, metric):
    with opener.open() as c:
        add_customer(c, "N1", (70, "2025-10-15", None, {}))
        figure = c.metric(metric, "2026-Q2", **ASKED)
    assert figure.value is None
    assert (figure.numerator or 0, figure.denominator or 0) == (0, 0)
    assert figure.reason


@pytest.mark.parametrize("starts_again", ["2026-06-15", "2026-06-16", "2026-07-10"])
@pytest.mark.parametrize(("grace", "expected"), [(30, 365_00), (0, 301_00)])
def test_a_renewal_signed_late_counts_by_its_signature_whatever_start_it_is_given(
    opener, starts_again, grace, expected
):
    with opener.open() as c:
        fill(c, c8_starts_again=starts_again)
        figure = c.metric(NRR, "2026-Q2", base={"late_renewal_grace_days": grace}, **ASKED)
    assert figure.numerator == expected


def test_a_customer_kept_by_the_grace_is_flagged(example):
    assert flagged(example.metric(NRR, "2026-Q2", **ASKED), "grace", "late") == 1


def test_after_the_grace_an_unsigned_renewal_is_churn_dated_at_its_expiry(opener):
    with opener.open() as c:
        add_customer(c, "C1", (100, "2025-01-01", None, {}))
        add_customer(c, "C8", (64, "2025-06-16", "2026-06-16", {}))
        at_the_end = c.metric(NRR, "2026-Q2", as_of="2026-06-30")
        a_month_later = c.metric(NRR, "2026-Q2", as_of="2026-07-31")
    assert at_the_end.numerator == 164_00
    assert a_month_later.numerator == 100_00


def test_the_rows_are_the_customers_of_the_opening_day(example):
    rows = example.rows_of(NRR, "2026-Q2", **ASKED)
    assert {r["record_id"]: (r["numerator"], r["denominator"]) for r in rows} == {
        "C1": (130_00, 100_00),
        "C2": (60_00, 80_00),
        "C3": (0, 50_00),
        "C4": (45_00, 40_00),
        "C7": (66_00, 66_00),
        "C8": (64_00, 64_00),
    }


def test_no_customer_is_counted_twice_by_either_metric(example):
    for metric in (NRR, GRR):
        counted = Counter(r["record_id"] for r in example.rows_of(metric, "2026-Q2", **ASKED))
        assert set(counted.values()) == {1}


# Late renewals (GT-13), 30 April 2025 to 30 April 2026.

SIGNED = {"signed_at": "2026-05-10T10:00"}
FIRST = (100, "2024-04-16", "2026-04-16", {"product": "A"})
ADD_ON = (20, "2025-10-01", "2026-10-01", {"product": "A"})


def renew_one_of_two(c):
    first = ("2024-04-15", "2026-04-15")
    add_customer(
        c, "A", (100, *first, {"product": "A"}), (50, *first, {"product": "B"}),
        (100, "2026-04-15", None, {"product": "A", **SIGNED}),
    )  # fmt: skip


@pytest.fixture(scope="module")
def add_on(opener):
    with opener.open(exported_on="2026-06-30") as c:
        add_customer(
            c, "A", FIRST, ADD_ON,
            (100, "2026-04-16", None, {"product": "A", "signed_at": "2026-05-08T10:00"}),
        )  # fmt: skip
        yield c


@pytest.mark.parametrize(("as_of", "kept"), [("2026-05-05", 150_00), ("2026-06-30", 100_00)])
def test_one_product_renewed_late_does_not_keep_the_other(opener, as_of, kept):
    with opener.open(exported_on="2026-06-30") as c:
        renew_one_of_two(c)
        figure = c.metric(NRR, "2026-04", as_of=as_of)
    assert (figure.numerator, figure.denominator) == (kept, 150_00)


@pytest.mark.parametrize(
    ("as_of", "late_contracts", "late_renewal"),
    [("2026-05-05", 2, "crm A-1 → …"), ("2026-06-30", 1, "crm A-1 → crm A-3")],
)
def test_the_row_says_how_many_contracts_are_late_and_what_renewed_them(
    as_of, late_contracts, late_renewal
):
    with company(exported_on="2026-06-30") as c:
        renew_one_of_two(c)
        [row] = c.rows_of(NRR, "2026-04", as_of=as_of)
    assert (row["late_contracts"], row["late_renewal"]) == (late_contracts, late_renewal)


@pytest.mark.parametrize("as_of", ["2026-05-05", "2026-06-30"])
def test_an_add_on_of_the_same_product_is_no_renewal_of_what_ended(add_on, as_of):
    figure = add_on.metric(NRR, "2026-04", as_of=as_of)
    assert (figure.numerator, figure.denominator) == (120_00, 100_00)
    assert flagged(figure, "grace", "late") == 1


# Credits (GT-14).


@pytest.mark.parametrize("metric", [NRR, GRR])
def test_a_line_of_less_than_nothing_is_taken_off_what_the_account_pays(opener, metric):
    with opener.open(exported_on="2026-12-31") as c:
        add_customer(
            c, "A", (1_000, "2024-01-01", None, {"product": "A"}),
            (-400, "2026-01-01", None, {"product": "Discount"}),
        )  # fmt: skip
        figure = c.metric(metric, "2026-Q3")
    assert (figure.numerator, figure.denominator) == (600_00, 1_000_00)
    assert percent(figure.value) == "60.00 %"


# Windows of invoices (GT-15).


@pytest.mark.parametrize(
    ("history_from", "period", "shown"),
    [
        ("2019-01-01", "2022-02", "100.00 %"),
        ("2020-01-01", "2021-Q1", None),
        ("2020-01-01", "2021-Q4", "100.00 %"),
    ],
)
def test_a_leap_day_is_in_one_window_and_what_is_not_loaded_in_none(
    opener, history_from, period, shown
):
    with opener.open(history_from={"invoice_line": history_from}) as c:
        c.add("account", account_id="A")
        for day in ("2020-02-29", "2021-02-15", "2022-02-15"):
            c.add("invoice_line", account_id="A", invoiced_on=day, amount=100)
        figure = c.metric(NRR, period, base={"basis": "invoices"})
    if shown is None:
        assert (figure.value, str(figure.status)) == (None, "not_computable")
    else:
        assert percent(figure.value) == shown
