"""The difference people read turns the one text into the other, and names nothing that stayed."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from trivet.agreements.documents.rules.kind import Clause
from trivet.agreements.documents.rules.reading import reworded

SAYS = st.sampled_from(["One.", "Two.", "Three."])
TEXTS = st.dictionaries(st.sampled_from("abcdef"), SAYS, max_size=6)


def clauses(text):
    return [Clause(place, place.upper(), says) for place, says in text.items()]


@given(TEXTS, TEXTS)
def test_the_changes_turn_the_one_into_the_other(before, after):
    found = reworded(clauses(before), clauses(after))
    became = dict(before)
    for change in found:
        assert change.before == became.get(change.place, "")
        if change.after:
            became[change.place] = change.after
        else:
            del became[change.place]
    assert became == after
    assert all(change.before != change.after for change in found)


@given(TEXTS)
def test_a_clause_that_only_moved_is_no_change(text):
    assert reworded(clauses(text), clauses(text)[::-1]) == []


def test_what_is_dropped_comes_last_and_a_new_heading_is_a_change():
    before = [Clause("x", "X", "Gone."), Clause("y", "Lead", "Same.")]
    after = [Clause("y", "Inquiry", "Same."), Clause("z", "Z", "New.")]
    found = [(each.place, each.before, each.after) for each in reworded(before, after)]
    assert found == [("y", "Lead: Same.", "Same."), ("z", "", "New."), ("x", "Gone.", "")]
