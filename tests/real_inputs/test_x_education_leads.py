"""9,240 leads with no date, no amount and no account: nothing can be counted in a period."""

from __future__ import annotations

import pytest

from tests.real_inputs.prepared import Prepared

SET = "x_education_leads"
pytestmark = pytest.mark.slow
METRICS = (
    "marketing_sourced_pipeline", "win_rate", "time_to_close", "net_revenue_retention",
    "expansion_pipeline", "gross_revenue_retention", "mql_to_sql", "follow_up_sla",
    "pipeline_coverage", "deal_velocity",
)  # fmt: skip


@pytest.fixture(scope="module")
def leads(tmp_path_factory: pytest.TempPathFactory) -> Prepared:
    prepared = Prepared.of(SET, tmp_path_factory.mktemp(SET) / "workspace")
    prepared.run()
    return prepared


def test_every_lead_arrives(leads: Prepared) -> None:
    assert leads.rows("contact") == 9240
    assert leads.quarantined() == {}


@pytest.mark.parametrize("metric", METRICS)
def test_no_metric_makes_a_number_of_leads_without_dates(leads: Prepared, metric: str) -> None:
    found = leads.metric(metric, "2026-Q1")
    assert found["status"] == "not_computable"
    assert found["value"] is None
    assert found["reason"]


def test_the_data_page_says_of_each_metric_what_it_lacks(leads: Prepared) -> None:
    shown = {line["metric"]: line for line in leads.data()["metrics"]}
    assert set(shown) == set(METRICS)
    assert [m for m, line in shown.items() if line["computable"] or not line["reason"]] == []
