"""What the company's data says against its definitions, before three people sign them."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext_noop, ngettext

from trivet.numbers.shared_metrics.lint import Problem
from trivet.web.metrics_shown import BY_ID, MetricShown
from trivet.web.scope import Scope


@dataclass(frozen=True, slots=True)
class Contradiction:
    """One reason, and every metric it concerns.

    count     values it is about, None where they cannot be counted
    rows      where the rows in question can be seen, '' if nowhere
    refuses   whether nothing of it may be signed while it holds
    """

    says: str
    remedy: str
    count: int | None
    metrics: tuple[MetricShown, ...]
    rows: str
    refuses: bool

    @property
    def counted(self) -> str:
        """`1 value`, `2 values`."""
        number = self.count or 0
        return ngettext("%(count)s value", "%(count)s values", number) % {"count": f"{number:,}"}


def contradictions(scope: Scope, metric_id: str = "") -> list[Contradiction]:
    """Each reason once, in the order the linter finds them.

    metric_id   only those that concern this metric, with its own rows; else all
    """
    found: dict[str, list[Problem]] = {}
    for problem in scope.answers.problems():
        if not metric_id or problem.definition == metric_id:
            found.setdefault(problem.says, []).append(problem)
    return [_contradiction(scope, problems) for problems in found.values()]


def _contradiction(scope: Scope, problems: list[Problem]) -> Contradiction:
    first = problems[0]
    metrics = tuple(BY_ID[p.definition] for p in problems if p.definition in BY_ID)
    known = {dimension.name for dimension in scope.answers.dimensions()}
    rows = ""
    if metrics and first.by in known:
        rows = f"/metrics/{metrics[0].id}{scope.query(by=first.by)}#segments"
    remedy = first.remedy or gettext_noop(
        "Choose another value for this option before anybody signs"
    )
    return Contradiction(first.says, remedy, first.count, metrics, rows, first.refuses)
