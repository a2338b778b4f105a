"""The body people sign is the document whose hash is on the figure."""

from __future__ import annotations

import pytest

from trivet.agreements.documents.kinds.metric_definition import (
    METRIC_DEFINITION,
)
from trivet.agreements.documents.rules.body import body_text, read_body, text_hash
from trivet.numbers.shared_metrics.in_force import SUBJECTS, definition_of
from trivet.numbers.shared_metrics.registry import METRICS, drafts

DRAFTS = drafts()
BASES = {base.hash: base for draft in DRAFTS.values() for base in draft.bases.values()}


def every_base(definitions):
    found = {}
    for definition in definitions:
        found |= every_base(definition.bases.values()) | {definition.hash: definition}
    return found


ALL = every_base(DRAFTS.values())


@pytest.mark.parametrize("metric", METRICS)
def test_the_signed_hash_is_the_one_on_the_figure(metric):
    text = body_text(DRAFTS[metric].document())
    assert text_hash(text) == DRAFTS[metric].hash
    assert definition_of(read_body(text), ALL).hash == DRAFTS[metric].hash


@pytest.mark.parametrize("subject", SUBJECTS)
def test_every_draft_may_go_to_signature_and_reads_as_sentences(subject):
    draft = next(found for found in ALL.values() if found.id == subject)
    body = draft.document()
    assert METRIC_DEFINITION.problems(body) == []
    clauses = METRIC_DEFINITION.reads(body)
    assert len(clauses) > len(SUBJECTS[subject].options)
    assert all(clause.says.strip() for clause in clauses)


def test_an_option_that_does_not_exist_is_refused():
    body = DRAFTS["win_rate"].document()
    body["options"] = {**body["options"], "luck": 3}
    assert "no option 'luck'" in METRIC_DEFINITION.problems(body)[0]


def test_an_option_left_out_is_not_filled_in_silently():
    body = DRAFTS["win_rate"].document()
    body["options"] = {k: v for k, v in body["options"].items() if k != "basis"}
    assert METRIC_DEFINITION.problems(body) == ["it does not say basis"]


def test_something_nobody_reads_is_refused():
    body = DRAFTS["win_rate"].document() | {"fine_print": "the CMO decides"}
    assert METRIC_DEFINITION.problems(body) == ["nothing reads fine_print"]


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"uses": {}}, "has to pin the hash of each"),
        ({"uses": {"sourcing": "0" * 64, "luck": "0" * 64}}, "has to pin the hash of each"),
        ({"uses": {"sourcing": "x", "pipeline_base": "0" * 64}}, "'x' is no hash of sourcing"),
        ({"levers": {}}, "levers is not what this metric is counted with"),
        ({"signatures_required": ["cmo"]}, "signatures_required is not what"),
        ({"zero_denominator": 0}, "zero_denominator is not what"),
        ({"kind": "poem"}, "kind is not what"),
        ({"min_n": 0}, "`min_n` is a whole number"),
        ({"min_n": True}, "`min_n` is a whole number"),
        ({"version": "1"}, "`version` is a whole number"),
        ({"target": {"low": "0.1"}}, "a low and a high end"),
        (
            {"target": {"kind": "band", "low": "0.4", "high": "0.3", "direction": "up"}},
            "above its high end",
        ),
        (
            {"target": {"kind": "band", "low": None, "high": None, "direction": "up"}},
            "at least one end",
        ),
        (
            {"target": {"kind": "band", "low": "nan", "high": None, "direction": "up"}},
            "are numbers",
        ),
    ],
)
def test_what_is_signed_is_nothing_else_than_what_is_counted(change, says):
    found = METRIC_DEFINITION.problems(DRAFTS["win_rate"].document() | change)
    assert any(says in problem for problem in found), found


def test_a_definition_says_who_owns_it_what_each_contributes_and_its_target():
    clauses = {c.place: c.says for c in METRIC_DEFINITION.reads(DRAFTS["mql_to_sql"].document())}
    assert clauses["target"] == "Between 18% and 22%."
    assert "own it together" in clauses["signatures_required"]
    levers = [place for place in clauses if place.startswith("levers.")]
    assert levers == ["levers.marketing", "levers.sales", "levers.customer_success"]
