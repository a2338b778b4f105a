"""Every line of the ledger has one cause, found from what was known when the book closed."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace

import pytest

from tests.agreements.books.small_books import NOW
from tests.company import STAGES, company
from tests.numbers.shared_metrics.test_win_rate import LEAD_SOURCES, fill
from trivet.agreements.books.actions.close import close_period
from trivet.agreements.books.queries import damages, official, unexplained

APRIL, JULY = "2026-04-08", "2026-07-15"
PIPELINE = "marketing_sourced_pipeline"
RETENTION = "net_revenue_retention"


@contextmanager
def norvik(exported_on, edit=None, **settings):
    """Three opportunities that entered in Q1; an edit changes the rows before they are exported."""
    given = {"lead_sources": LEAD_SOURCES, **settings}
    rows = {
        key: {
            "opportunity": {
                "opportunity_id": key, "account_id": f"A{key}", "stage": "Qualified",
                "motion": "new_business", "acv": acv, "currency": currency,
                "created_at": f"{day}T09:00", "close_on": "2026-12-31", "lead_source": source,
            },
            "stages": [("Created", f"{day}T09:00"), ("Qualified", f"{day}T10:00")],
        }
        for key, day, acv, currency, source in (
            ("O1", "2026-01-12", 100, "USD", "Webinar"),
            ("O2", "2026-02-03", 80, "EUR", "Outbound"),
            ("O3", "2026-03-10", 60, "USD", "Webinar"),
        )
    }  # fmt: skip
    more = {"rate": "1.10", "rows": []}
    if edit:
        edit(rows, more)
    with company(exported_on=exported_on, **given) as c:
        c.add("fx_rate", currency="EUR", valid_from="2026-01-01", rate=more["rate"], kind="plan")
        for key, row in rows.items():
            c.add("account", account_id=f"A{key}", name=key)
            c.add("opportunity", **row["opportunity"])
            for stage, at in row["stages"]:
                c.add("opportunity_stage_history", opportunity_id=key, stage=stage, entered_at=at)
        for table, row in more["rows"]:
            c.add(table, **row)
        yield c


def amount(rows, _):
    rows["O1"]["opportunity"]["acv"] = 130


def created_earlier(rows, _):
    rows["O3"]["opportunity"]["created_at"] = "2025-12-30T09:00"
    rows["O3"]["stages"] = [("Created", "2025-12-30T09:00"), ("Qualified", "2025-12-30T10:00")]


def lead_source(rows, _):
    rows["O1"]["opportunity"]["lead_source"] = "Outbound"


def late(rows, _):
    rows["O4"] = {
        "opportunity": {
            **rows["O3"]["opportunity"], "opportunity_id": "O4", "account_id": "AO4",
        },
        "stages": rows["O3"]["stages"],
    }  # fmt: skip


def merged(rows, _):
    rows["O3"]["opportunity"]["merged_into_id"] = "O1"


def rate(_, more):
    more["rate"] = "1.20"


def gone(rows, _):
    del rows["O3"]


def customer_since_2025(_, more):
    contract = {
        "subscription_id": "S1", "account_id": "AO1", "arr": 50, "starts_on": "2025-01-01",
        "ends_on": None,
    }  # fmt: skip
    more["rows"].append(("subscription", contract))


def late_touch(_, more):
    more["rows"] += [
        ("contact", {"contact_id": "P2", "account_id": "AO2", "email": "p@o2.example"}),
        ("opportunity_contact_role", {"opportunity_id": "O2", "contact_id": "P2"}),
        (
            "touchpoint",
            {
                "touchpoint_id": "T2", "contact_id": "P2", "kind": "demo_request",
                "touched_at": "2026-02-01T09:00",
            },
        ),
    ]  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize(
    ("edit", "record", "cause", "shown"),
    [
        (amount, "O1", "amount_edited", "ACV of O1: 10000 → 13000"),
        (created_earlier, "O3", "close_date_edited", "created of O3: 2026-03-10"),
        (lead_source, "O1", "source_edited", "lead source of O1: Webinar → Outbound"),
        (late, "O4", "late_arrival", "O4 was not known yet"),
        (merged, "O3", "merge", "merged into of O3: empty → O1"),
        (rate, "O2", "exchange_rate", "plan rate from 2026-01-01 of EUR: 1.100000 → 1.200000"),
        (gone, "O3", "withdrawn", "O3 was known, and is gone"),
        (late_touch, "O2", "source_edited", "role of P2 of O2: not there → "),
    ],
    ids=lambda value: value.__name__ if callable(value) else None,
)
def test_an_edit_has_its_cause(books, edit, record, cause, shown):
    with norvik(APRIL) as c:
        books.close(c, PIPELINE, "2026-Q1")
    with norvik(JULY, edit) as c:
        books.compare(c)
        lines = books.ledger(c, PIPELINE, "2026-Q1")
    assert [(line.record_id, line.cause) for line in lines] == [(record, cause)]
    assert shown in lines[0].says
    assert damages(books.folder) == []
    assert unexplained() == []


@pytest.mark.slow
def test_a_touch_that_arrives_late_makes_a_source(books):
    def person(_, more):
        late_touch(_, more)
        del more["rows"][2]

    with norvik(APRIL, person) as c:
        books.close(c, PIPELINE, "2026-Q1")
    with norvik(JULY, late_touch) as c:
        assert books.causes(c, PIPELINE, "2026-Q1") == {"O2": "late_arrival"}


def test_nothing_changed_is_no_line(books):
    with norvik(APRIL) as c:
        books.close(c, PIPELINE, "2026-Q1")
    with norvik(JULY) as c:
        assert books.causes(c, PIPELINE, "2026-Q1") == {}


@pytest.mark.slow
def test_an_amount_edited_after_the_books_closed_moves_only_a_definition_that_reads_it(books):
    """The worked example: by amount as of today, W8's edit is +15 on both sides."""
    with company(lead_sources=LEAD_SOURCES, exported_on="2026-07-15") as c:
        fill(c)
        current = c.definition("win_rate", {"basis": "amount"}, {"amount_as_of": "current"})
        period = c.settings.calendar.period("2026-Q2")
        signed = {"win_rate": replace(current, agreed_version=1)}
        close_period(period, books.recount(c), books.folder, signed, now=NOW)
        figure = official("win_rate", period)
        assert (figure.numerator, figure.denominator) == (200_00, 320_00)
        books.compare(c)
        [line] = books.ledger(c, "win_rate", "2026-Q2")
    assert (line.record_id, line.cause) == ("W8", "amount_edited")
    assert (line.difference.numerator, line.difference.denominator) == (15_00, 15_00)


