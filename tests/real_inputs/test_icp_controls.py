"""Data in which there is nothing to find, and data that gives its outcome away.

A product that finds an ideal customer in the first, or is proud of the second, is lying.
"""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from tests.real_inputs.plain_table import column, judged, leaks, out_of_time
from tests.real_inputs.prepared import Prepared, records
from trivet.numbers.insight.icp import Criterion, Profile, Section
from trivet.numbers.insight.icp.predicates import Band, OneOf
from trivet.numbers.insight.icp.statistics.judged import Parts, Word
from trivet.numbers.insight.icp.statistics.weight import information_value, stability
from trivet.numbers.revenue_model import RevenueModel

MAVEN = "crm_maven"
X_EDUCATION = "x_education_leads"
LAST_SHARE = 0.3

SAFE = (
    "Lead Origin", "Lead Source", "Do Not Email", "Do Not Call", "TotalVisits",
    "Total Time Spent on Website", "Page Views Per Visit", "Country", "Specialization",
    "How did you hear about X Education", "What is your current occupation",
    "What matters most to you in choosing a course", "City",
    "A free copy of Mastering The Interview",
)  # fmt: skip
FIT = (
    "Lead Origin", "Lead Source", "Do Not Email", "Country", "Specialization",
    "How did you hear about X Education", "What is your current occupation",
    "What matters most to you in choosing a course", "City",
)  # fmt: skip
WRITTEN_DURING_SALES = (
    "Tags", "Lead Quality", "Lead Profile", "Last Activity", "Last Notable Activity",
    "Asymmetrique Activity Index", "Asymmetrique Profile Index",
    "Asymmetrique Activity Score", "Asymmetrique Profile Score",
)  # fmt: skip
NUMBERS = ("TotalVisits", "Total Time Spent on Website", "Page Views Per Visit")


def in_order(values: list[str]) -> np.ndarray:
    """The last 30 % in an order of text or days are the later ones."""
    place = np.argsort(np.argsort(np.array(values), kind="stable"))
    return place >= (1 - LAST_SHARE) * len(values)


# ---- MavenTech: 6,711 closed opportunities, and no ideal customer


@pytest.fixture(scope="module")
def maven_table():
    accounts = {row["account"]: row for row in records(MAVEN, "accounts.csv")}
    teams = {row["sales_agent"]: row for row in records(MAVEN, "sales_teams.csv")}
    deals = [r for r in records(MAVEN, "sales_pipeline.csv") if r["deal_stage"] in ("Won", "Lost")]
    own = [accounts[row["account"]] for row in deals]
    columns = {
        "sector": column([row["sector"] for row in own]),
        "revenue": column([row["revenue"] for row in own], is_number=True),
        "employees": column([row["employees"] for row in own], is_number=True),
        "country": column([row["office_location"] for row in own]),
        "product": column([row["product"] for row in deals]),
        "region": column([teams[row["sales_agent"]]["regional_office"] for row in deals]),
    }
    won = np.array([row["deal_stage"] == "Won" for row in deals])
    names = [row["account"] for row in deals]
    parts = Parts.of(in_order([row["engage_date"] for row in deals]), names, won)
    return columns, won, names, parts


def test_no_criterion_of_the_hardware_vendor_is_supported(maven_table) -> None:
    columns, won, _, parts = maven_table
    assert len(won) == 6711
    words = {name: each.word for name, each in judged(columns, won, parts).items()}
    assert len(words) > 30
    told = {word for name, word in words.items() if word is not Word.NOT_ENOUGH}
    assert told <= {Word.NO_SIGNAL, Word.WEAK}
    weak = [name for name, word in words.items() if word is Word.WEAK]
    assert weak == []


def test_all_columns_of_the_hardware_vendor_together_say_nothing_later_on(maven_table) -> None:
    columns, won, names, parts = maven_table
    found, _, _ = out_of_time(columns, won, parts, names)
    assert found.interval.low <= 0.5 <= found.interval.high
    # Published for this set: 0.484, with a largest information value of 0.007.
    assert abs(found.value - 0.484) < 0.03
    for values in columns.values():
        counts = [
            (int((won & (values == each)).sum()), int((~won & (values == each)).sum()))
            for each in {value for value in values if isinstance(value, str)}
        ]
        if counts:
            assert information_value([w for w, _ in counts], [b for _, b in counts]) < 0.02


