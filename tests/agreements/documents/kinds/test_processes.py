"""What keeps a process from being signed, and how it reads."""

from __future__ import annotations

import copy

import pytest

from trivet.agreements.documents.kinds import customer_lifecycle, lead_management, playbook
from trivet.agreements.documents.kinds.lead_management import disagreements
from trivet.agreements.documents.kinds.outline import named_ids
from trivet.agreements.documents.rules.body import body_text, read_body
from trivet.numbers.shared_metrics.registry import drafts

LEADS = lead_management.draft()
PLAY = {
    "kind": "playbook",
    "play": [{"id": "play", "trigger": "A rival.", "exit": "Won.", "measure": "win_rate"}],
    "steps": [
        {"id": "call", "name": "Call", "does": "Call.", "owner": "sales", "within_days": "1"}
    ],
}
KINDS = [
    (lead_management.LEAD_MANAGEMENT, LEADS),
    (customer_lifecycle.CUSTOMER_LIFECYCLE, customer_lifecycle.draft()),
    (playbook.PLAYBOOK, PLAY),
]


@pytest.mark.parametrize(("kind", "body"), KINDS, ids=lambda v: getattr(v, "id", ""))
def test_a_draft_may_be_signed_and_every_row_is_one_clause(kind, body):
    assert kind.problems(body) == []
    assert kind.problems(read_body(body_text(body))) == []
    rows = [row["id"] for part in body.values() if isinstance(part, list) for row in part]
    clauses = kind.reads(body)
    assert [clause.place.partition(".")[2] for clause in clauses] == rows
    assert len({clause.place for clause in clauses}) == len(clauses)
    for part in body.values():
        for row in part if isinstance(part, list) else ():
            [said] = [c for c in clauses if c.place.endswith(f".{row['id']}")]
            typed = [v for k, v in row.items() if k in ("entry", "exit", "does", "on_refusal")]
            assert all(text in said.says for text in typed)


def changed(body, place, value):
    found = copy.deepcopy(body)
    *path, last = place.split(".")
    at = found
    for step in path:
        at = at[int(step)] if step.isdecimal() else at[step]
    at[int(last) if last.isdecimal() else last] = value
    return found


@pytest.mark.parametrize(
    ("place", "value", "says"),
    [
        ("kind", "poem", "it is no lead-management"),
        ("extra", 1, "nothing reads extra"),
        ("stages", [], "Stages has 0 rows"),
        ("stages", "none", "Stages is a list of rows"),
        ("stages.0.name", "", "Name is missing"),
        ("stages.0.name", "x" * 121, "more than 120 characters"),
        ("stages.0.name", 7, "Name is text"),
        ("stages.0.entry", "a\u0007b", "nobody can see"),
        ("stages.0.owner", "finance", "marketing, sales or customer success"),
        ("stages.0.id", "Lead!", "an id in small letters"),
        ("stages.0.id", "mql", "the same id"),
        ("stages.0.fine_print", "x", "nothing reads fine_print"),
        ("handoffs.0.to", "nowhere", "names a row that is not there"),
        ("handoffs.0.within_hours", "0", "greater than 0"),
        ("handoffs.0.within_hours", "1e-99999", "greater than 0"),
        ("handoffs.0.within_hours", "nan", "greater than 0"),
        ("follow_up.0.within_hours", "", "is missing"),
    ],
)
def test_what_cannot_be_signed_is_named(place, value, says):
    found = lead_management.problems(changed(LEADS, place, value))
    assert any(says in problem for problem in found), found


def test_a_lead_type_has_one_promise():
    twice = [
        {"id": f"t{n}", "tier": tier, "within_hours": "4"} for n, tier in ((1, "Hot"), (2, "hot "))
    ]
    assert lead_management.problems(LEADS | {"follow_up": twice}) == [
        "the lead type hot has two promises"
    ]


def test_each_promise_is_held_to_what_the_metric_measures_by():
    options = dict(drafts()["follow_up_sla"].options)
    assert disagreements(LEADS, options) == []
    tiers = [
        {"id": "hot", "tier": "Hot", "within_hours": "1.0"},
        {"id": "rest", "tier": "Rest", "within_hours": "4"},
    ]
    body = LEADS | {"follow_up": tiers}
    assert len(disagreements(body, options)) == 1
    assert disagreements(body, options | {"targets": {"hot": "1"}}) == []
    assert len(disagreements(body, options | {"targets": {"hot": "1", "rest": "8"}})) == 1
    assert "every hour" in disagreements(LEADS, options | {"calendar": "always"})[0]


def test_a_health_score_falls_into_one_band():
    body = customer_lifecycle.draft()
    assert (
        "begin at the same score"
        in customer_lifecycle.problems(changed(body, "health.0.from_score", "40"))[0]
    )
    assert any(
        "is too large" in each
        for each in customer_lifecycle.problems(changed(body, "health.0.from_score", "101"))
    )


def test_a_new_row_gets_an_id_of_its_own_and_an_old_one_keeps_it():
    part = lead_management.OUTLINE.parts[0]
    rows = [
        {"id": "lead", "name": "Renamed", "entry": ""},
        {"id": "", "name": "Renamed", "entry": ""},
        {"id": "", "name": "Renamed", "entry": ""},
        {"id": "", "name": "見積", "entry": ""},
    ]
    named_ids(rows, part)
    assert [row["id"] for row in rows] == ["lead", "renamed", "renamed-2", "row"]
