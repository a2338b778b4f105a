"""Gross revenue retention: what is kept, growth left out."""

from trivet.numbers.shared_metrics.definition import Subject, Target
from trivet.numbers.shared_metrics.figure import Unit
from trivet.numbers.shared_metrics.option import CONTRADICTED_ABOVE, one
from trivet.vocabulary.function import Function

GROSS_REVENUE_RETENTION = Subject(
    id="gross_revenue_retention",
    title="Gross revenue retention",
    formula="What the customers at the start of the window still pay at its end, growth left out, divided by what they paid at its start.",
    unit=Unit.SHARE,
    direction="up",
    uses=("retention_base",),
    target=Target("0.88", None, "up"),
    levers={
        Function.MARKETING: "Promising what the product keeps.",
        Function.SALES: "Selling to accounts that fit.",
        Function.CUSTOMER_SUCCESS: "Adoption, renewals and early warning.",
    },
    options=(
        one(
            "cap", "Growth is cut off", "customer",
            ("customer", "Each customer counts at most with the opening ARR."),
            ("contract", "Each contract line of a customer counts at most with its opening ARR.", "", "by contract"),
            ("product", "Each product of a customer counts at most with its opening ARR.", "", "by product"),
            ("total", "Only the total is cut off: growth of one hides the loss of another."),
        ),
        CONTRADICTED_ABOVE,
    ),
)  # fmt: skip
