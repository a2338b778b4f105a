"""The worked example of the follow-up SLA (GT-7): four business hours, 1 to 7 June 2026."""

from __future__ import annotations

from fractions import Fraction

import pytest

from tests.company import company
from tests.numbers.shared_metrics.worked_example import percent, variant
from trivet.cli.figure_shown import value_shown
from trivet.errors import DefinitionRefused
from trivet.numbers.shared_metrics.figure import Unit
from trivet.web import words

pytestmark = pytest.mark.slow

METRIC = "follow_up_sla"
WEEK = "2026-W23"  # Monday 1 June to Sunday 7 June
DAY = {"Mon": 1, "Tue": 2, "Wed": 3, "Thu": 4, "Fri": 5, "Mon 8th": 8}


def instant(text: str) -> str:
    day, _, hour = text.rpartition(" ")
    return f"2026-06-{DAY[day]:02d}T{hour}"


def add_lead(c, key, assigned, touches, mql=None):
    """One line of the table; `touches` are (when, automatic)."""
    c.add("account", account_id=f"A{key}", segment="SMB", region="EMEA")
    c.add(
        "contact",
        contact_id=key,
        account_id=f"A{key}",
        email=f"{key.lower()}@{key.lower()}.example",
    )
    c.add(
        "lifecycle_stage_history",
        contact_id=key, stage="mql", entered_at=instant(mql or assigned[0]), created_by="marketing",
    )  # fmt: skip
    for number, when in enumerate(assigned, start=1):
        c.add("lead_assignment", contact_id=key, assigned_at=instant(when), user_id=f"U{number}")
    for number, (when, automatic) in enumerate(touches, start=1):
        c.add(
            "sales_activity",
            activity_id=f"{key}-{number}", contact_id=key, happened_at=instant(when), kind="email",
            function="sales", direction="outbound", is_automatic=automatic, user_id="U1",
        )  # fmt: skip


def fill(c):
    for user in ("U1", "U2"):
        c.add("crm_user", user_id=user, function="sales")
    add_lead(c, "S1", ["Mon 10:00"], [("Mon 13:30", False)])
    add_lead(c, "S2", ["Mon 16:00"], [("Tue 11:00", False)])
    add_lead(c, "S3", ["Fri 15:00"], [("Mon 8th 10:00", False)])
    add_lead(c, "S4", ["Tue 09:00"], [("Tue 09:01", True), ("Wed 09:30", False)])
    add_lead(c, "S5", ["Wed 11:00"], [])
    add_lead(c, "S6", ["Thu 15:00"], [("Thu 16:30", False)], mql="Thu 08:00")
    add_lead(c, "S7", ["Thu 13:00"], [("Thu 12:00", False)])
    add_lead(c, "S8", ["Tue 10:00", "Wed 10:00"], [("Wed 11:00", False)])


@pytest.fixture(scope="module", params=["2026-06-07", "2026-06-08"])
def asked_on(request):
    """The example asks on Monday at 09:00: what Sunday's end knows, and Monday's cannot change."""
    return request.param


@pytest.fixture(scope="module")
def example(opener):
    with opener.open(time_zone="UTC") as c:
        fill(c)
        yield c


VARIANTS = [
    variant("default", 4, 7, "57.14 %"),
    variant("clock from MQL", 3, 7, "42.86 %", options={"clock_start": "mql"}),
    variant("restart on reassignment", 5, 7, "71.43 %", options={"reassign": "restart"}),
    variant("auto-replies count", 5, 7, "71.43 %", options={"qualifying_touch": "any"}),
    variant("24x7 clock", 3, 8, "37.50 %", options={"calendar": "always"}),
]


@pytest.mark.parametrize("asked", VARIANTS, ids=str)
def test_follow_up_sla_of_the_worked_example(example, asked, asked_on):
    figure = example.metric(
        METRIC, WEEK, as_of=asked_on, options={"target_hours": "4", **asked.options}
    )
    assert (figure.numerator, figure.denominator) == (asked.numerator, asked.denominator)
    assert percent(figure.value) == asked.shown


