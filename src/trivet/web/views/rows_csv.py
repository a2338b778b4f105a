"""The rows behind a figure as a CSV file: exactly those the page's filters leave, all of them."""

from __future__ import annotations

from collections.abc import Iterator

from django.http import HttpRequest, StreamingHttpResponse
from django.views.decorators.http import require_safe

from trivet.agreements.people.access import allowed
from trivet.agreements.people.rules.right import Thing, Verb
from trivet.web import csv_file
from trivet.web.rows import read_sort
from trivet.web.scope import Scope, asked
from trivet.web.visible_accounts import visible_accounts

AT_ONCE = 5_000


@allowed(Verb.SEE, Thing.ACCOUNTS)
@require_safe
def download(request: HttpRequest, metric_id: str) -> StreamingHttpResponse:
    """Stream the file, a few thousand rows at a time."""
    scope = asked(request, metric_id)
    search = request.GET.get("q", "").strip()[:200]
    order_by, descending = read_sort(request)
    team = visible_accounts(request, scope.answers)
    # Asked before the first byte goes out, so that a wrong address is still an answer of its own.
    columns = scope.answers.row_page(metric_id, scope.period, scope.where, limit=1).columns

    def lines() -> Iterator[str]:
        yield csv_file.line(
            f"{name}_{scope.answers.currency.lower()}" if kind == "money" else name
            for name, kind in columns
        )
        offset = 0
        while True:
            found = scope.answers.row_page(
                metric_id,
                scope.period,
                scope.where,
                search=search,
                order_by=order_by,
                descending=descending,
                limit=AT_ONCE,
                offset=offset,
                team=team,
            )
            for row in found.rows:
                yield csv_file.line(
                    csv_file.cell(row.get(name), kind, scope.answers.currency)
                    for name, kind in columns
                )
            offset += len(found.rows)
            if not found.rows or offset >= found.total:
                return

    return csv_file.answer(lines(), _name(metric_id, scope))


def _name(metric_id: str, scope: Scope) -> str:
    narrowed = [value or f"without-{name}" for name, value in scope.where.items()]
    parts = [metric_id, scope.period.key.replace("..", "_to_"), *narrowed]
    return "_".join("".join(c if c.isalnum() or c in "-_" else "-" for c in p) for p in parts)
