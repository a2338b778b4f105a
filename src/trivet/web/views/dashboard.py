"""The dashboard: five numbers, and the pictures that say why they stand where they do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from django.views.decorators.http import require_safe

from trivet.agreements.people.access import Standing, allowed, standing_of
from trivet.agreements.people.rules.right import Thing, Verb
from trivet.errors import TrivetError
from trivet.numbers.revenue_model import AccountTeam, RowPage
from trivet.numbers.shared_metrics.registry import metric_named
from trivet.web import pictures, shell
from trivet.web.highlights import highlights
from trivet.web.metrics_shown import COMPANIONS, SHARED
from trivet.web.rows import table_of
from trivet.web.scope import Scope, asked
from trivet.web.tiles import Tile, tile
from trivet.web.visible_accounts import visible_accounts

RECENT = 8
COLUMNS_SHOWN = 9
LEFT_OUT = frozenset({"numerator", "denominator", "record_kind", "record_id", "dimension_on"})


@allowed(Verb.SEE, Thing.FIGURES)
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """Answer with the whole dashboard for the period and filters in the address."""
    scope = asked(request)
    chosen = request.GET.get("metric", "").strip()
    if chosen:
        metric_named(chosen)
    else:
        chosen = SHARED[0].id
    return shell.page(
        request,
        "web/dashboard.html",
        scope,
        contents(scope, chosen, visible_accounts(request, scope.answers), standing_of(request)),
        here="dashboard",
        keep={"metric": chosen if request.GET.get("metric") else ""},
    )


def contents(
    scope: Scope, chosen: str, team: AccountTeam | None, standing: Standing
) -> dict[str, object]:
    """Everything on the dashboard but its shell; rows of accounts only of the team's."""
    five = [tile(scope, metric.id) for metric in SHARED]
    others = [tile(scope, metric.id) for metric in COMPANIONS]
    every = {found.metric.id: found for found in five + others}
    answers = scope.answers
    retention_rows = f"/metrics/net_revenue_retention{scope.query()}#rows"
    return {
        "five": five,
        "others": others,
        "chosen": every[chosen],
        # Two of the pictures belong to no book: beside frozen figures they must say so.
        "beside_books": any(found.closed for found in five),
        "agreed": all(found.figure.agreed for found in five),
        "ruled": sum(found.figure.by_ruling for found in five),
        "trend": pictures.trend_picture(scope, every[chosen]),
        "highlights": highlights(scope, five + others, standing),
        "waterfall": pictures.waterfall_picture(
            answers, answers.waterfall(scope.period, scope.where), retention_rows
        ),
        "flow": pictures.flow_picture(answers, answers.flow(scope.period, scope.where)),
        "cohorts": pictures.cohort_picture(answers, answers.cohorts(scope.period, scope.where)),
        "recent": _recent(scope, five[0], team),
        "freshness": freshness(answers.data_as_of),
    }


def freshness(data_as_of: Mapping[str, datetime]) -> list[tuple[str, datetime]]:
    """Each source and how new it is, by name."""
    return sorted(data_as_of.items())


def _recent(scope: Scope, pipeline: Tile, team: AccountTeam | None) -> dict[str, object] | None:
    if not pipeline.computable:
        return None
    found = scope.answers.row_page(
        pipeline.metric.id,
        scope.period,
        scope.where,
        order_by="happened_on",
        limit=RECENT,
        team=team,
    )
    if team is not None and not found.rows:
        return None
    return {"table": table_of(_briefly(found)), "total": found.total, "amount": found.denominator}


def _briefly(found: RowPage) -> RowPage:
    """The columns a glance has room for."""
    columns = [
        (name, kind) for name, kind in found.columns if name not in LEFT_OUT and kind != "flag"
    ]
    worth = dict(found.columns).get("denominator")
    if worth != "money":
        return replace(found, columns=tuple(columns[:COLUMNS_SHOWN]))
    # Every row of this metric has its opportunity's worth as its denominator.
    rows = tuple({**row, "amount": row["denominator"]} for row in found.rows)
    columns = [*columns[: COLUMNS_SHOWN - 1], ("amount", "money")]
    return replace(found, columns=tuple(columns), rows=rows)


def prepare() -> None:
    """Ask what the first visitor will ask, so that they need not wait for it."""
    try:
        page(RequestFactory().get("/"))
    except TrivetError:
        return
