"""Who created an opportunity: the agreed rule behind "marketing-sourced"."""

from trivet.numbers.shared_metrics.definition import Subject
from trivet.numbers.shared_metrics.option import chain, one, whole

SOURCING = Subject(
    id="sourcing",
    title="Who sourced it",
    formula="Which function created an opportunity, by rules asked in order; the answer is fixed when it enters the pipeline.",
    shared=True,
    options=(
        chain(
            "source_rule", "Rules, in order", ["first_touch_lookback", "lead_source"],
            "Sourced by: {}; if none decides, the source is unknown.",
            ("first_touch_lookback", "the function of the earliest eligible touch in the window before creation", "Petavue's first touch; Forrester's first identifiable creator"),
            ("lead_source", "the function that the recorded lead source belongs to", "Salesforce reports; Dreamdata's fallback"),
            ("primary_campaign", "the function of its primary campaign", "Salesforce's default campaign report"),
            ("campaign_before_creation", "marketing, if any marketing response fell in the window", "close to influenced"),
            ("mql_before_creation", "marketing, if anybody became an MQL in the window"),
            ("converting_touch", "the function of the last eligible touch before creation", "Fleet's handbook keeps first and converting apart"),
            ("sales_qualified_source", "the function that qualified it", "GitLab"),
        ),
        whole("lookback_days", "Window", 90, "The window is the {} days before creation.", least=1),
        one(
            "people", "Whose touches", "contact_roles_else_active",
            ("contact_roles_else_active", "Touches of the people with a role on the opportunity count; if nobody has one, of everybody at the account."),
            ("all_account_contacts", "Touches of everybody at the account count."),
            ("primary_role_only", "Only touches of the person with the primary role count."),
        ),
        one(
            "eligible_touch", "Which touches", "responses_only",
            ("responses_only", "Of marketing's touches only responses count (form, event attended, content, demo request, reply), and every human activity of sales and customer success."),
            ("all", "Every touch counts, e-mails sent and pages visited too.", "Salesforce's influence ignores member status"),
        ),
        one(
            "lookback_floor", "Not before", "last_won",
            ("last_won", "Looking back stops at the account's last win: an old webinar cannot source a new upsell."),
            ("none", "Looking back does not stop at an earlier win."),
        ),
    ),
)  # fmt: skip
