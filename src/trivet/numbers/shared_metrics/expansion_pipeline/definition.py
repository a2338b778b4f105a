"""Expansion pipeline as a share of all pipeline (requirement M5)."""

from trivet.numbers.shared_metrics.definition import Subject, Target
from trivet.numbers.shared_metrics.figure import Unit
from trivet.numbers.shared_metrics.option import one
from trivet.vocabulary.function import Function

EXPANSION_PIPELINE = Subject(
    id="expansion_pipeline",
    title="Expansion pipeline",
    formula="The pipeline from existing customers, divided by all pipeline.",
    unit=Unit.SHARE,
    direction="up",
    uses=("pipeline_base",),
    target=Target("0.25", None, "up"),
    levers={
        Function.MARKETING: "Awareness and demand for expansion.",
        Function.SALES: "Executing the expansion opportunity.",
        Function.CUSTOMER_SUCCESS: "Finding the accounts that are ready for the conversation.",
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
        one(
            "winback", "A win-back", "winback",
            ("winback", "A win-back is neither new nor expansion.", "ChartMogul's reactivation"),
            ("expansion", "A win-back counts as expansion."),
        ),
    ),
)  # fmt: skip
