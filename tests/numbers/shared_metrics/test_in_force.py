"""What is signed reaches the numbers whole, and a figure never counts under half of it."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from trivet.errors import DefinitionsDamaged
from trivet.numbers.shared_metrics.in_force import (
    POINTER,
    Agreed,
    agreed_definitions,
    hand_over,
    hash_of,
    in_force_at,
    in_force_now,
    pointed_at,
)
from trivet.numbers.shared_metrics.registry import METRICS, drafts
from trivet.vocabulary.canonical import canonical_hash

DRAFTS = drafts()


def signed(*definitions, version=1):
    """The bodies of definitions with all they rest on, each once."""
    found = {}
    for definition in definitions:
        for base in definition.bases.values():
            found |= {each.body["id"]: each for each in signed(base, version=version)}
        found[definition.id] = Agreed(definition.document(), version)
    return list(found.values())


EVERYTHING = signed(*DRAFTS.values())


def without(name, bodies=EVERYTHING):
    return [each for each in bodies if each.body["id"] != name]


def test_before_anything_is_signed_every_metric_counts_under_its_draft(tmp_path):
    now = in_force_now(tmp_path / "definitions")
    assert now.hash == ""
    assert now.definitions == DRAFTS
    assert not any(definition.agreed for definition in now.definitions.values())


def test_what_is_signed_comes_back_with_the_hash_that_was_signed(tmp_path):
    given = hand_over(tmp_path, EVERYTHING, [])
    now = in_force_now(tmp_path)
    assert now == given
    assert now.hash == hash_of(EVERYTHING, [])
    for metric in METRICS:
        assert now[metric].hash == DRAFTS[metric].hash
        assert now[metric].agreed_version == 1


def test_a_metric_whose_base_nobody_signed_is_not_agreed():
    found = agreed_definitions(without("pipeline_base"))
    assert "win_rate" not in found
    assert found["net_revenue_retention"].agreed


def test_a_metric_counts_as_it_was_signed_until_it_is_signed_on_the_new_base():
    """A changed base changes no figure by itself: that would be a silent change."""
    before = DRAFTS["win_rate"].bases["pipeline_base"]
    after = before.with_options(entry_event="created")
    now = [*without("pipeline_base"), Agreed(after.document(), 2)]
    found = agreed_definitions(now, [Agreed(before.document(), 1)])
    assert found["win_rate"].hash == DRAFTS["win_rate"].hash
    assert found["win_rate"].agreed
    assert found["win_rate"].bases["pipeline_base"].hash == before.hash
    assert found["pipeline_base"].hash == after.hash
    moved = DRAFTS["win_rate"].resting_on(replace(after))
    again = [*without("win_rate", now), Agreed(moved.document(), 2)]
    found = agreed_definitions(again, [Agreed(before.document(), 1)])
    assert found["win_rate"].hash == moved.hash
    assert found["win_rate"].agreed_version == 2


def test_what_was_in_force_once_can_be_asked_for_again(tmp_path):
    first = hand_over(tmp_path, EVERYTHING, [])
    other = DRAFTS["win_rate"].with_options(basis="amount")
    hand_over(
        tmp_path,
        [*without("win_rate"), Agreed(other.document(), 2)],
        [Agreed(DRAFTS["win_rate"].document(), 1)],
    )
    assert in_force_now(tmp_path)["win_rate"].hash == other.hash
    assert in_force_at(tmp_path, first.hash)["win_rate"].hash == DRAFTS["win_rate"].hash


def test_handing_over_again_writes_nothing(tmp_path):
    hand_over(tmp_path, EVERYTHING, [])
    before = {path.name: path.stat().st_mtime_ns for path in tmp_path.iterdir()}
    hand_over(tmp_path, EVERYTHING, [])
    assert {path.name: path.stat().st_mtime_ns for path in tmp_path.iterdir()} == before


def test_bytes_changed_by_hand_are_refused_and_not_counted_under(tmp_path):
    handed = hand_over(tmp_path, EVERYTHING, [])
    path = tmp_path / f"{handed.hash}.json"
    path.write_bytes(path.read_bytes().replace(b'"count"', b'"amount"'))
    with pytest.raises(DefinitionsDamaged, match="its bytes are not those"):
        in_force_now(tmp_path)
    hand_over(tmp_path, EVERYTHING, [])
    assert in_force_now(tmp_path) == handed


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"sha256"'])
def test_a_damaged_pointer_is_refused(tmp_path, text):
    (tmp_path / POINTER).write_text(text)
    with pytest.raises(DefinitionsDamaged, match="trivet run"):
        pointed_at(tmp_path)


def test_a_file_that_is_gone_is_refused(tmp_path):
    (tmp_path / POINTER).write_text(json.dumps({"sha256": "a" * 64}))
    with pytest.raises(DefinitionsDamaged, match="it is gone"):
        in_force_now(tmp_path)


def test_what_the_ceo_ruled_for_is_in_force_and_says_that_it_was_not_signed(tmp_path):
    ruled = [
        replace(each, by_ruling=True) if each.body["id"] == "win_rate" else each
        for each in EVERYTHING
    ]
    hand_over(tmp_path, ruled, [])
    now = in_force_now(tmp_path)
    assert now["win_rate"].agreed
    assert now["win_rate"].by_ruling
    assert not any(now[metric].by_ruling for metric in METRICS if metric != "win_rate")
    assert now["win_rate"].hash == DRAFTS["win_rate"].hash
    # Who signs the same wording later changes by what it is in force, and so the file.
    assert now.hash != hash_of(EVERYTHING, [])


LATER = {"closed_on", "renewal_match", "contradicted_above"}


def as_signed_before(body):
    """A body of the release before: without later options, and pinning no base but the first."""
    options = {name: value for name, value in body["options"].items() if name not in LATER}
    older = {**body, "options": options}
    if body["kind"] == "shared-definition":
        older.pop("uses", None)
    if body.get("target"):
        older["target"] = {k: v for k, v in body["target"].items() if k != "ahead"}
    return older


def signed_before():
    """What a company had signed before there were these options, bottom up."""
    renamed, found = {}, []
    for each in EVERYTHING:
        body = as_signed_before(each.body)
        if body.get("uses"):
            body["uses"] = {name: renamed[sha256] for name, sha256 in body["uses"].items()}
        renamed[canonical_hash(each.body)] = canonical_hash(body)
        found.append(Agreed(body, each.version))
    return found


def test_what_was_signed_before_there_was_an_option_keeps_its_hash(tmp_path):
    bodies = signed_before()
    now = hand_over(tmp_path, bodies, [])
    assert in_force_now(tmp_path) == now
    hashes = {each.body["id"]: canonical_hash(each.body) for each in bodies}
    for metric in METRICS:
        assert now[metric].agreed
        assert now[metric].hash == hashes[metric]


def test_what_was_signed_before_there_was_an_option_counts_by_its_default():
    found = agreed_definitions(signed_before())
    assert found["win_rate"].option("closed_on") == "close_date"
    assert found["win_rate"].option("contradicted_above") == 10
    assert found["net_revenue_retention"].option("renewal_match") == "contract_line"
    assert "closed_on" in found["win_rate"].bases["pipeline_base"].unsaid


def test_choosing_what_was_not_said_is_another_definition():
    base = agreed_definitions(signed_before())["win_rate"].bases["pipeline_base"]
    said = base.with_options(closed_on="close_date")
    assert said.options == base.options
    assert said.hash != base.hash
