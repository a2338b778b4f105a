"""Random questions: a metric, options that differ from its draft, a period, a day of knowledge."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from hypothesis import strategies as st

from trivet.numbers.shared_metrics.definition import Definition
from trivet.numbers.shared_metrics.option import Option
from trivet.numbers.shared_metrics.registry import METRICS, drafts
from trivet.vocabulary.period import FiscalCalendar

PERIODS = ("2026-Q2", "2026-Q1", "2026", "2026-05", "2025-11-02..2026-03-29")
"""Quarters with targets, a running year, a month, a range that ends where clocks change."""
OLD_PERIODS = ("2025-02", "2024-Q2", "2025", "2026-02")
"""Months that end on the 28th, a year after the 29th; years of which an old system tells."""
WEEK = "2026-W23"
"""When most leads are due."""
KNOWN_ON = ("2026-07-14", "2026-07-15", "2026-07-02", "2026-06-08", "2026-06-03")
"""Days of knowledge: after most periods, with the books of some still open."""
MONTH_ENDS = ("2026-02-28", "2026-03-30", "2026-03-31", "2026-05-30", "2026-06-29", "2026-06-30")
"""Days of knowledge about which windows of months end."""
WHOLE = {
    "lookback_days": (30, 180),
    "new_deal_after_days": (0, 30),
    "winback_after_months": (1, 6),
    "window_months": (1, 3),
    "late_renewal_grace_days": (0, 14, 45),
    "window_days": (7, 45),
    "recycle_gap_days": (14, 180),
    "already_talking_days": (0, 3),
    "contradicted_above": (0, 50),
}
CHAINS = (
    ["lead_source"],
    ["campaign_before_creation", "lead_source"],
    ["primary_campaign", "converting_touch"],
    ["mql_before_creation"],
    ["sales_qualified_source", "first_touch_lookback"],
    ["converting_touch"],
)


CUSTOMERS = ("basis", "late_renewal_grace_days", "renewal_match", "churn_date", "not_started",
             "usage_revenue")  # fmt: skip
"""Options of the retention base that say who is a customer, where pipeline asks it."""


@dataclass(frozen=True)
class Question:
    """What both implementations are asked.

    customers   options of the retention base by which pipeline knows who is a customer
    """

    metric: str
    period: str
    as_of: str
    options: Mapping[str, Any]
    customers: Mapping[str, Any] = field(default_factory=dict)

    @property
    def asked(self) -> dict[str, Any]:
        found: dict[str, Any] = {"as_of": self.as_of, "options": dict(self.options)}
        if self.customers:
            found["customers"] = dict(self.customers)
        return found


def options_of(definition: Definition) -> list[Option]:
    """Every option of a definition and of the bases it rests on itself."""
    below = [option for base in definition.bases.values() for option in base.subject.options]
    own = list(definition.subject.options)
    return own + [option for option in below if option.name not in {o.name for o in own}]


def other_values(option: Option) -> list[Any]:
    """Values of an option, its default left out."""
    match option.kind:
        case "one":
            found: list[Any] = [choice.value for choice in option.choices]
        case "flag":
            found = [True, False]
        case "whole":
            found = list(WHOLE[option.name])
        case "chain":
            found = list(CHAINS)
        case "several":
            names = [choice.value for choice in option.choices]
            found = [names, names[:1], names[1:], []]
        case "hours":
            found = ["1", "12"]
        case "hours_by":
            found = [{"Demo request": "0.5"}]
    return [value for value in found if option.read(value) != option.read(option.default)]


FLIPS = {
    metric: [
        (option.name, value) for option in options_of(definition) for value in other_values(option)
    ]
    for metric, definition in drafts().items()
}
"""Every single change of every draft."""

CUSTOMER_FLIPS = [flip for flip in FLIPS["net_revenue_retention"] if flip[0] in CUSTOMERS]
RESTS_ON_CUSTOMERS = [
    metric for metric, definition in drafts().items() if "pipeline_base" in definition.bases
]


def is_answerable(metric: str, options: Mapping[str, Any]) -> bool:
    """Whether one answer is right: retention capped on the total is refused however it is shown."""
    return (metric, options.get("cap")) != ("gross_revenue_retention", "total")


@st.composite
def questions(draw: Callable[..., Any], metrics: tuple[str, ...] = tuple(METRICS)) -> Question:
    metric = draw(st.sampled_from(metrics))
    flips = st.lists(st.sampled_from(FLIPS[metric]), max_size=4).map(dict)
    options = draw(flips.filter(lambda options: is_answerable(metric, options)))
    periods = PERIODS if draw(st.integers(0, 3)) else OLD_PERIODS
    period = draw(st.sampled_from((WEEK, *PERIODS) if metric == "follow_up_sla" else periods))
    begins = FiscalCalendar().period(period).start.isoformat()
    days = [day for day in (*KNOWN_ON, *KNOWN_ON, *MONTH_ENDS) if day >= begins]
    customers = {}
    if metric in RESTS_ON_CUSTOMERS and draw(st.booleans()):
        customers = draw(st.lists(st.sampled_from(CUSTOMER_FLIPS), max_size=2).map(dict))
    return Question(metric, period, draw(st.sampled_from(days)), options, customers)
