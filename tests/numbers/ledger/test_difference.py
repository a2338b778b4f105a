"""Frozen plus the ledger is what is counted today: both sides, exactly, whatever was edited."""

from __future__ import annotations

from fractions import Fraction

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trivet.numbers.ledger.difference import (
    Counted,
    Difference,
    counted_of,
    differences,
    effect,
    sums,
    with_differences,
)

MONEY = st.integers(-(10**15), 10**15)
ROWS = st.dictionaries(
    st.text("ABCDE#1234", min_size=1, max_size=3),
    st.builds(Counted, MONEY, MONEY),
    max_size=12,
)


@given(ROWS, ROWS)
def test_frozen_plus_restatements_is_recomputed_on_both_sides(frozen, today):
    found = differences(frozen, today)
    numerator, denominator = sums(frozen.values())
    assert (
        numerator + sum(each.numerator for each in found),
        denominator + sum(each.denominator for each in found),
    ) == sums(today.values())
    assert with_differences(frozen, found) == today


@given(ROWS, st.lists(ROWS, max_size=5))
def test_it_holds_through_any_number_of_looks(frozen, looks):
    ledger: list[Difference] = []
    for today in looks:
        ledger += differences(with_differences(frozen, ledger), today)
        assert with_differences(frozen, ledger) == today
    numerator, denominator = sums(frozen.values())
    assert (
        numerator + sum(each.numerator for each in ledger),
        denominator + sum(each.denominator for each in ledger),
    ) == sums((looks[-1] if looks else frozen).values())


@given(ROWS)
def test_equal_rows_have_no_ledger(rows):
    assert differences(rows, dict(reversed(rows.items()))) == []


def test_a_record_of_several_rows_counts_once_with_their_sum():
    rows = pa.table(
        {"record_id": ["A", "A", "B"], "numerator": [1, 2, 0], "denominator": [5, 5, 7]}
    )
    assert counted_of(rows) == {"A": Counted(3, 10), "B": Counted(0, 7)}


def test_a_contribution_that_is_no_whole_number_is_not_rounded():
    rows = pa.table({"record_id": ["A"], "numerator": [0.5], "denominator": [1.0]})
    with pytest.raises(ValueError, match="no whole number"):
        counted_of(rows)


def test_a_record_that_counts_for_nothing_still_came_or_went():
    [each] = differences({}, {"A": Counted(0, 0)})
    assert (each.before, each.after) == (None, Counted(0, 0))


def test_the_effect_of_a_line_is_seen_from_the_frozen_figure():
    lost = Difference("W4", Counted(0, 1), None)
    assert effect((2, 4), lost) == Fraction(1, 6)
    assert effect((0, 0), lost) is None
    assert effect((0, 1), lost) is None
