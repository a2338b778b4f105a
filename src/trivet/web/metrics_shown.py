"""Which metrics have a page, in which order, and how the pages call them in short."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext, gettext_noop


@dataclass(frozen=True, slots=True)
class MetricShown:
    """A metric where there is little room: in the menu and on a tile.

    named   its short name, before it is translated
    icon    a symbol of `_icons.html`
    """

    id: str
    named: str
    icon: str

    @property
    def short(self) -> str:
        return gettext(self.named)


SHARED = (
    MetricShown("marketing_sourced_pipeline", gettext_noop("Marketing-sourced"), "megaphone"),
    MetricShown("win_rate", gettext_noop("Win rate"), "trophy"),
    MetricShown("time_to_close", gettext_noop("Time to close"), "timer"),
    MetricShown("net_revenue_retention", gettext_noop("Net retention"), "repeat"),
    MetricShown("expansion_pipeline", gettext_noop("Expansion pipeline"), "sprout"),
)

COMPANIONS = (
    MetricShown("gross_revenue_retention", gettext_noop("Gross retention"), "shield-check"),
    MetricShown("mql_to_sql", gettext_noop("MQL to SQL"), "funnel"),
    MetricShown("follow_up_sla", gettext_noop("Follow-up SLA"), "alarm-clock"),
    MetricShown("pipeline_coverage", gettext_noop("Coverage"), "layers"),
    MetricShown("deal_velocity", gettext_noop("Velocity"), "gauge"),
)

EVERY = SHARED + COMPANIONS
BY_ID = {metric.id: metric for metric in EVERY}
