"""The state of the data: how fresh, how much, what was set aside, and what each metric lacks."""

from __future__ import annotations

from collections.abc import Iterator

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.views.decorators.http import require_safe

from trivet.agreements.people.access import allowed
from trivet.agreements.people.rules.right import Thing, Verb
from trivet.numbers.revenue_model.freshness import stale
from trivet.web import csv_file, shell
from trivet.web.contradictions import contradictions
from trivet.web.metrics_shown import BY_ID
from trivet.web.scope import asked

AT_ONCE = 5_000


@allowed(Verb.SEE, Thing.FIGURES)
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """Answer with freshness, counts, quarantine, unresolved records and what is missing."""
    scope = asked(request)
    data = scope.answers.data()
    metrics = data.get("metrics")
    found = [
        (
            BY_ID[entry["metric"]],
            scope.answers.definition(entry["metric"]).title,
            entry["computable"],
            entry.get("reason", ""),
        )
        for entry in (metrics if isinstance(metrics, list | tuple) else [])
        if entry["metric"] in BY_ID
    ]
    references = data.get("references")
    lost = [
        entry
        for entry in (references if isinstance(references, list | tuple) else [])
        if entry["remedy"]
    ]
    sources = data.get("sources")
    today = scope.answers.model.today
    # An older build, read as it was, is not asked about today.
    late = [] if scope.pinned else stale(scope.answers.freshness(), today)
    says = {each.source: each.says(today) for each in late}
    shown = {
        "data": data,
        "sources": [
            {**source, "late": says.get(source["source"], "")}
            for source in (sources if isinstance(sources, list | tuple) else [])
        ],
        "metrics": found,
        "lost": lost,
        "is_made_up": scope.answers.model.is_made_up,
        "contradictions": contradictions(scope),
    }
    return shell.page(request, "web/data.html", scope, shown, here="data")


@allowed(Verb.SEE, Thing.ACCOUNTS, whole=True)
@require_safe
def quarantine_csv(request: HttpRequest) -> StreamingHttpResponse:
    """Every row that was set aside: where it stands in which file, and what is wrong with it."""
    scope = asked(request)
    model = scope.answers.model

    def lines() -> Iterator[str]:
        offset, heading = 0, True
        while True:
            found = model.quarantine(limit=AT_ONCE, offset=offset)
            if heading:
                yield csv_file.line(found.column_names)
                heading = False
            for row in found.to_pylist():
                yield csv_file.line(
                    csv_file.cell(row[name], "text", scope.answers.currency)
                    for name in found.column_names
                )
            offset += found.num_rows
            if found.num_rows < AT_ONCE:
                return

    return csv_file.answer(lines(), f"quarantine_{scope.answers.build}")
