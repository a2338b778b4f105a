"""What the published build and the definitions beside it say against one before it is signed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from trivet.agreements.documents.kinds.metric_definition import ID, if_signed
from trivet.agreements.documents.models import Proposal
from trivet.agreements.documents.objections import Objection
from trivet.agreements.documents.rules.body import Body
from trivet.errors import DefinitionRefused
from trivet.numbers.shared_metrics.definition import Definition
from trivet.numbers.shared_metrics.lint import Problem
from trivet.sentence import Sentence
from trivet.web import published
from trivet.web.answers import Answers


def against(body: Body) -> Sequence[Objection]:
    """Each reason once: of the metrics it would change, and of the others it would contradict.

    Raises   NothingPublished
    """
    answers = published.builds().answers()
    now = answers.model.in_force
    try:
        changed = if_signed(now, body)
    except DefinitionRefused:
        # It pins what nobody proposed yet: that is said where it is written, and when it is priced.
        return []
    after = _problems(answers, {**now.definitions, **changed})
    before = set(_problems(answers, now.definitions))
    found: dict[str, Objection] = {}
    for problem in after:
        if problem.definition in changed or problem not in before:
            refuses = problem.refuses and not _goes_with_another(answers, body, changed, problem)
            found.setdefault(problem.says, Objection(problem.says, _remedy(problem), refuses))
    return list(found.values())


def _problems(answers: Answers, definitions: Mapping[str, Definition]) -> list[Problem]:
    return list(answers.problems_if(definitions))


def _goes_with_another(
    answers: Answers, body: Body, changed: Mapping[str, Definition], problem: Problem
) -> bool:
    """Whether another open proposal would put it right: two that belong together have to begin
    with one of them.
    """
    for other in _open_bodies(body):
        try:
            beside = if_signed(answers.model.in_force, other)
        except DefinitionRefused:
            continue
        together = {**answers.model.in_force.definitions, **beside, **changed}
        if problem not in _problems(answers, together):
            return True
    return False


def _open_bodies(body: Body) -> Iterator[Body]:
    for proposal in Proposal.objects.filter(outcome="", document__kind=ID):
        version = proposal.version
        if version.document.key != body.get("id"):
            yield version.body


def _remedy(problem: Problem) -> str:
    return problem.remedy or Sentence("Choose another value for this option before anybody signs")
