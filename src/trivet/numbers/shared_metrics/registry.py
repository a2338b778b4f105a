"""Every metric, and the drafts of every definition: the five shared ones first."""

from __future__ import annotations

from functools import cache

from trivet.errors import MetricUnknown
from trivet.numbers.shared_metrics.deal_velocity.metric import DealVelocity
from trivet.numbers.shared_metrics.definition import Definition, Subject
from trivet.numbers.shared_metrics.expansion_pipeline.metric import ExpansionPipeline
from trivet.numbers.shared_metrics.follow_up_sla.metric import FollowUpSla
from trivet.numbers.shared_metrics.gross_revenue_retention.metric import GrossRevenueRetention
from trivet.numbers.shared_metrics.marketing_sourced_pipeline.metric import (
    MarketingSourcedPipeline,
)
from trivet.numbers.shared_metrics.metric import FOLDER, Metric
from trivet.numbers.shared_metrics.mql_to_sql.metric import MqlToSql
from trivet.numbers.shared_metrics.net_revenue_retention.metric import NetRevenueRetention
from trivet.numbers.shared_metrics.pipeline_base.definition import PIPELINE_BASE
from trivet.numbers.shared_metrics.pipeline_coverage.metric import PipelineCoverage
from trivet.numbers.shared_metrics.retention_base.definition import RETENTION_BASE
from trivet.numbers.shared_metrics.sourcing.definition import SOURCING
from trivet.numbers.shared_metrics.time_to_close.metric import TimeToClose
from trivet.numbers.shared_metrics.win_rate.metric import WinRate
from trivet.numbers.warehouse.sql_text import SqlText, read_sql
from trivet.numbers.workspace.part import nearest
from trivet.vocabulary.quoted import quoted

SHARED: tuple[Subject, ...] = (RETENTION_BASE, PIPELINE_BASE, SOURCING)
"""Definitions that several metrics rest on, each after those it rests on itself."""

FIVE = (
    "marketing_sourced_pipeline",
    "win_rate",
    "time_to_close",
    "net_revenue_retention",
    "expansion_pipeline",
)
"""The metrics that the three functions own together."""

METRICS: dict[str, Metric] = {
    metric.subject.id: metric
    for metric in (
        MarketingSourcedPipeline(),
        WinRate(),
        TimeToClose(),
        NetRevenueRetention(),
        ExpansionPipeline(),
        GrossRevenueRetention(),
        MqlToSql(),
        FollowUpSla(),
        PipelineCoverage(),
        DealVelocity(),
    )
}


def metric_named(metric_id: str) -> Metric:
    """Raises   MetricUnknown naming those there are"""
    try:
        return METRICS[metric_id]
    except KeyError:
        raise MetricUnknown(
            "There is no metric %(metric_id)s.",
            remedy="Choose one of %(metrics)s.",
            near=nearest(metric_id, METRICS),
            metric_id=quoted(metric_id),
            metrics=", ".join(METRICS),
        ) from None


@cache
def drafts() -> dict[str, Definition]:
    """The draft of each metric, by id: every option at its default."""
    return {
        metric.id: Definition.draft(
            metric.subject, bases={name: shared_draft(name) for name in metric.subject.uses}
        )
        for metric in METRICS.values()
    }


@cache
def shared_draft(name: str) -> Definition:
    """The draft of a definition that metrics share, resting on the drafts of what it uses."""
    subject = next(each for each in SHARED if each.id == name)
    return Definition.draft(subject, bases={base: shared_draft(base) for base in subject.uses})


@cache
def steps() -> dict[str, SqlText]:
    """Every step that a metric's query may read, by name."""
    queries = {"query", "all", "each", "values", "waiting", "contested_renewal"}
    found = [path for path in sorted(FOLDER.glob("*/*.sql")) if path.stem not in queries]
    return {path.stem: read_sql(path) for path in found}