@pytest.mark.slow
def test_by_count_or_at_book_close_the_same_edit_moves_nothing(books):
    with company(lead_sources=LEAD_SOURCES, exported_on="2026-07-15") as c:
        fill(c)
        books.close(c, "win_rate", "2026-Q2")
        assert books.causes(c, "win_rate", "2026-Q2") == {}


# The code and the mapping


@pytest.mark.slow
def test_a_lead_source_that_is_mapped_otherwise_is_the_mappings_doing(books):
    with norvik(APRIL) as c:
        books.close(c, PIPELINE, "2026-Q1")
    other = {"marketing": ["Webinar", "Outbound"]}
    with norvik(JULY, lead_sources=other) as c:
        assert books.causes(c, PIPELINE, "2026-Q1") == {"O2": "connector_fix"}


@pytest.mark.slow
def test_a_stage_that_means_something_else_is_the_mappings_doing(books):
    with norvik(APRIL) as c:
        books.close(c, PIPELINE, "2026-Q1")
    with norvik(JULY, stages={**STAGES, "qualified_from": "Proposal"}) as c:
        found = books.causes(c, PIPELINE, "2026-Q1")
    assert found == dict.fromkeys(("O1", "O2", "O3"), "connector_fix")


@pytest.mark.slow
def test_what_only_other_code_explains_is_the_codes_doing(books, monkeypatch):
    with norvik(APRIL) as c:
        books.close(c, PIPELINE, "2026-Q1")
    with norvik(JULY) as c:
        count_everything_twice(monkeypatch)
        books.compare(c, code="code-2")
        lines = books.ledger(c, PIPELINE, "2026-Q1")
    assert {line.cause for line in lines} == {"connector_fix"}


