"""Marketing-sourced pipeline as a share of all pipeline (requirement M1)."""

from trivet.numbers.shared_metrics.definition import Subject, Target
from trivet.numbers.shared_metrics.figure import Unit
from trivet.numbers.shared_metrics.option import CONTRADICTED_ABOVE, one
from trivet.vocabulary.function import Function

MARKETING_SOURCED_PIPELINE = Subject(
    id="marketing_sourced_pipeline",
    title="Marketing-sourced pipeline",
    formula="The pipeline that marketing sourced, divided by all pipeline.",
    unit=Unit.SHARE,
    direction="up",
    uses=("sourcing", "pipeline_base"),
    target=Target("0.30", "0.45", "up"),
    levers={
        Function.MARKETING: "The programs that generate it.",
        Function.SALES: "The criteria that qualify it.",
        Function.CUSTOMER_SUCCESS: "The expansion programs that make the customer base a source of new pipeline.",
    },
    options=(
        one(
            "measure", "Which pipeline", "created",
            ("created", "The pipeline is what entered in the period."),
            ("open_at_date", "The pipeline is what is open on the last day of the period.", "", "open at the end"),
        ),
        one(
            "basis", "Counted by", "amount",
            ("amount", "Opportunities count by what they are worth."),
            ("count", "Every opportunity counts as one.", "", "by number"),
        ),
        CONTRADICTED_ABOVE,
    ),
)  # fmt: skip
