"""Whether later accounts are of another kind is asked of those of which it is known."""

from __future__ import annotations

import numpy as np
import pytest

from trivet.numbers.insight.icp.statistics.drift import Drift, Shift, expected_by_chance
from trivet.numbers.insight.icp.statistics.weight import stability


def told(true: int, false: int, unknown: int = 0) -> np.ndarray:
    return np.array([1] * true + [0] * false + [-1] * unknown, np.int8)


def test_an_account_that_nobody_filled_in_is_no_other_kind_of_account() -> None:
    # Half was not recorded yet; of the rest every third is true, then as now.
    shift = Shift.of(told(100, 200, 300), told(100, 200))
    assert shift.psi == 0
    assert shift.word is Drift.STABLE
    assert (shift.earlier_known, shift.earlier) == (300, 600)
    # As a kind of its own it would have been a shift that nobody can miss.
    assert stability((100, 200, 300), (100, 200, 0)) > 1


def test_other_accounts_are_seen_whatever_is_unknown() -> None:
    shift = Shift.of(told(100, 300, 50), told(300, 100, 250))
    assert shift.psi == pytest.approx(2 * 0.5 * np.log(3))
    assert shift.word is Drift.SHIFTED


def test_fewer_known_accounts_are_said_to_be_worse_data() -> None:
    assert Shift.of(told(300, 300), told(150, 150, 100)).is_known_less
    # More is known than before, or hardly less: that is no bad news.
    assert not Shift.of(told(150, 150, 100), told(300, 300)).is_known_less
    assert not Shift.of(told(300, 300), told(280, 280, 40)).is_known_less


def test_few_accounts_are_not_said_to_be_worse_data() -> None:
    assert not Shift.of(told(10, 10), told(4, 4, 2)).is_known_less
    assert not Shift.of(told(0, 0), told(4, 4, 2)).is_known_less


def test_of_nothing_known_there_is_no_index() -> None:
    shift = Shift.of(told(0, 0, 40), told(20, 20))
    assert (shift.psi, shift.by_chance, shift.word) == (None, None, None)


def test_few_opportunities_are_not_said_to_have_shifted() -> None:
    assert expected_by_chance(40, 40, bands=3) == pytest.approx(0.1)
    assert expected_by_chance(20, 20) == pytest.approx(0.1)
    assert Drift.of(0.4, expected_by_chance(20, 20)) is Drift.TOO_FEW
    assert [Drift.of(psi, 0.01) for psi in (0.09, 0.1, 0.25, 0.26)] == [
        Drift.STABLE,
        Drift.MOVED,
        Drift.MOVED,
        Drift.SHIFTED,
    ]
    assert expected_by_chance(0, 9) is None
