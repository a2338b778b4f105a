"""Metric definitions as documents: the body is the very document whose hash is on every figure.

Ten metrics, and the definitions they share (`pipeline_base`, `sourcing`, `retention_base`), are one
document each. A metric pins the hash of what it rests on, so a changed base is a changed
definition. The numbers read what is in force from files that follow from the store.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from pathlib import Path

from django.conf import settings

from trivet.agreements.documents.models import Version
from trivet.agreements.documents.queries import enacted
from trivet.agreements.documents.rules.body import Body
from trivet.agreements.documents.rules.kind import Clause, Kind
from trivet.agreements.people.rules.right import Thing
from trivet.errors import TrivetError
from trivet.numbers.shared_metrics import in_force
from trivet.numbers.shared_metrics.definition import Definition
from trivet.numbers.shared_metrics.in_force import SUBJECTS, Agreed, InForce
from trivet.numbers.shared_metrics.lint import lint
from trivet.numbers.shared_metrics.registry import SHARED
from trivet.vocabulary.function import Function

LOG = logging.getLogger(__name__)

ID = "metric_definition"


def hand_over(folder: Path) -> None:
    """Put what is in force where the numbers read it.

    folder   the workspace's `definitions/`
    Raises   DiskFull
    """
    in_force.hand_over(folder, *_agreed())


def is_handed_over(folder: Path) -> bool:
    """Whether the numbers read what is in force. Raises   DefinitionsDamaged"""
    now, before = _agreed()
    return in_force.in_force_now(folder).hash == in_force.hash_of(now, before)


def _agreed() -> tuple[list[Agreed], list[Agreed]]:
    """What is in force, and what was before."""
    now: list[Agreed] = []
    before: list[Agreed] = []
    for document, versions in enacted(ID).items():
        *earlier, last = [Agreed(version.body, version.number) for version in versions]
        assert str(last.body["id"]) == document
        now.append(last)
        before += earlier
    return now, before


def if_signed(now: InForce, body: Body) -> dict[str, Definition]:
    """What metrics would count under if a body were in force, by metric.

    Raises   DefinitionRefused, OptionUnknown
    """
    shared = [subject.id for subject in SHARED]
    versions = Version.objects.filter(document__kind=ID, document__key__in=shared)
    return in_force.if_signed(now, body, [version.body for version in versions])


def _took_effect() -> None:
    """Hand over at once: the next page already counts under what was signed.

    What cannot be written now is written by the next `trivet run`; the signature stands.
    """
    if not settings.WORKSPACE:
        return
    try:
        hand_over(Path(settings.WORKSPACE) / "definitions")
    except (TrivetError, OSError):
        LOG.exception("The signed definitions could not be handed to the numbers.")


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


METRIC_DEFINITION = Kind(
    ID, "Metric definition", Thing.DEFINITIONS, _problems, _reads, took_effect=_took_effect
)
