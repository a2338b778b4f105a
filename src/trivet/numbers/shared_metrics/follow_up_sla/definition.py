"""Follow-up SLA compliance (requirement M14)."""

from trivet.numbers.shared_metrics.definition import Subject, Target
from trivet.numbers.shared_metrics.figure import Unit
from trivet.numbers.shared_metrics.option import CONTRADICTED_ABOVE, Option, flag, one, whole
from trivet.vocabulary.function import Function

FOLLOW_UP_SLA = Subject(
    id="follow_up_sla",
    title="Follow-up SLA",
    formula="Leads followed up in time, divided by leads that were due in the period.",
    unit=Unit.SHARE,
    direction="up",
    target=Target("0.80", None, "up"),
    levers={
        Function.MARKETING: "Handing over leads that are worth the call, when somebody is there to make it.",
        Function.SALES: "Reaching out within the promised time.",
        Function.CUSTOMER_SUCCESS: "Following up its own expansion signals by the same clock.",
    },
    options=(
        Option("target_hours", "In time", "hours", "4", (), "A lead is followed up in time within {} hours."),
        Option("targets", "By lead type", "hours_by", {}, ()),
        one(
            "clock_start", "The clock starts", "assigned",
            ("assigned", "The clock starts when the lead is given to somebody: the human delay."),
            ("mql", "The clock starts when the person becomes an MQL: routing counts too.", "", "from MQL"),
        ),
        one(
            "calendar", "Hours are", "business_hours",
            ("business_hours", "Business hours of the owner count, in the owner's time zone, without holidays."),
            ("always", "Every hour counts, nights and weekends too."),
        ),
        one(
            "qualifying_touch", "What is a follow-up", "human_outbound",
            ("human_outbound", "A logged human outreach or a meeting is a follow-up; automatic replies are not."),
            ("human_any", "Any logged human activity is a follow-up; automatic replies are not."),
            ("any", "Automatic replies are follow-ups too."),
        ),
        one(
            "reassign", "Given to somebody else", "keep",
            ("keep", "Giving the lead to somebody else does not restart the clock."),
            ("restart", "Giving the lead to somebody else restarts the clock."),
        ),
        whole(
            "already_talking_days", "Already talking", 30,
            "A touch in the {} days before the clock started means the lead was met at once.",
        ),
        flag(
            "touched_only", "Never touched", False,
            "Leads that nobody touched are left out.",
            "A lead that nobody touched by its deadline is breached.",
        ),
        CONTRADICTED_ABOVE,
    ),
)  # fmt: skip