@pytest.mark.slow
def test_the_hardware_vendor_loaded_as_a_company_has_no_signal_either(tmp_path) -> None:
    prepared = Prepared.of(MAVEN, tmp_path / "workspace")
    prepared.run()
    model = RevenueModel.open(prepared.folder)
    known = model.icp.attributes()
    criteria = [
        Criterion(f"{name}_{place}", Section.FIRMOGRAPHIC, OneOf(name, (value.value,)), 5)
        for name in ("industry", "country")
        if (attribute := known.attribute(name)) is not None
        for place, value in enumerate(attribute.values)
    ]
    criteria.append(Criterion("large", Section.FIRMOGRAPHIC, Band("employees", 2_500), 10))
    assert len(criteria) > 10
    found = model.icp.evidence(Profile(tuple(criteria)))
    words = {each.criterion.id: each.word for each in found.criteria}
    assert set(words.values()) <= {Word.NO_SIGNAL, Word.NOT_ENOUGH, Word.WEAK}
    assert [name for name, word in words.items() if word is Word.WEAK] == []
    assert Word.NO_SIGNAL in words.values()
    assert found.overall[0].word is Word.NO_SIGNAL
    assert model.icp.validation(Profile(tuple(criteria))).suggestions == ()


# ---- X Education: columns that are written once the outcome is known


@pytest.fixture(scope="module")
def leads_table():
    rows = records(X_EDUCATION, "Leads.csv")
    rows.sort(key=lambda row: int(row["Lead Number"]))
    missing = {"Select", ""}
    columns = {
        name: column(
            [None if row[name] in missing else row[name] for row in rows],
            is_number=name in NUMBERS,
        )
        for name in (*SAFE, *WRITTEN_DURING_SALES)
    }
    won = np.array([row["Converted"] == "1" for row in rows])
    later = np.arange(len(rows)) >= (1 - LAST_SHARE) * len(rows)
    return columns, won, Parts(~later, later, False), [str(n) for n in range(len(rows))]


@pytest.mark.parametrize("name", WRITTEN_DURING_SALES)
def test_a_column_written_during_the_sale_is_said_to_leak(leads_table, name: str) -> None:
    columns, won, _, _ = leads_table
    assert leaks(name, columns[name], won) != []


@pytest.mark.parametrize("name", ["Tags", "Lead Quality", "Lead Profile"])
def test_the_worst_columns_leak_by_their_data_alone(leads_table, name: str) -> None:
    columns, won, _, _ = leads_table
    assert leaks("a name that says nothing", columns[name], won) != []


@pytest.mark.parametrize("name", ["Lead Origin", "Lead Source", "Country", "City", *NUMBERS])
def test_a_column_known_when_the_lead_arrives_is_not_accused(leads_table, name: str) -> None:
    columns, won, _, _ = leads_table
    assert leaks(name, columns[name], won) == []


@pytest.mark.parametrize(
    ("names", "published", "tolerance"),
    [
        # Leaving the leaking columns in looks like genius.
        ((*SAFE, *WRITTEN_DURING_SALES), 0.982, 0.01),
        # 0.892 was measured with bands chosen by machine; fifths instead cost up to 0.026, which
        # was measured with it.
        (SAFE, 0.892, 0.026),
        (FIT, 0.810, 0.02),
    ],
    ids=["everything", "knowable", "fit"],
)
def test_out_of_time_the_leads_give_what_was_measured_before(
    leads_table, names: tuple[str, ...], published: float, tolerance: float
) -> None:
    columns, won, parts, group = leads_table
    found, _, chance = out_of_time({name: columns[name] for name in names}, won, parts, group)
    assert abs(found.value - published) <= tolerance
    # Predicted and observed agree on the whole, and the leads themselves have not shifted.
    assert abs(float(chance.mean()) - float(won[parts.later].mean())) < 0.03


def test_the_leads_of_later_are_the_kind_of_leads_of_earlier(leads_table) -> None:
    columns, _, parts, _ = leads_table
    values = columns["Lead Origin"]
    kinds = sorted({str(each) for each in values})
    earlier = [float((values[parts.earlier] == kind).sum()) for kind in kinds]
    later = [float((values[parts.later] == kind).sum()) for kind in kinds]
    assert stability(earlier, later) < 0.25


def test_the_sets_are_read_in_their_order() -> None:
    days = [row["engage_date"] for row in records(MAVEN, "sales_pipeline.csv")]
    assert all(date.fromisoformat(day) for day in days if day)
