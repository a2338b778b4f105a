"""Net revenue retention (requirement M4)."""

from trivet.numbers.shared_metrics.definition import Subject, Target
from trivet.numbers.shared_metrics.figure import Unit
from trivet.numbers.shared_metrics.option import CONTRADICTED_ABOVE
from trivet.vocabulary.function import Function

NET_REVENUE_RETENTION = Subject(
    id="net_revenue_retention",
    title="Net revenue retention",
    formula="What the customers at the start of the window pay at its end, divided by what they paid at its start.",
    unit=Unit.SHARE,
    direction="up",
    uses=("retention_base",),
    target=Target("1.05", None, "up"),
    levers={
        Function.MARKETING: "Expansion programs for the existing customers.",
        Function.SALES: "Executing the expansions that customer success finds.",
        Function.CUSTOMER_SUCCESS: "Adoption, and the value that customers realise.",
    },
    options=(CONTRADICTED_ABOVE,),
)
