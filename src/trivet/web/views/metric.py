"""A metric: the figure, how it came to be, what it is made of, and how it is counted."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from trivet.agreements.people.access import allowed
from trivet.agreements.people.rules.right import Thing, Verb
from trivet.numbers.shared_metrics.figure import Figure
from trivet.vocabulary.function import OWNERS
from trivet.web import pictures, shell, words
from trivet.web.contradictions import contradictions
from trivet.web.counting import TODAY
from trivet.web.parts import parts_say
from trivet.web.rows import rows_shown
from trivet.web.scope import Scope, asked
from trivet.web.tiles import Tile, tile

FORMULA_FIRST = 1


@dataclass(frozen=True, slots=True)
class Segment:
    """One value of the chosen dimension.

    share     its bar's length, 0 to 100
    counted   what it is made of: its two sums, or the factors of a product
    """

    name: str
    amount: words.Amount
    figure: Figure
    address: str
    share: float
    counted: str
    is_picked: bool
    is_few: bool


@allowed(Verb.SEE, Thing.FIGURES)
@require_safe
@vary_on_headers("HX-Request")
def page(request: HttpRequest, metric_id: str) -> HttpResponse:
    """Answer with the metric's page; to a part of the page that asks, with its rows only."""
    scope = asked(request, metric_id)
    found = tile(scope, metric_id, whole=True)
    rows = rows_shown(request, scope, found)
    if request.headers.get("HX-Request-Type") == "partial":
        shown = {"rows": rows, "tile": found, "currency": found.currency, "query": scope.elsewhere}
        return render(request, "web/_rows.html", shown)
    by = _dimension(request, scope, metric_id)
    contents: dict[str, object] = {
        "tile": found,
        "rows": rows,
        "trend": pictures.trend_picture(scope, found),
        "by": by,
        "dimensions": [
            (title, name == by, f"{request.path}{scope.query(by=name)}#segments")
            for name, title in scope.splits()
        ],
        "by_title": dict(scope.splits()).get(by, ""),
        "segments": _segments(request, scope, found, by),
        "parts": parts_say(scope, found),
        "counted": words.sides(found.figure, found.sides, found.currency),
        "levers": [(owner.title, found.definition.levers.get(owner, "")) for owner in OWNERS],
        "formula": found.definition.says[0] if found.definition.says else "",
        "decisions": found.definition.says[FORMULA_FIRST:],
        "options": found.definition.chosen,
        "sql": scope.answers.sql(metric_id),
        "asked_period": "period" in scope.parameters(),
        "kept_whole": scope.answers.kept_whole(
            metric_id, scope.period, [*scope.where, *([by] if by else [])]
        ),
        "today_split": request.path
        + scope.query(period=scope.period.key, counted=TODAY, by=by)
        + "#segments",
        "companion_values": [
            (c.label, words.amount(c.value, c.unit, found.currency), c.says)
            for c in found.figure.companions
        ],
        "lacks_beside": scope.answers.lacks_beside(metric_id, scope.period, scope.where),
        "today_whole": request.path + scope.query(period=scope.period.key, counted=TODAY),
        "contradictions": contradictions(scope, metric_id),
        "target_words": found.target.words(found.unit, found.currency) if found.target else "",
        "freshness": sorted(found.figure.data_as_of.items()),
    }
    kept = {name: request.GET.get(name, "") for name in ("by", "q", "sort")}
    return shell.page(request, "web/metric.html", scope, contents, here=metric_id, keep=kept)


def _dimension(request: HttpRequest, scope: Scope, metric_id: str) -> str:
    """What the figure is split by. Raises   DimensionUnknown"""
    known = [name for name, _ in scope.splits()]
    if wanted := request.GET.get("by", "").strip():
        scope.answers.model.check_scope({}, metric_id, wanted)
        return wanted
    free = [name for name in known if name not in scope.where]
    return (free or known or [""])[0]


def _segments(request: HttpRequest, scope: Scope, found: Tile, by: str) -> list[Segment]:
    if not by or not found.computable:
        return []
    figure = scope.answers.figure(found.metric.id, scope.period, scope.where, by=by)
    values = [words.plotted(s.value, found.unit, found.currency) or 0.0 for s in figure.segments]
    largest = max(values, default=0.0) or 1.0
    shown = []
    for segment, value in zip(figure.segments, values, strict=True):
        name = segment.scope.get(by, "")
        shown.append(
            Segment(
                words.dimension_value(by, name),
                words.amount(segment.value, found.unit, found.currency),
                segment,
                f"{request.path}{scope.filtered(by, name)}",
                round(max(value, 0.0) / largest * 100, 1),
                words.sides(segment, found.sides, found.currency),
                scope.where.get(by) == name,
                0 < segment.records < found.definition.min_n,
            )
        )
    return shown
