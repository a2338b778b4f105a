"""MQL to SQL conversion (requirement M13)."""

from trivet.numbers.shared_metrics.definition import Subject, Target
from trivet.numbers.shared_metrics.figure import Unit
from trivet.numbers.shared_metrics.option import flag, one, whole
from trivet.vocabulary.function import Function

MQL_TO_SQL = Subject(
    id="mql_to_sql",
    title="MQL to SQL conversion",
    formula="MQLs that became SQLs, divided by MQLs.",
    unit=Unit.SHARE,
    direction="up",
    target=Target("0.18", "0.22", "up"),
    levers={
        Function.MARKETING: "Scoring by signals that sales recognises as valuable.",
        Function.SALES: "Following up in time, and saying why a lead was turned down.",
        Function.CUSTOMER_SUCCESS: "Telling which customers stay, so that fit is scored right.",
    },
    options=(
        one(
            "method", "Cohort or period", "cohort",
            ("cohort", "MQLs of the period are followed until the window has passed."),
            ("same_period", "SQLs of the period are divided by MQLs of the period, whoever they are.", "", "same period"),
        ),
        whole("window_days", "Window", 30, "An MQL has {} days to become an SQL.", least=1),
        one(
            "unit", "What is counted", "person_cycle",
            ("person_cycle", "A person counts once a cycle."),
            ("account", "An account counts once a cycle.", "", "by account"),
            ("event", "Every MQL event counts; an SQL is credited to the latest one before it.", "", "every event"),
        ),
        whole("recycle_gap_days", "A new cycle", 90, "Becoming an MQL again within {} days of the last time is the same cycle.", least=1),
        one(
            "sales_created_sql", "SQLs without an MQL", "out",
            ("out", "SQLs that sales created without an MQL are left out."),
            ("in", "SQLs that sales created without an MQL count, where periods are compared."),
        ),
        one(
            "skipped_stage", "A skipped MQL stage", "off",
            ("off", "A person who became an SQL without ever being an MQL is no MQL."),
            ("infer", "A person who became an SQL without ever being an MQL counts as an MQL of that day."),
        ),
        flag(
            "duplicates_out", "Duplicates", True,
            "Duplicates and test records are left out; rejected leads stay in.",
            "Duplicates are counted each.",
        ),
    ),
)  # fmt: skip
