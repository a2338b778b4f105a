"""What pipeline is: the one base under sourced share, win rate, time to close, expansion, coverage."""

from trivet.numbers.shared_metrics.definition import Subject
from trivet.numbers.shared_metrics.option import flag, one, several, whole

PIPELINE_BASE = Subject(
    id="pipeline_base",
    title="Pipeline base",
    formula="Which opportunities are pipeline, from when, and what they are worth.",
    shared=True,
    uses=("retention_base",),
    options=(
        one(
            "entry_event", "When an opportunity enters", "first_qualified_stage",
            ("created", "An opportunity enters the pipeline the day it is created."),
            ("first_qualified_stage", "An opportunity enters the pipeline the day it first reaches the qualified stage or one beyond."),
            ("sales_accepted", "An opportunity enters the pipeline the day sales accepts it."),
        ),
        flag(
            "fallback_when_skipped", "When the stage was skipped", True,
            "If it was won without that stage on record, it enters the day it was created, and is flagged.",
            "If it was won without that stage on record, it never entered.",
        ),
        one(
            "amount_basis", "What it is worth", "acv_recurring",
            ("acv_recurring", "It is worth its annualised recurring value, without one-off parts."),
            ("net_arr", "It is worth its net new ARR.", "GitLab counts Net ARR by close date"),
            ("amount_field", "It is worth the CRM's Amount.", "Salesforce and HubSpot reports"),
            ("tcv", "It is worth its total contract value: multi-year deals count every year."),
        ),
        one(
            "amount_as_of", "Known when", "book_close",
            ("at_entry", "Amounts are those known on the day it entered."),
            ("book_close", "Amounts are those known when the period's books close."),
            ("current", "Amounts are today's: editing a deal rewrites past periods."),
        ),
        several(
            "deal_types_in", "Which kinds count", ["new", "expansion", "renewal_uplift", "winback"],
            "These kinds count: {}.",
            ("new", "new business"),
            ("expansion", "expansion"),
            ("renewal_uplift", "the uplift of a renewal"),
            ("winback", "win-backs"),
            ("renewal_base", "the renewed base itself"),
        ),
        one(
            "entity_level", "Who is the customer", "ultimate_parent",
            ("account", "A customer is one account.",),
            ("ultimate_parent", "A customer is the ultimate parent with all its accounts.", "GitLab's glossary: a connected new account is growth for sales and finance"),
        ),
        one(
            "customer_status_at", "Customer or not is asked", "entry_date",
            ("entry_date", "Whether somebody is a customer is asked on the day the opportunity enters."),
            ("close", "Whether somebody is a customer is asked on the day the opportunity closes, or today."),
            ("period_end", "Whether somebody is a customer is asked on the last day of the period."),
        ),
        whole(
            "winback_after_months", "Win-back after", 0,
            "A former customer is a win-back once {} months have passed without ARR.",
        ),
        one(
            "fx", "Exchange rate", "plan",
            ("plan", "Foreign money is converted at the plan rate of the fiscal year it entered in."),
            ("at_entry", "Foreign money is converted at the rate of the day it entered."),
            ("at_close", "Foreign money is converted at the rate of the day it closed, or today's.", "Salesforce's dated rates; HubSpot at close"),
            ("current", "Foreign money is converted at today's rate: past periods float."),
        ),
        one(
            "closed_on", "The day it closed", "close_date",
            ("close_date", "An opportunity closed on the CRM's close date; it counts once its closing is recorded.", "reports of Salesforce and HubSpot"),
            ("recorded", "An opportunity closed on the day its closing was recorded."),
        ),
        one(
            "reopen", "A reopened opportunity", "latest_outcome",
            ("latest_outcome", "A reopened opportunity is one opportunity with its latest outcome."),
            ("first_outcome", "A reopened opportunity keeps its first outcome.", "HubSpot keeps only one close date"),
            ("new_deal_after", "An opportunity reopened long after it was lost is a new one."),
        ),
        whole("new_deal_after_days", "Long after", 90, "Long after means more than {} days."),
        flag(
            "merge_duplicates", "Merged opportunities", True,
            "Of merged opportunities the survivor counts, from the earliest entry of them all.",
            "Merged opportunities are counted each.",
        ),
        flag(
            "partner_in", "Partners' own deals", True,
            "Partners' own deals are in the total and never marketing's.",
            "Partners' own deals are left out.",
        ),
    ),
)  # fmt: skip
