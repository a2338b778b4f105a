"""The table of rights, as it was agreed."""

from __future__ import annotations

import pytest

from trivet.agreements.people.rules.right import TABLE, Reach, Thing, Verb, may, reach
from trivet.agreements.people.rules.seat import SIGNING, SeatKey

GOVERNED = (Thing.DEFINITIONS, Thing.ICP, Thing.PROCESSES)


@pytest.mark.parametrize("thing", GOVERNED)
def test_only_the_three_leaders_sign(thing):
    assert {seat for seat in SeatKey if may([seat], Verb.SIGN, thing)} == set(SIGNING)


@pytest.mark.parametrize("thing", GOVERNED)
def test_revenue_operations_edits_and_cannot_sign(thing):
    assert may([SeatKey.REVOPS_ADMIN], Verb.EDIT, thing)
    assert not may([SeatKey.REVOPS_ADMIN], Verb.SIGN, thing)


@pytest.mark.parametrize("thing", GOVERNED)
def test_only_the_ceo_decides_a_deadlock(thing):
    assert [seat for seat in SeatKey if may([seat], Verb.DECIDE, thing)] == [SeatKey.CEO]


def test_only_revenue_operations_administers():
    for thing in (Thing.PEOPLE, Thing.SOURCES):
        found = [seat for seat in SeatKey if may([seat], Verb.ADMINISTER, thing)]
        assert found == [SeatKey.REVOPS_ADMIN]


def test_a_rep_sees_the_accounts_of_the_own_team_and_a_viewer_none():
    assert reach([SeatKey.REP], Verb.SEE, Thing.ACCOUNTS) is Reach.TEAM
    assert reach([SeatKey.VIEWER], Verb.SEE, Thing.ACCOUNTS) is None
    assert reach([SeatKey.REP, SeatKey.SALES_OPS], Verb.SEE, Thing.ACCOUNTS) is Reach.ALL


def test_somebody_without_a_seat_may_nothing():
    assert not any(may([], verb, thing) for verb in Verb for thing in Thing)


def test_every_thing_has_a_rule():
    assert set(TABLE) == set(Thing)
