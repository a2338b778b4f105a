"""What the data says against a definition stands where the definition is looked at."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest

from tests.web.norvik import Norvik
from trivet.numbers.revenue_model import DimensionValues
from trivet.numbers.shared_metrics.lint import Evidence
from trivet.web import published
from trivet.web.published import PublishedBuilds

UNSEEN = Evidence(unseen_source_values=("fax", "teletext"))
UNLISTED = Evidence(unlisted_source_share=Decimal("0.073"))


@pytest.fixture
def shows(client, norvik):
    def page(address: str, evidence: Evidence) -> str:
        norvik._open = lambda _, build: Norvik(evidence=evidence)
        found = client.get(address).content.decode()
        return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", found))

    return page


def test_the_data_page_says_it_once_with_every_metric_it_concerns(shows):
    page = shows("/data", UNSEEN)
    says = "[lead_sources] lists values that no opportunity had in 12 months: fax, teletext"
    assert page.count(says) == 1
    row = page[page.index(says) :]
    assert re.search(r"teletext 2 Marketing-sourced , Win rate , Velocity Correct or remove", row)


def test_the_metric_it_concerns_says_the_count_and_what_to_do(shows):
    page = shows("/metrics/win_rate", UNSEEN)
    assert "Worth knowing: [lead_sources] lists values" in page
    assert "fax, teletext (2 values). Correct or remove them under [lead_sources]" in page


def test_a_share_that_is_too_large_is_in_the_sentence(shows):
    page = shows("/metrics/win_rate", UNLISTED)
    assert "Before it can be signed: 7.3 % of amount has a lead source" in page


def test_a_metric_it_does_not_concern_says_nothing(shows):
    assert "[lead_sources]" not in shows("/metrics/net_revenue_retention", UNSEEN)


def test_nothing_against_them_is_nothing_on_the_metric_and_one_line_on_the_data_page(shows):
    assert "[lead_sources]" not in shows("/metrics/win_rate", Evidence())
    assert "Nothing in the data speaks against the definitions." in shows("/data", Evidence())
    assert "What the data says" not in shows("/data", Evidence())


class WithLeadSource(Norvik):
    """Lead source is a dimension of its builds."""

    def dimensions(self, metric_id="") -> tuple[DimensionValues, ...]:
        return (*super().dimensions(), DimensionValues("lead_source", "Lead source", ("Fair",)))


def test_it_leads_to_the_rows_where_they_can_be_seen(client, norvik):
    link = "/metrics/win_rate?by=lead_source#segments"
    norvik._open = lambda _, build: Norvik(evidence=UNSEEN)
    assert link not in client.get("/metrics/win_rate").content.decode()
    published.use(PublishedBuilds(norvik.folder, lambda *_: WithLeadSource(evidence=UNSEEN)))
    assert link in client.get("/metrics/win_rate").content.decode()
