"""Ids in the form Salesforce gives them."""

from __future__ import annotations

import numpy as np

from trivet.demo_company.cells import salesforce_ids


def suffix(short: str) -> str:
    """The published way to make 18 characters of 15, written out."""
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"
    parts = (short[0:5], short[5:10], short[10:15])
    return "".join(letters[sum(2**n for n, c in enumerate(p) if c.isupper())] for p in parts)


def test_the_last_three_characters_say_which_of_the_others_are_capitals() -> None:
    numbers = np.array([0, 1, 61, 62, 3_843, 987_654_321, 62**6 - 1])
    for found in salesforce_ids("Account", numbers).to_pylist():
        assert found.startswith("001")
        assert len(found) == 18
        assert found[15:] == suffix(found[:15])


def test_different_records_have_ids_that_differ_in_every_form() -> None:
    ids = salesforce_ids("Opportunity", np.arange(5_000)).to_pylist()
    assert len(set(ids)) == 5_000
    assert len({found[:15] for found in ids}) == 5_000
    assert len({found.upper() for found in ids}) == 5_000
