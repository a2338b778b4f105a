"""What recurring revenue is, and who is in the cohort: the base under NRR and GRR."""

from trivet.numbers.shared_metrics.definition import Subject
from trivet.numbers.shared_metrics.option import flag, one, whole

RETENTION_BASE = Subject(
    id="retention_base",
    title="Retention base",
    formula="Which recurring revenue counts, and which customers are followed.",
    shared=True,
    options=(
        one(
            "basis", "Read from", "subscriptions",
            ("subscriptions", "ARR is read from subscriptions in force on the day."),
            ("invoices", "ARR is the recurring part of the invoices of the twelve months before.", "Snowflake is revenue-based", "from invoices"),
            ("movements", "ARR is the balance of the ARR movements brought in.", "", "from ARR movements"),
        ),
        one(
            "entity_level", "Who is the customer", "ultimate_parent",
            ("account", "A customer is one account."),
            ("ultimate_parent", "A customer is the ultimate parent with all its accounts."),
        ),
        one(
            "method", "How it is measured", "point_to_point",
            ("point_to_point", "The cohort's ARR on the last day is compared with the first."),
            ("movements", "The cohort's movements are added to its opening ARR."),
            ("monthly_compounded", "Monthly retention is multiplied over the window.", "", "compounded monthly"),
            ("trailing_4_quarter_average", "The last four quarters' retention is averaged, weighted by opening ARR.", "", "average of four quarters"),
            ("renewals_due", "Only customers with a contract that ended in the window are followed.", "Gainsight", "renewals due"),
        ),
        whole("window_months", "Window", 12, "The window is the {} months up to the period's last day.", least=1, titled="{} months"),
        one(
            "reactivation", "Who left and came back", "in_window",
            ("in_window", "A customer of the cohort who left and came back counts with the ARR at the end; who had left before the window is not followed."),
            ("treat_as_new", "A customer who left stays lost, whoever comes back is new.", "PostHog"),
            ("count_all", "Everybody who came back counts, also who had left before the window."),
        ),
        one(
            "price_increase", "Price rises", "expansion",
            ("expansion", "Price rises count as growth, on a line of their own."),
            ("excluded", "Price rises are taken off."),
        ),
        whole(
            "late_renewal_grace_days", "Late renewals", 30,
            "A contract that ran out is still counted for {} days, and flagged, while its renewal is awaited; after that it left on the day it ran out. A book does not wait for it.",
        ),
        one(
            "renewal_match", "A renewal", "contract_line",
            ("contract_line", "A renewal renews one contract: the one the source names, else one of the same account and product, in order of dates."),
            ("account", "Any contract of the account renews one that ran out."),
        ),
        one(
            "churn_date", "When a customer has left", "end_of_service",
            ("end_of_service", "A customer has left when service ends."),
            ("notice", "A customer has left on the day of notice.", "an option at ChartMogul"),
            ("billing_cancelled", "A customer has left when billing is cancelled.", "an option at ChartMogul"),
        ),
        one(
            "not_started", "Signed, not started", "excluded",
            ("excluded", "Contracts that are signed but have not started are no ARR yet."),
            ("contracted", "Contracts count from their signature (contracted ARR)."),
        ),
        one(
            "usage_revenue", "Usage revenue", "excluded",
            ("excluded", "Usage revenue is left out.", "Confluent leaves pay-as-you-go out"),
            ("trailing_3_months_x4", "Usage revenue is the last three months' times four."),
            ("committed_floor", "Usage revenue counts up to what is committed."),
        ),
        one(
            "fx", "Exchange rate", "cohort_start",
            ("cohort_start", "Both ends are converted at the rate of the first day: currencies do not move retention."),
            ("floating", "Each end is converted at its own day's rate."),
            ("plan", "Each end is converted at the plan rate of its fiscal year."),
        ),
        flag(
            "new_logos", "New customers", False,
            "New customers are in the closing ARR.",
            "Customers won during the window are in neither side.",
        ),
    ),
)  # fmt: skip
