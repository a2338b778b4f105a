"""Pages over a real build speak the reader's language: the profile's, and the numbers' own.

The company's data stays as its systems wrote it; every other word has to be in a catalog.
"""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.utils.translation import trans_real

from tests.agreements.icp.test_workshop_pages import (
    draft_at,
    own,
    save,
    workshop,
)
from tests.agreements.leaders import Leaders
from tests.web import test_language
from tests.web.signed_in import as_
from tests.web.test_language import A_WORD, Bracketed, english_in
from trivet.agreements.icp.models import Workshop
from trivet.agreements.people.models import Person, Seat
from trivet.numbers.warehouse.tables import TABLES
from trivet.web.metrics_shown import EVERY
from trivet.web.published import PublishedBuilds

__all__ = ["workshop"]

ITS_OWN = [(table.name, each.name) for table in TABLES for each in table.columns if not each.values]
"""What the company's systems fill as they like; a closed set is ours to name."""
KEPT_IN_ENGLISH = (
    # Written into a build by its queries.
    "ts own id in",
    "domain ",
)


@pytest.fixture
def everywhere(
    people: Leaders, demo_builds: PublishedBuilds, monkeypatch: pytest.MonkeyPatch
) -> Client:
    """A leader who reads brackets; what the company's data says is no English of ours."""
    words = {"CSV", "PDF", "SHA", "ICP", "Norvik", "zzz", "norvik", "example"}
    answers = demo_builds.answers()
    engine = answers.model._engine
    there = engine.rows(
        "select table_name, column_name from information_schema.columns"
        " where data_type = 'VARCHAR' and table_catalog = 'build'"
    )
    known = {(row["table_name"], row["column_name"]) for row in there.to_pylist()}
    texts = [dimension.title for dimension in answers.dimensions()]
    for table, column in [
        *ITS_OWN,
        ("dimension_value", "value"),
        ("source_fact", "source"),
        ("source_fact", "system"),
        ("expansion_signal", "kind"),
    ]:
        if (table, column) in known:
            found = engine.rows(f"select distinct {column} as said from {table}")
            texts += [text for text in found["said"].to_pylist() if text]
    texts += Person.objects.values_list("name", flat=True)
    texts += Seat.objects.values_list("title", flat=True)
    words |= {word for text in texts for word in A_WORD.findall(text)}
    monkeypatch.setattr(
        test_language,
        "OWN",
        {
            *test_language.OWN,
            *words,
            *map(str.lower, words),
            *map(str.capitalize, words),
            *map(str.upper, words),
        },
    )
    return as_(people.cmo)


def read_in_brackets(client: Client, addresses: list[str], monkeypatch: pytest.MonkeyPatch) -> str:
    """English on any of these pages, a line each."""
    monkeypatch.setitem(trans_real._translations, "en", Bracketed())
    found = []
    for address in addresses:
        answer = client.get(address)
        assert answer.status_code == 200, (address, answer.status_code)
        page = re.sub("[0-9a-f]{64}", "", answer.content.decode())
        found += [
            f"{address}: {line}"
            for line in english_in(page)
            if not any(kept in line for kept in KEPT_IN_ENGLISH)
        ]
    return "\n".join(found)


def test_the_pages_of_the_numbers(
    everywhere: Client, demo_builds: PublishedBuilds, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = demo_builds.answers().model._engine
    deal = engine.rows(
        "select opportunity_id, account_id from opportunity where closed_at is not null"
        " order by created_at desc limit 1"
    ).to_pylist()[0]
    addresses = [
        "/",
        "/?grain=month",
        "/?period=2019-Q1",
        "/data",
        f"/opportunities/{deal['opportunity_id']}",
        f"/accounts/{deal['account_id']}",
        *(f"/metrics/{metric.id}" for metric in EVERY),
        "/metrics/win_rate?by=segment",
        "/metrics/pipeline_coverage?period=2019-Q1",
    ]
    english = read_in_brackets(everywhere, addresses, monkeypatch)
    assert english == "", english


def test_the_pages_of_the_profile(
    everywhere: Client,
    people: Leaders,
    workshop: Workshop,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    page = f"/icp/workshops/{workshop.pk}"
    save(own(people, "marketing"), draft_at(workshop, "marketing"), **{"c-0-note": "zzz"})
    addresses = ["/icp", page, draft_at(workshop, "marketing"), "/icp/accounts"]
    english = read_in_brackets(everywhere, addresses, monkeypatch)
    assert english == "", english
