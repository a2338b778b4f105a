"""Deal velocity: what the open pipeline is worth a day."""

from trivet.numbers.shared_metrics.definition import Subject
from trivet.numbers.shared_metrics.figure import Unit
from trivet.numbers.shared_metrics.option import CONTRADICTED_ABOVE, one
from trivet.vocabulary.function import Function

DEAL_VELOCITY = Subject(
    id="deal_velocity",
    title="Deal velocity",
    formula="Open qualified opportunities, times the win rate, times what a won one is worth, divided by the days it takes.",
    unit=Unit.MONEY_A_DAY,
    direction="up",
    uses=("sourcing", "pipeline_base"),
    levers={
        Function.MARKETING: "More of the opportunities that win.",
        Function.SALES: "Winning more of them, sooner.",
        Function.CUSTOMER_SUCCESS: "References that shorten the way, expansions that enlarge it.",
    },
    options=(
        one(
            "sourced", "Whose opportunities", "all",
            ("all", "Opportunities of every source count."),
            ("marketing", "Only opportunities that marketing sourced count.", "", "marketing-sourced"),
        ),
        one(
            "cycle", "Length of a sale", "mean",
            ("mean", "The length of a sale is the mean, of the same opportunities as its size."),
            ("median", "The length of a sale is the median: the product then has no meaning."),
        ),
        CONTRADICTED_ABOVE,
    ),
)  # fmt: skip
