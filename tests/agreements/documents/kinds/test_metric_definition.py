"""The body people sign is the document whose hash is on the figure."""

from __future__ import annotations

import pytest

from trivet.agreements.documents.kinds.metric_definition import (
    METRIC_DEFINITION,
)
from trivet.agreements.documents.rules.body import body_text, read_body, text_hash
from trivet.numbers.shared_metrics.definition import Definition
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
    body = Definition.draft(SUBJECTS[subject]).document()
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
