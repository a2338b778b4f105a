"""What is signed is a hash: equal decisions have equal hashes, and nothing else moves them."""

from __future__ import annotations

import hashlib
import json
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.oracles.random_question import FLIPS
from trivet.numbers.shared_metrics.definition import Definition, Subject, Target
from trivet.numbers.shared_metrics.option import chain, flag, one, several, whole
from trivet.numbers.shared_metrics.registry import METRICS, drafts
from trivet.vocabulary.canonical import canonical_hash


def flipped(metric_id: str, name: str, value: object) -> Definition:
    """The draft with one option chosen otherwise, of its own or of a base."""
    found = drafts()[metric_id]
    if name in found.options:
        return found.with_options(**{name: value})
    [owner] = [base for base in found.bases.values() if name in base.options]
    return found.resting_on(owner.with_options(**{name: value}))


def shuffled(value: object, random: Random) -> object:
    """The same document with the keys of every object in another order."""
    if isinstance(value, dict):
        items = [(key, shuffled(item, random)) for key, item in value.items()]
        random.shuffle(items)
        return dict(items)
    return [shuffled(item, random) for item in value] if isinstance(value, list) else value


@pytest.mark.parametrize("metric_id", list(METRICS))
def test_the_order_of_keys_in_a_document_says_nothing(metric_id):
    document = drafts()[metric_id].document()
    for seed in range(20):
        told = shuffled(document, Random(seed))
        assert canonical_hash(told) == drafts()[metric_id].hash


@pytest.mark.parametrize("metric_id", list(METRICS))
def test_a_hash_can_be_checked_without_trivet(metric_id):
    # RFC 8785 of text and whole numbers is sorted JSON without spaces, in UTF-8.
    document = drafts()[metric_id].document()
    plain = json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert hashlib.sha256(plain.encode()).hexdigest() == drafts()[metric_id].hash


def test_options_chosen_in_another_order_are_the_same_definition():
    draft = drafts()["win_rate"]
    one_way = draft.with_options(basis="amount", lost_reasons_out=["test", "duplicate"])
    other_way = draft.with_options(lost_reasons_out=["duplicate", "test"]).with_options(
        basis="amount"
    )
    assert one_way.hash == other_way.hash


def test_rules_asked_in_another_order_are_another_definition():
    one_way = flipped("win_rate", "source_rule", ["lead_source", "first_touch_lookback"])
    assert one_way.hash != drafts()["win_rate"].hash


EVERY_FLIP = [(metric_id, *flip) for metric_id, flips in FLIPS.items() for flip in flips]


@settings(max_examples=60)
@given(st.sampled_from(EVERY_FLIP))
def test_flipping_an_option_moves_its_own_hash_and_no_other(flip):
    metric_id, name, value = flip
    before = {other: definition.hash for other, definition in drafts().items()}
    changed = flipped(metric_id, name, value)
    assert changed.hash != before[metric_id]
    after = {**drafts(), metric_id: changed}
    for other, definition in after.items():
        assert (definition.hash == before[other]) == (other != metric_id)
    for base, known in drafts()[metric_id].bases.items():
        owns = name in known.options and name not in drafts()[metric_id].options
        assert (changed.bases[base].hash == known.hash) == (not owns)


def test_flipping_back_gives_the_first_hash_again():
    draft = drafts()["win_rate"]
    there = draft.with_options(basis="amount", min_stage="any")
    assert there.with_options(min_stage="qualified", basis="count").hash == draft.hash


def test_a_changed_base_changes_every_definition_that_pins_it_and_only_those():
    base = drafts()["win_rate"].bases["pipeline_base"].with_options(fx="at_close")
    for definition in drafts().values():
        rests_on_it = "pipeline_base" in definition.bases
        assert (definition.resting_on(base).hash != definition.hash) == rests_on_it


# Vectors: the bytes of a document must stay what they were when somebody signed it.

SUBJECT = Subject(
    id="a_metric",
    title="A metric",
    formula="This divided by that.",
    options=(
        one("kind", "Kind", "plain", ("plain", "Plain."), ("fancy", "Fancy.")),
        several("out", "Left out", ["b"], "Out: {}.", ("a", "a"), ("b", "b")),
        chain("rules", "Rules", ["x", "y"], "By {}.", ("x", "x"), ("y", "y")),
        whole("days", "Days", 30, "{} days."),
        flag("strict", "Strict", True, "Strict.", "Lax."),
    ),
    target=Target("0.30", None, "up"),
)
SIGNED = (
    '{"id":"a_metric","kind":"metric-definition","levers":{},"min_n":10,'
    '"options":{"days":30,"kind":"plain","out":["b"],"rules":["x","y"],"strict":true},'
    '"signatures_required":["cmo","cro","vp_cs"],'
    '"target":{"direction":"up","high":null,"kind":"band","low":"0.30"},'
    '"version":1,"zero_denominator":null}'
)
VECTORS = [
    ({}, SIGNED),
    ({"days": 31}, SIGNED.replace('"days":30', '"days":31')),
    ({"strict": False}, SIGNED.replace('"strict":true', '"strict":false')),
    ({"out": ["b", "a"]}, SIGNED.replace('"out":["b"]', '"out":["a","b"]')),
    ({"rules": ["y", "x"]}, SIGNED.replace('"rules":["x","y"]', '"rules":["y","x"]')),
]


@pytest.mark.parametrize(("options", "document"), VECTORS)
def test_the_bytes_that_are_signed_are_these(options, document):
    definition = Definition.draft(SUBJECT, options)
    assert definition.hash == hashlib.sha256(document.encode()).hexdigest()


def test_the_hash_of_the_first_vector_is_written_down():
    assert (
        Definition.draft(SUBJECT).hash
        == "cd0363f57b63e4365f75405ca1e7caa9566162657cb1be42e1729d901f21541f"
    )
