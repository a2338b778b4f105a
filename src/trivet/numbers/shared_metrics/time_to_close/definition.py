"""Time to close (requirement M3)."""

from trivet.numbers.shared_metrics.definition import Subject, Target
from trivet.numbers.shared_metrics.figure import Unit
from trivet.numbers.shared_metrics.option import CONTRADICTED_ABOVE, one, several
from trivet.vocabulary.function import Function

TIME_TO_CLOSE = Subject(
    id="time_to_close",
    title="Time to close",
    formula="Days from the start to the close, of opportunities that closed in the period.",
    unit=Unit.DAYS,
    direction="down",
    uses=("pipeline_base",),
    target=Target(None, "75", "down"),
    levers={
        Function.MARKETING: "The buyer's education before the sales conversation.",
        Function.SALES: "The rigour of qualification and the execution of the process.",
        Function.CUSTOMER_SUCCESS: "References that are available and case studies that are written.",
    },
    options=(
        one(
            "start", "The clock starts", "qualified",
            ("created", "The clock starts the day it is created.", "", "from creation"),
            ("qualified", "The clock starts the day it enters the pipeline."),
            ("mql", "The clock starts the day its first person became an MQL.", "", "from MQL"),
            ("first_touch", "The clock starts the day of its people's first touch.", "", "from first touch"),
        ),
        one(
            "population", "Of which", "won",
            ("won", "Won opportunities count."),
            ("won_lost", "Won and lost opportunities count.", "", "won and lost"),
        ),
        one(
            "stat", "Shown as", "median",
            ("median", "The figure is the median."),
            ("mean", "The figure is the mean.", "", "mean"),
            ("p90", "The figure is the 90th percentile.", "", "90th percentile"),
        ),
        one(
            "calendar", "Days are", "calendar",
            ("calendar", "Every day counts."),
            ("business", "Only working days count.", "", "in working days"),
        ),
        one(
            "dormant", "Time while lost", "keep",
            ("keep", "The time between a loss and a reopening counts."),
            ("subtract", "The time between a loss and a reopening is taken off."),
        ),
        several(
            "exclude", "Left out", ["renewal_base", "self_serve_same_day"],
            "Left out: {}.",
            ("renewal_base", "renewals"),
            ("self_serve_same_day", "self-serve purchases closed the day they entered"),
        ),
        CONTRADICTED_ABOVE,
    ),
)  # fmt: skip