def test_counting_only_touched_leads_is_refused_because_it_hides_the_untouched(opener):
    with opener.open(time_zone="UTC") as c:
        fill(c)
        options = {"target_hours": "4", "touched_only": True}
        if opener.is_sql:
            with pytest.raises(DefinitionRefused) as refused:
                c.metric(METRIC, WEEK, as_of="2026-06-07", options=options)
            assert "touch" in str(refused.value).casefold()
        figure = c.metric(METRIC, WEEK, as_of="2026-06-07", options=options, lint=False)
    assert (figure.numerator, figure.denominator) == (4, 6)
    assert percent(figure.value) == "66.67 %"


def test_each_lead_is_met_or_breached_as_the_table_says(example, asked_on):
    rows = example.rows_of(METRIC, WEEK, as_of=asked_on, options={"target_hours": "4"})
    assert {r["contact_id"]: r["numerator"] for r in rows if r["denominator"]} == {
        "S1": 1, "S2": 1, "S4": 0, "S5": 0, "S6": 1, "S7": 1, "S8": 0,
    }  # fmt: skip


def test_a_lead_not_yet_due_is_pending_and_outside(example):
    figure = example.metric(METRIC, "2026-W24", as_of="2026-06-07", options={"target_hours": "4"})
    assert figure.value is None
    assert (figure.denominator or 0) == 0
    assert figure.reason


def test_once_due_the_pending_lead_is_met_by_mondays_call(example):
    figure = example.metric(METRIC, "2026-W24", as_of="2026-06-08", options={"target_hours": "4"})
    assert (figure.numerator, figure.denominator) == (1, 1)


def test_a_lead_whose_own_record_was_never_exported_is_a_lead_all_the_same():
    """To leave it out would leave out the one nobody looked after."""
    with company() as c:
        for contact in ("C-gone", "C-late"):
            c.add("lead_assignment", contact_id=contact, assigned_at="2026-06-01T10:00:00")
        c.add(
            "sales_activity", activity_id="S1", contact_id="C-gone", kind="call",
            happened_at="2026-06-01T11:00:00",
        )  # fmt: skip
        figure = c.metric("follow_up_sla", "2026-Q2")
    assert (figure.numerator, figure.denominator) == (1, 2)


def test_a_test_person_is_no_lead():
    with company() as c:
        c.add("contact", contact_id="C-test", is_test=True)
        for contact in ("C-gone", "C-test"):
            c.add("lead_assignment", contact_id=contact, assigned_at="2026-06-01T10:00:00")
        c.add(
            "sales_activity", activity_id="S1", contact_id="C-gone", kind="call",
            happened_at="2026-06-01T11:00:00",
        )  # fmt: skip
        figure = c.metric("follow_up_sla", "2026-Q2")
    assert (figure.numerator, figure.denominator) == (1, 1)


@pytest.mark.parametrize(
    ("given_at", "hours", "said"),
    [
        ("2026-06-01T10:00:00", Fraction(4), "4 hours"),
        ("2026-06-01T06:09:00", Fraction(9, 60), "9 minutes"),
    ],
)
def test_what_a_lead_waits_for_is_told_in_the_hours_of_the_promise(given_at, hours, said):
    """As a part of a day it was 0 days, whatever it was."""
    with company() as c:
        c.add("contact", contact_id="P1")
        c.add("lifecycle_stage_history", contact_id="P1", stage="mql",
              entered_at="2026-06-01T06:00:00")  # fmt: skip
        c.add("lead_assignment", contact_id="P1", assigned_at=given_at)
        c.add("sales_activity", activity_id="S1", contact_id="P1", kind="call",
              happened_at="2026-06-01T11:00:00")  # fmt: skip
        figure = c.metric("follow_up_sla", "2026-Q2")
    [waited] = [each for each in figure.companions if each.label == "From MQL to owner"]
    assert (waited.value, waited.unit) == (hours, Unit.HOURS)
    assert value_shown(waited.value, waited.unit, "USD") == said
    assert str(words.amount(waited.value, waited.unit, "USD")).replace(".0", "") == said
