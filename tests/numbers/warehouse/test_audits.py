"""Each audit lets a sound build pass and stops the one thing it is there for."""

from __future__ import annotations

from datetime import date

import pytest

from tests.numbers.warehouse.small_company import SETTINGS, at, canonical_company
from trivet.errors import AuditFailed
from trivet.numbers.warehouse.audits import audit, audits
from trivet.numbers.warehouse.facts import make_facts


@pytest.fixture
def build():
    connection = canonical_company(
        account=[{"account_id": "A1"}, {"account_id": "A2", "is_test": True}],
        contact=[
            {"contact_id": "C1", "account_id": "A1"},
            {"contact_id": "of a test account", "account_id": "A2"},
        ],
        touchpoint=[
            {
                "touchpoint_id": f"T{n}",
                "contact_id": contact_id,
                "kind": "form",
                "touched_at": at("2026-01-01 10:00"),
            }
            for n, contact_id in enumerate(["C1", "C1", "nobody we know", "of a test account"])
        ],
        opportunity=[
            {"opportunity_id": "O1", "account_id": "A1", "stage": "Qualified",
             "created_at": at("2026-01-01 10:00"), "amount_minor": 100},
            {"opportunity_id": "O2", "account_id": "A1", "stage": "Closed Won",
             "created_at": at("2026-01-01 10:00"), "close_on": date(2026, 2, 1)},
            {"opportunity_id": "O3", "account_id": "A2", "stage": "Qualified"},
        ],
        subscription=[
            {"subscription_id": "S1", "account_id": "A1", "arr_minor": 100,
             "starts_on": date(2025, 1, 1), "ends_on": date(2026, 1, 1)},
            {"subscription_id": "S2", "account_id": "A1", "arr_minor": 150,
             "starts_on": date(2026, 1, 1)},
            {"subscription_id": "S3", "account_id": "A2", "arr_minor": 100,
             "starts_on": date(2025, 1, 1)},
        ],
        arr_movement=[
            {"account_id": "A1", "moved_on": date(2026, 1, 1), "kind": "churn",
             "amount_minor": -5},
        ],
    )  # fmt: skip
    make_facts(connection, SETTINGS)
    return connection


BREAKS = {
    "every_link_leads_to_a_record": "delete from account where account_id = 'A1'",
    "history_has_no_gap": "update opportunity_history set valid_from = timestamp '2026-01-01'",
    "movements_have_their_sign": "update arr_movement set amount_minor = 5",
    "movements_lead_from_opening_to_closing": "delete from first_revenue",
    "one_outcome_an_opportunity": "update opportunity set stage = 'Verbal'",
    "one_row_an_opportunity": "insert into opportunity_fact select * from opportunity_fact limit 1",
    "outcomes_add_up_to_what_was_created": ("delete from stage where kind = 'won'"),
    "touches_do_not_multiply": "insert into touch select * from touch limit 1",
}


def test_a_sound_build_passes(build):
    audit(build)


def test_every_audit_is_tried_here():
    assert set(BREAKS) == {found.name for found in audits()}


@pytest.mark.slow
@pytest.mark.parametrize("name", BREAKS)
def test_an_audit_stops_what_it_is_there_for(build, name):
    build.execute(BREAKS[name])
    with pytest.raises(AuditFailed, match=name):
        audit(build)
