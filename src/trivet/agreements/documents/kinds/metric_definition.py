"""Metric definitions as documents: the body is the very document whose hash is on every figure.

Ten metrics, and the definitions they share (`pipeline_base`, `sourcing`, `retention_base`), are one
document each. A metric pins the hash of what it rests on, so a changed base is a changed
definition, and a metric counts as agreed only while its bases are agreed too.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from trivet.agreements.documents.rules.body import Body
from trivet.agreements.documents.rules.kind import Clause, Kind
from trivet.agreements.people.rules.right import Thing
from trivet.errors import TrivetError
from trivet.numbers.shared_metrics.definition import Definition, Subject, Target
from trivet.numbers.shared_metrics.lint import lint
from trivet.numbers.shared_metrics.registry import METRICS, SHARED
from trivet.vocabulary.function import Function

ID = "metric_definition"

SUBJECTS: dict[str, Subject] = {subject.id: subject for subject in SHARED} | {
    metric.subject.id: metric.subject for metric in METRICS.values()
}


def definition_of(body: Body, bases: Mapping[str, Definition]) -> Definition:
    """The definition a body holds, resting on bases whose hashes it pins.

    bases   by hash: every version of a shared definition that is known

    Raises   DefinitionRefused, OptionUnknown   it is no definition of a metric there is
             KeyError                           it pins a base that is not known
    """
    subject = SUBJECTS[str(body["id"])]
    options = body["options"]
    assert isinstance(options, Mapping)
    uses = body.get("uses", {})
    assert isinstance(uses, Mapping)
    draft = Definition.draft(
        subject, dict(options), {str(name): bases[str(pinned)] for name, pinned in uses.items()}
    )
    told = body.get("target")
    target = (
        Target(told["low"], told["high"], told["direction"]) if isinstance(told, Mapping) else None
    )
    version, min_n = body.get("version", 1), body.get("min_n", draft.min_n)
    assert isinstance(version, int)
    assert isinstance(min_n, int)
    return Definition(draft.subject, draft.options, draft.bases, target, version, min_n)


def agreed_definitions(bodies: Iterable[Body]) -> dict[str, Definition]:
    """Definitions in force, marked agreed: shared ones first, then the metrics that rest on them.

    A metric whose pinned base is not in force itself is left out: its signers signed something
    that is no longer there.
    """
    bodies = list(bodies)
    by_hash: dict[str, Definition] = {}
    found: dict[str, Definition] = {}
    waiting = bodies
    while waiting:
        later = []
        for body in waiting:
            try:
                definition = definition_of(body, by_hash)
            except KeyError:
                later.append(body)
                continue
            agreed = Definition(
                definition.subject,
                definition.options,
                definition.bases,
                definition.target,
                definition.version,
                definition.min_n,
                agreed=True,
            )
            by_hash[agreed.hash] = agreed
            found[agreed.id] = agreed
        if len(later) == len(waiting):
            break
        waiting = later
    return found


def _problems(body: Body) -> list[str]:
    """What keeps a body from being signed: an unknown option, or a combination that misleads."""
    known = body.get("id")
    if known not in SUBJECTS:
        return [f"there is no metric {known!r}"]
    subject = SUBJECTS[str(known)]
    options = body.get("options")
    if not isinstance(options, Mapping):
        return ["it has no options"]
    try:
        draft = Definition.draft(subject, dict(options))
    except TrivetError as wrong:
        return [wrong.happened.rstrip(".")]
    missing = [option.name for option in subject.options if option.name not in options]
    if missing:
        return [f"it does not say {', '.join(missing)}"]
    shape = Definition(subject, draft.options, {}, draft.target)
    extra = sorted(set(body) - {*shape.document(), "uses", "target", "min_n"})
    return [f"nothing reads {name}" for name in extra] + [
        problem.says for problem in lint(draft) if problem.definition == subject.id
    ]


def _reads(body: Body) -> list[Clause]:
    """How it is counted, in the sentences a signer reads, one a decision."""
    subject = SUBJECTS[str(body["id"])]
    options = body["options"]
    assert isinstance(options, Mapping)
    clauses = [Clause("", subject.title, subject.formula)]
    clauses += [
        Clause(
            f"options.{option.name}",
            option.title,
            option.sentence(option.read(options[option.name])) or "None.",
        )
        for option in subject.options
    ]
    uses = body.get("uses", {})
    assert isinstance(uses, Mapping)
    clauses += [
        Clause(f"uses.{name}", SUBJECTS[str(name)].title, f"As agreed under {str(pinned)[:12]}.")
        for name, pinned in uses.items()
    ]
    target = body.get("target")
    if isinstance(target, Mapping):
        clauses.append(Clause("target", "Target", _target(target)))
    levers = body.get("levers", {})
    assert isinstance(levers, Mapping)
    clauses += [
        Clause(
            f"levers.{function}", f"What {Function(function).title.lower()} contributes", str(says)
        )
        for function, says in levers.items()
    ]
    return clauses


def _target(target: Mapping[str, object]) -> str:
    low, high = target.get("low"), target.get("high")
    if low is not None and high is not None:
        return f"Between {low} and {high}."
    return f"At least {low}." if low is not None else f"At most {high}."


METRIC_DEFINITION = Kind(ID, "Metric definition", Thing.DEFINITIONS, _problems, _reads)
