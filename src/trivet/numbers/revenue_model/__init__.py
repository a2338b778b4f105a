"""The face of the numbers: open a workspace, ask for a metric and a period, get figure and rows.

Pages, the command line and notebooks all ask here, so they cannot disagree.
"""

from trivet.numbers.revenue_model.model import RevenueModel
from trivet.numbers.revenue_model.parts import Parts, added_up_otherwise, parts_of
from trivet.numbers.revenue_model.shapes import (
    AccountTeam,
    Cohort,
    DimensionValues,
    FactUsed,
    FlowEdge,
    Movement,
    RecordPage,
    RowPage,
)
from trivet.numbers.revenue_model.waterfall import movements

__all__ = [
    "AccountTeam",
    "Cohort",
    "DimensionValues",
    "FactUsed",
    "FlowEdge",
    "Movement",
    "Parts",
    "RecordPage",
    "RevenueModel",
    "RowPage",
    "added_up_otherwise",
    "movements",
    "parts_of",
]