def test_what_nothing_explains_says_so_loudly(books, monkeypatch):
    with norvik(APRIL) as c:
        books.close(c, PIPELINE, "2026-Q1")
    with norvik(JULY) as c:
        count_everything_twice(monkeypatch)
        books.compare(c)
        lines = books.ledger(c, PIPELINE, "2026-Q1")
    assert {line.cause for line in lines} == {"unexplained"}
    assert "please report it" in lines[0].says
    assert len(unexplained()) == len(lines) == 3


def count_everything_twice(monkeypatch):
    """As if the code that counts were another one."""
    import pyarrow as pa

    from trivet.numbers.ledger.recount import Recount

    honest = Recount.rows

    def rows(self, definition, periods):
        return {
            key: pa.concat_tables([table, table])
            for key, table in honest(self, definition, periods).items()
        }

    monkeypatch.setattr(Recount, "rows", rows)


# Retention


@contextmanager
def customers(exported_on, *changed):
    """Two customers a year apart, and changed contracts."""
    contracts = {
        "S1": {"account_id": "C1", "arr": 100, "starts_on": "2024-01-01", "ends_on": None},
        "S2": {"account_id": "C2", "arr": 80, "starts_on": "2024-01-01", "ends_on": None},
    }
    accounts = {"C1": {}, "C2": {}, "C3": {}}
    for key, values in changed:
        table = accounts if key in accounts else contracts
        table[key] = {**table.get(key, {}), **values}
    with company(exported_on=exported_on) as c:
        for key, values in accounts.items():
            c.add("account", account_id=key, name=key, **values)
        for key, values in contracts.items():
            c.add("subscription", subscription_id=key, currency="USD", **values)
        yield c


@pytest.mark.slow
@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        (("S1", {"arr": 120}), {"C1": "amount_edited"}),
        (("S2", {"ends_on": "2026-02-01"}), {"C2": "close_date_edited"}),
        (
            ("S3", {"account_id": "C3", "arr": 50, "starts_on": "2024-06-01", "ends_on": None}),
            {"C3": "late_arrival"},
        ),
        (("C2", {"parent_id": "C1"}), {"C1": "merge", "C2": "merge"}),
    ],
    ids=["arr", "end", "late contract", "parent"],
)
def test_a_change_of_contracts_has_its_cause(books, changed, expected):
    with customers(APRIL) as c:
        books.close(c, RETENTION, "2026-Q1")
        figure = official(RETENTION, c.settings.calendar.period("2026-Q1"))
        assert (figure.numerator, figure.denominator) == (180_00, 180_00)
    with customers(JULY, changed) as c:
        assert books.causes(c, RETENTION, "2026-Q1") == expected
    assert damages(books.folder) == []


# Follow-up


@contextmanager
def followed_up(exported_on, *, answered):
    with company(exported_on=exported_on, time_zone="UTC") as c:
        c.add("crm_user", user_id="U1", name="Rita Boll")
        c.add("contact", contact_id="L1", email="l1@lead.example")
        c.add(
            "lifecycle_stage_history",
            contact_id="L1", stage="mql", entered_at="2026-03-03T09:30",
        )  # fmt: skip
        c.add("lead_assignment", contact_id="L1", user_id="U1", assigned_at="2026-03-03T10:00")
        c.add(
            "sales_activity",
            activity_id="X0", contact_id="L1", user_id="U1", kind="call",
            happened_at="2026-03-20T10:00",
        )  # fmt: skip
        if answered:
            c.add(
                "sales_activity",
                activity_id="X1", contact_id="L1", user_id="U1", kind="call",
                happened_at="2026-03-03T11:00",
            )  # fmt: skip
        yield c


@pytest.mark.slow
def test_a_call_that_was_logged_late_is_a_late_arrival(books):
    with followed_up(APRIL, answered=False) as c:
        books.close(c, "follow_up_sla", "2026-Q1")
    with followed_up(JULY, answered=True) as c:
        found = books.causes(c, "follow_up_sla", "2026-Q1")
    assert list(found.values()) == ["late_arrival"]
