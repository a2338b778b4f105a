"""What narrows a figure is asked for as it is written, and never quietly answered with nothing."""

from __future__ import annotations

import pytest

from tests.company import company
from tests.numbers.shared_metrics.test_win_rate import LEAD_SOURCES, add_opportunity
from trivet.errors import (
    DefinitionRefused,
    DimensionUnknown,
    DimensionValueUnknown,
    MetricUnknown,
    PeriodUnknown,
)
from trivet.numbers.ledger.folder import BookFolder
from trivet.numbers.ledger.frozen import Frozen
from trivet.numbers.ledger.recount import Recount
from trivet.numbers.revenue_model import RevenueModel
from trivet.numbers.shared_metrics.metric import ROW_DIMENSIONS
from trivet.numbers.shared_metrics.registry import METRICS
from trivet.numbers.shared_metrics.scope.value import read_value, written_value
from trivet.numbers.workspace.workspace import Workspace

REGIONS = ("EMEA", None, "APAC")
NONE = {"region": ""}


@pytest.fixture(scope="module")
def made():
    """Nine opportunities of accounts in two regions, every third account in none."""
    with company(
        lead_sources=LEAD_SOURCES, exported_on="2026-07-15", dimensions={"tier": "account.type"}
    ) as c:
        for number in range(9):
            add_opportunity(
                c, f"K{number}", ("marketing", "sales")[number % 2], "2026-01-05",
                [(("Won", "Lost")[number % 2], "2026-03-10")], 10 + number,
            )  # fmt: skip
            _, account = next(r for r in c.given if r[1].get("account_id") == f"AK{number}")
            account["region"] = REGIONS[number % 3]
        yield c


@pytest.fixture
def model(made, tmp_path):
    return RevenueModel(made.measurement.engine, made.settings, "b", Workspace(tmp_path))


def test_not_filled_in_is_asked_as_every_split_shows_it(model):
    for metric in ("marketing_sourced_pipeline", "win_rate", "expansion_pipeline"):
        split = model.metric(metric, "2026-Q1", by="region")
        [shown] = [s for s in split.segments if s.scope == NONE]
        alone = model.metric(metric, "2026-Q1", where=NONE)
        assert shown.records == alone.records > 0
        assert (shown.value, shown.numerator) == (alone.value, alone.numerator)
        assert len(model.rows(metric, "2026-Q1", where={"region": None})) == alone.records
        [series] = model.series(metric, [model.period("2026-Q1")], where=NONE)
        assert (series.value, series.scope) == (alone.value, NONE)
        every = sum(
            model.metric(metric, "2026-Q1", where={"region": region or ""}).records
            for region in REGIONS
        )
        assert every == split.records


def test_two_dimensions_narrow_each_by_its_own_emptiness(model):
    both = model.rows("win_rate", "2026-Q1", where={"region": "", "lead_source": "Webinar"})
    rows = model.rows("win_rate", "2026-Q1", where=NONE)
    assert 0 < len(both) == len(rows)
    assert len(model.rows("win_rate", "2026-Q1", where={"region": "", "lead_source": ""})) == 0
    assert len(model.rows("win_rate", "2026-Q1", where={"region": "", "outcome": "won"})) > 0
    assert len(model.rows("win_rate", "2026-Q1", where={"outcome": ""})) == 0


def test_a_misspelt_value_is_refused_with_the_one_that_was_meant(model):
    for where, meant in (
        ({"region": "EMAE"}, "'EMEA'"),
        ({"region": "emea"}, "'EMEA'"),
        ({"outcome": "wno"}, "'won'"),
        ({"lead_source": "Webniar"}, "'Webinar'"),
    ):
        for ask in (model.metric, model.rows, model.row_page):
            with pytest.raises(DimensionValueUnknown) as refused:
                ask("win_rate", "2026-Q1", where=where)
            assert f"Did you mean {meant}?" in refused.value.remedy
        with pytest.raises(DimensionValueUnknown):
            model.series("win_rate", [model.period("2026-Q1")], where=where)
    with pytest.raises(DimensionValueUnknown):
        model.flow(model.period("2026-Q1"), {"region": "EMAE"})


def test_a_value_that_no_record_has_is_said_and_no_nothing_of_nothing(model):
    for metric in METRICS:
        figure = model.metric(metric, "2026-Q1", where={"region": "Atlantis"})
        assert figure.value is None
        if figure.status != "not_computable":
            assert figure.reason == "no record has 'Atlantis' as its region"
    of_declared = model.metric("win_rate", "2026-Q1", where={"tier": "Gold"})
    assert of_declared.reason == "no record has 'Gold' as its tier"
    assert model.metric("win_rate", "2026-Q1", where={"tier": ""}).records == 5


def test_a_misspelt_name_is_refused_with_the_one_that_was_meant(model):
    for asked in ({"by": "regoin"}, {"where": {"regoin": "EMEA"}}):
        with pytest.raises(DimensionUnknown, match=r"Did you mean 'region'\?"):
            model.metric("win_rate", "2026-Q1", **asked)
    with pytest.raises(MetricUnknown, match=r"Did you mean 'win_rate'\?"):
        model.metric("winrate", "2026-Q1")
    with pytest.raises(PeriodUnknown, match=r"Did you mean '2026-Q1'\?"):
        model.metric("win_rate", "Q1 2026")
    with pytest.raises(DimensionUnknown, match="rows of mql_to_sql have no dimension 'outcome'"):
        model.metric("mql_to_sql", "2026-Q1", where={"outcome": "won"})
    with pytest.raises(DefinitionRefused, match="is of time_to_close, and win_rate was asked for"):
        model.metric("win_rate", "2026-Q1", definition=model.definition("time_to_close"))


def test_a_value_that_only_a_closed_book_knows_still_opens_its_rows(made, tmp_path, model):
    """The company renamed its region after the quarter was closed."""
    definition = made.definition("win_rate")
    recount = Recount(made.measurement, made.settings.hash)
    period = made.settings.calendar.period("2026-Q1")
    whole = recount.whole(definition, period, recount.closes_on(period))
    regions = ["EMEA." if name == "EMEA" else name for name in whole.rows["in_region"].to_pylist()]
    at = whole.rows.column_names.index("in_region")
    table = whole.rows.set_column(at, "in_region", [regions])
    with pytest.raises(DimensionValueUnknown):
        model.check_scope({"region": "EMEA."}, "win_rate")
    BookFolder(tmp_path / "books").write(table)
    scope = model.check_scope({"region": "EMEA."}, "win_rate")
    book = Frozen(whole.figure, definition, table)
    assert book.part(scope).records == len(book.rows(scope)) > 0
    assert book.part({"region": "EMEA"}).reason == (
        "no record of this closed period has 'EMEA' as its region"
    )
    assert model.metric("win_rate", period, where=scope).reason == (
        "no record has 'EMEA.' as its region"
    )


@pytest.mark.parametrize("value", ["", "(none)", "((none))", "none", "EMEA", "(n)", "(none) "])
def test_a_value_is_read_as_it_is_written(value):
    assert read_value(written_value(value)) == value


def test_a_word_of_ours_that_a_query_writes_is_known(made):
    """Else the rows that carry it could not be asked for by it."""
    for metric in METRICS.values():
        for name in metric.row_dimensions:
            rows = made.rows_of(metric.id, "2026-Q1")
            found = {row[name] for row in rows} - {None}
            assert not ROW_DIMENSIONS[name] or found <= set(ROW_DIMENSIONS[name])
