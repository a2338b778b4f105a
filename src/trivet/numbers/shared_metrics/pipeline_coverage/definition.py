"""Pipeline coverage: a function metric, beside the shared five."""

from trivet.numbers.shared_metrics.definition import Subject, Target
from trivet.numbers.shared_metrics.figure import Unit
from trivet.numbers.shared_metrics.option import one
from trivet.vocabulary.function import Function

PIPELINE_COVERAGE = Subject(
    id="pipeline_coverage",
    title="Pipeline coverage",
    formula="Open pipeline that is to close in the period, divided by what is still to be won.",
    unit=Unit.MULTIPLE,
    direction="up",
    uses=("pipeline_base",),
    target=Target("3", None, "up", ("2.2", "1")),
    levers={
        Function.MARKETING: "Pipeline early enough to close in the period.",
        Function.SALES: "Close dates and stages that are true.",
        Function.CUSTOMER_SUCCESS: "Expansion pipeline from ready accounts.",
    },
    options=(
        one(
            "denominator", "Divided by", "remaining",
            ("remaining", "What is left of the target after what was won.", "Gong; Petavue"),
            ("full_target", "The whole target.", "a public KPI sheet that reads as GitLab's", "of the whole target"),
        ),
        one(
            "stage", "Which stages", "qualified",
            ("qualified", "Open opportunities at the qualified stage or beyond count."),
            ("any", "Every open opportunity counts.", "", "every stage"),
        ),
        one(
            "weighting", "Weighted", "none",
            ("none", "Each counts in full."),
            ("stage", "Each counts by the probability of its stage.", "", "weighted by stage"),
            ("historical", "Each counts by how many at its stage were won before.", "", "weighted by past wins"),
        ),
        one(
            "past_due", "Close date already past", "out",
            ("out", "Opportunities whose close date is past are left out, and flagged."),
            ("in", "Opportunities whose close date is past count."),
        ),
        one(
            "renewal_base", "Renewals", "out",
            ("out", "The renewed base is left out."),
            ("in", "The renewed base counts."),
        ),
        one(
            "close_date", "Close date", "in_period",
            ("in_period", "The close date must fall in the period."),
            ("any", "Any close date counts.", "", "any close date"),
        ),
    ),
)  # fmt: skip
