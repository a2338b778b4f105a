"""Two wordings beside each other: nothing that differs stays unseen."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from trivet.agreements.documents.rules.difference import changes
from trivet.agreements.documents.rules.kind import Clause
from trivet.agreements.governance.rules.side_by_side import side_by_side

NAMES = st.sampled_from(["days", "hours", "tiers", "target"])
BODIES = st.dictionaries(
    NAMES, st.one_of(st.integers(0, 3), st.dictionaries(NAMES, st.integers(0, 3), max_size=2))
)


def read(body):
    """Sentences about some clauses only: nobody has a sentence for `target`."""
    return [Clause(name, name.title(), f"It is {body[name]}.") for name in body if name != "target"]


@given(BODIES, BODIES)
def test_two_bodies_differ_exactly_where_a_pair_does(before, after):
    pairs = side_by_side(read(before), read(after), changes(before, after))
    assert any(pair.differs for pair in pairs) == (before != after)
    headings = {pair.heading for pair in pairs if pair.differs}
    for name in {*before, *after} - {"target"}:
        if before.get(name) != after.get(name):
            assert name.title() in headings


def test_a_clause_without_a_sentence_is_shown_as_it_is_written():
    pairs = side_by_side([], [], changes({"target": 1}, {"target": 2}))
    assert [(pair.heading, pair.before, pair.after) for pair in pairs] == [("target", "1", "2")]


def test_a_clause_that_is_gone_stands_last():
    pairs = side_by_side(read({"days": 1, "hours": 2}), read({"hours": 2}), [])
    assert [(pair.heading, pair.after) for pair in pairs] == [("Hours", "It is 2."), ("Days", "")]
