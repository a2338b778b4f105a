"""Which metrics have a page, in which order, and how the pages call them in short."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class MetricShown:
    """A metric where there is little room: in the menu and on a tile.

    icon   a symbol of `_icons.html`
    """

    id: str
    short: str
    icon: str


SHARED = (
    MetricShown("marketing_sourced_pipeline", "Marketing-sourced", "megaphone"),
    MetricShown("win_rate", "Win rate", "trophy"),
    MetricShown("time_to_close", "Time to close", "timer"),
    MetricShown("net_revenue_retention", "Net retention", "repeat"),
    MetricShown("expansion_pipeline", "Expansion pipeline", "sprout"),
)

COMPANIONS = (
    MetricShown("gross_revenue_retention", "Gross retention", "shield-check"),
    MetricShown("mql_to_sql", "MQL to SQL", "funnel"),
    MetricShown("follow_up_sla", "Follow-up SLA", "alarm-clock"),
    MetricShown("pipeline_coverage", "Coverage", "layers"),
    MetricShown("deal_velocity", "Velocity", "gauge"),
)

EVERY = SHARED + COMPANIONS
BY_ID = {metric.id: metric for metric in EVERY}
