"""The rows of follow-up say who was to follow up, and by when on the company's own clock."""

from __future__ import annotations

import csv
import io
import re

import pytest

from tests.company import company
from tests.web.real_model import show
from trivet.web.answers import Answers
from trivet.web.ledger import users_named

PAGE = "/metrics/follow_up_sla"


@pytest.fixture(scope="module")
def made():
    with company(time_zone="America/New_York") as c:
        c.add("crm_user", user_id="U1", name="Ada Placeholder")
        c.add("crm_user", user_id="2026", name="Ben Placeholder")
        c.add("account", account_id="A1", name="Osprey")
        c.add("contact", contact_id="P1", account_id="A1", name="Cleo Placeholder")
        c.add("lead_assignment", contact_id="P1", user_id="U1", assigned_at="2026-06-01T10:00")
        c.add("sales_activity", activity_id="S1", contact_id="P1", kind="call",
              happened_at="2026-06-01T11:00")  # fmt: skip
        yield c


@pytest.fixture
def model(made, norvik, tmp_path):
    return show(made, norvik, tmp_path)


def test_the_page_and_its_file_call_people_by_name(client, model):
    page = client.get(f"{PAGE}?period=2026-Q2").content.decode()
    rows = page[page.index('id="rows"') :]
    assert "<td>Ada Placeholder</td>" in rows
    assert ">U1<" not in rows
    assert re.search(r">Owner</a></th>", rows)
    file = client.get(f"{PAGE}/rows.csv?period=2026-Q2")
    text = b"".join(file.streaming_content).decode("utf-8-sig")
    [row] = csv.DictReader(io.StringIO(text))
    assert (row["user_name"], row["user_id"]) == ("Ada Placeholder", "U1")


def test_a_due_time_is_shown_with_its_hour_on_the_companys_clock(client, model):
    """A promise in hours cannot be seen to be kept by days, nor by another town's hours."""
    page = client.get(f"{PAGE}?period=2026-Q2").content.decode()
    rows = page[page.index('id="rows"') :]
    assert 'title="America/New_York">1 Jun 2026, 14:00</time>' in rows
    assert ">1 Jun 2026, 11:00</time>" in rows


def test_the_ledger_names_whoever_a_lead_was_given_to(model):
    """And nothing else that happens to look like the id of a user."""
    told = [
        "assigned at 2026-06-01 14:00:00 of P1: U1, Demo → 2026, Demo; times reopened of U1: 1 → 2",
        "created of O1: 2026 → U1",
    ]
    given, created = users_named(told, Answers(model))
    assert given == (
        "assigned at 2026-06-01 14:00:00 of P1: Ada Placeholder, Demo → Ben Placeholder, Demo;"
        " times reopened of U1: 1 → 2"
    )
    assert created == told[1]
