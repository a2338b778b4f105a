"""Win rate on marketing-sourced pipeline (requirement M2)."""

from trivet.numbers.shared_metrics.definition import Subject, Target
from trivet.numbers.shared_metrics.figure import Unit
from trivet.numbers.shared_metrics.option import CONTRADICTED_ABOVE, one, several
from trivet.vocabulary.function import Function

WIN_RATE = Subject(
    id="win_rate",
    title="Win rate",
    formula="Opportunities won, divided by opportunities won and lost.",
    unit=Unit.SHARE,
    direction="up",
    uses=("sourcing", "pipeline_base"),
    target=Target("0.24", None, "up"),
    levers={
        Function.MARKETING: "The quality of the leads it sends to sales.",
        Function.SALES: "Its conversion rate on those leads.",
        Function.CUSTOMER_SUCCESS: "References and stories from customers like the buyer.",
    },
    options=(
        one(
            "sourced", "Whose opportunities", "marketing",
            ("marketing", "Only opportunities that marketing sourced count.", "", "marketing-sourced"),
            ("all", "Opportunities of every source count.", "", "all sources"),
        ),
        one(
            "basis", "Counted by", "count",
            ("count", "Every opportunity counts as one."),
            ("amount", "Opportunities count by what they are worth.", "Fivetran's package", "by amount"),
        ),
        one(
            "cohort", "Which opportunities", "closed_in_period",
            ("closed_in_period", "Those that closed in the period.", "Varicent's closed win rate"),
            ("entered_in_period", "Those that entered in the period.", "Varicent's created win rate", "created cohort"),
        ),
        one(
            "denominator", "Divided by", "won_lost",
            ("won_lost", "Won and lost; open ones are left out."),
            ("won_lost_open", "Won, lost and still open.", "", "of won, lost and open"),
            ("all_statuses", "All of any status, also those left out for their reason.", "Copper; Salesforce's won of all", "of every status"),
        ),
        several(
            "lost_reasons_out", "Losses left out", ["duplicate", "test", "merged"],
            "Losses for these reasons are left out: {}.",
            ("duplicate", "duplicate"), ("test", "test"), ("merged", "merged"),
        ),
        one(
            "no_decision", "No decision", "lost",
            ("lost", "A deal that ended without a decision is lost."),
            ("out", "A deal that ended without a decision is left out."),
        ),
        one(
            "min_stage", "At least", "qualified",
            ("qualified", "Only opportunities that reached the qualified stage count."),
            ("any", "Opportunities lost before the qualified stage count too."),
        ),
        CONTRADICTED_ABOVE,
    ),
)  # fmt: skip
