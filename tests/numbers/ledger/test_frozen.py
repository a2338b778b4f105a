"""A closed figure is cut into parts that are what was counted on its closing day, and add up."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.company import company
from tests.numbers.shared_metrics.test_win_rate import LEAD_SOURCES, add_opportunity
from trivet.numbers.ledger.frozen import Frozen
from trivet.numbers.ledger.recount import Recount
from trivet.numbers.shared_metrics.registry import METRICS

SEGMENTS = ("SMB", "Enterprise", None)
DIMENSIONS = ("segment", "region", "kind")


@pytest.fixture(scope="module")
def many():
    """Two dozen opportunities and contracts of accounts in three segments, one of them unnamed."""
    with company(
        lead_sources=LEAD_SOURCES, exported_on="2026-07-15", dimensions={"kind": "account.type"}
    ) as c:
        for number in range(24):
            key, month = f"K{number}", 1 + number % 3
            outcome = ("Won", "Lost")[number % 5 % 2]
            add_opportunity(
                c, key, ("marketing", "sales")[number % 3 % 2], f"2026-0{month}-0{1 + number % 9}",
                [(outcome, f"2026-03-{10 + number % 18}")] if number % 4 else [], 10 + number,
                "price" if outcome == "Lost" else None,
            )  # fmt: skip
            _, account = next(
                row for row in c.given if row[0] == "account" and row[1]["account_id"] == f"A{key}"
            )
            account |= {"segment": SEGMENTS[number % 3], "type": ("Key", "Tail")[number % 2]}
            c.add(
                "subscription",
                subscription_id=f"S{number}", account_id=f"A{key}", arr=100 + number,
                starts_on="2025-01-01", ends_on="2027-01-01" if number % 6 else "2025-11-01",
            )  # fmt: skip
            c.add("lifecycle_stage_history", contact_id=f"PK{number}", stage="mql",
                  entered_at=f"2026-01-{1 + number:02d}T09:00")  # fmt: skip
            if number % 2:
                c.add("lifecycle_stage_history", contact_id=f"PK{number}", stage="sql",
                      entered_at=f"2026-02-{1 + number:02d}T09:00")  # fmt: skip
            c.add("lead_assignment", contact_id=f"PK{number}",
                  assigned_at=f"2026-01-{1 + number:02d}T10:00")  # fmt: skip
        c.add("target", starts_on="2026-01-01", ends_on="2026-04-01", amount=500, currency="USD")
        yield c


def frozen(c, metric):
    definition = c.definition(metric)
    recount = Recount(c.measurement, c.settings.hash)
    period = c.settings.calendar.period("2026-Q1")
    whole = recount.whole(definition, period, recount.closes_on(period))
    return Frozen(whole.figure, definition, whole.rows), recount.closes_on(period)


@pytest.mark.parametrize("metric", [m for m in METRICS if m != "pipeline_coverage"])
def test_a_part_of_the_frozen_rows_is_what_was_asked_of_the_part_on_that_day(many, metric):
    book, day = frozen(many, metric)
    assert book.figure.records > 1
    for by in (*DIMENSIONS, *METRICS[metric].row_dimensions):
        asked = many.metric(metric, "2026-Q1", as_of=day, by=by)
        found = book.part({}, by)
        assert [
            (s.scope, s.value, s.numerator, s.denominator, s.records, s.interval, s.flags)
            for s in found.segments
        ] == [
            (s.scope, s.value, s.numerator, s.denominator, s.records, s.interval, s.flags)
            for s in asked.segments
        ]
        for segment in asked.segments:
            alone = many.metric(metric, "2026-Q1", as_of=day, where=segment.scope)
            part = book.part(segment.scope)
            assert (part.value, part.rows_hash) == (alone.value, alone.rows_hash)
            rows = book.rows(segment.scope)
            assert len(rows) == alone.records == segment.records
            assert not [name for name in rows.column_names if name.startswith("in_")]


@pytest.mark.parametrize("metric", ["win_rate", "net_revenue_retention", "expansion_pipeline"])
def test_the_parts_add_up_to_the_frozen_whole(many, metric):
    book, _ = frozen(many, metric)
    for by in DIMENSIONS:
        parts = book.part({}, by).segments
        assert sum(part.numerator for part in parts) == book.figure.numerator
        assert sum(part.denominator for part in parts) == book.figure.denominator
        assert sum(part.records for part in parts) == book.figure.records


def test_two_dimensions_at_once_cut_twice(many):
    book, day = frozen(many, "win_rate")
    where = {"segment": "SMB", "kind": "Key"}
    asked = many.metric("win_rate", "2026-Q1", as_of=day, where=where)
    assert (book.part(where).value, book.part(where).records) == (asked.value, asked.records)


def test_coverage_is_kept_whole_because_a_part_has_a_target_of_its_own(many):
    book, _ = frozen(many, "pipeline_coverage")
    assert book.part({}).value == book.figure.value
    part = book.part({"segment": "SMB"})
    assert (part.value, part.records) == (None, 0)
    assert "target of its own" in part.reason
    assert len(book.rows({"segment": "SMB"})) == 0


def test_a_book_frozen_without_a_dimension_is_not_cut_by_it(many):
    book, _ = frozen(many, "win_rate")
    older = replace(book, table=book.table.drop_columns(["in_segment"]))
    assert "without this dimension" in older.keeps_whole(["segment"])
    assert older.keeps_whole(["region"]) == ""
    assert older.part({"segment": "SMB"}).value is None


BESIDE = {
    "win_rate": ["Created-cohort win rate", "By amount", "All sources"],
    "time_to_close": ["Kaplan-Meier median", "Kaplan-Meier median, lost censored"],
    "net_revenue_retention": ["Gross revenue retention"],
    "gross_revenue_retention": ["Net revenue retention"],
}


@pytest.mark.parametrize("metric", METRICS)
def test_what_stands_beside_a_figure_is_frozen_with_the_hashes_of_its_own_question(many, metric):
    book, day = frozen(many, metric)
    asked = many.metric(metric, "2026-Q1", as_of=day)
    found = book.part({})
    assert [(c.label, c.value, c.unit, c.says) for c in found.companions] == [
        (c.label, c.value, c.unit, c.says) for c in asked.companions
    ]
    beside = [c for c in found.companions if c.query_hash]
    assert [c.label for c in beside] == BESIDE.get(metric, [])
    for each in beside:
        assert each.value is not None
        assert len(each.rows_hash) == len(each.definition_hash) == 64
    assert book.lacks_beside({}) == ""


@pytest.mark.parametrize("metric", METRICS)
def test_a_part_and_a_book_of_before_say_that_nothing_was_frozen_beside_them(many, metric):
    book, day = frozen(many, metric)
    own = [c for c in book.figure.companions if not c.query_hash]
    before = replace(book, figure=replace(book.figure, companions=()))
    assert list(before.part({}).companions) == own
    part = book.part({"segment": "SMB"})
    if metric != "pipeline_coverage":
        alone = many.metric(metric, "2026-Q1", as_of=day, where={"segment": "SMB"})
        assert [c.label for c in part.companions] == [
            c.label for c in alone.companions if not c.query_hash
        ]
    if metric in BESIDE:
        assert "was closed before" in before.lacks_beside({})
        assert "whole company only" in book.lacks_beside({"segment": "SMB"})
    else:
        assert before.lacks_beside({}) == book.lacks_beside({"segment": "SMB"}) == ""
