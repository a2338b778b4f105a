"""The canonical tables: what every vendor's records become, and what every metric reads.

This is the one list. The mapping in `trivet.toml` is checked against it, staging casts by it,
the warehouse creates its tables from it, and `docs/reference/tables.md` is held to it by a test.

A table fed by several sources carries the source in every row. Ids are the vendor's own, as
text. Instants are UTC timestamps (`_at`), days are dates (`_on`). Money is given in major units
in an export and kept as whole minor units of the row's currency (`MONEY` columns get the
suffix `_minor` in the warehouse).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What a column holds, and so how staging reads its text."""

    TEXT = "text"
    ID = "id"
    INSTANT = "instant"
    DAY = "day"
    MONEY = "money"
    WHOLE = "whole"
    NUMBER = "number"
    FLAG = "flag"

    @property
    def sql(self) -> str:
        """The DuckDB type of the warehouse column."""
        return {
            Kind.TEXT: "varchar",
            Kind.ID: "varchar",
            Kind.INSTANT: "timestamp",
            Kind.DAY: "date",
            Kind.MONEY: "bigint",
            Kind.WHOLE: "bigint",
            Kind.NUMBER: "decimal(18, 6)",
            Kind.FLAG: "boolean",
        }[self]


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a canonical table.

    name       as the mapping writes it
    kind       what it holds
    says       one sentence for the person who maps it
    required   a row without it goes to the quarantine
    values     the closed set it may hold; any other value goes to the quarantine
    tracked    a later export with another value adds history instead of replacing it
    """

    name: str
    kind: Kind
    says: str
    required: bool = False
    values: tuple[str, ...] = ()
    tracked: bool = False

    @property
    def stored_as(self) -> str:
        """The name in the warehouse: money says its unit."""
        return f"{self.name}_minor" if self.kind is Kind.MONEY else self.name


@dataclass(frozen=True, slots=True)
class Table:
    """One canonical table.

    key        the columns that identify a record within its source; a second row with the
               same key in one load is a duplicate, in a later load a newer version
    """

    name: str
    says: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]

    def column(self, name: str) -> Column:
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(name)

    @property
    def required(self) -> tuple[str, ...]:
        return tuple(c.name for c in self.columns if c.required)

    @property
    def tracked(self) -> tuple[str, ...]:
        return tuple(c.name for c in self.columns if c.tracked)

    @property
    def own_id(self) -> str | None:
        """The column with the record's own id, where the key is one id."""
        is_id = len(self.key) == 1 and self.column(self.key[0]).kind is Kind.ID
        return self.key[0] if is_id else None

    @property
    def instants(self) -> tuple[str, ...]:
        return tuple(c.name for c in self.columns if c.kind is Kind.INSTANT)


FUNCTIONS = ("marketing", "sales", "customer_success", "partner")
MOTIONS = ("new_business", "expansion", "renewal")
EXPANSION_TYPES = ("seat", "tier", "cross_sell", "usage", "price", "renewal_uplift")
LIFECYCLE_STAGES = (
    "subscriber", "lead", "mql", "sal", "sql", "opportunity", "customer", "evangelist",
    "recycled", "disqualified", "other",
)  # fmt: skip
RESPONSES = ("form", "event_attended", "content", "demo_request", "reply")
"""Touchpoint kinds that are a person's response; the rest is exposure."""
TOUCHPOINT_KINDS = (
    *RESPONSES, "event_registered", "email_sent", "email_opened", "email_clicked", "page_visited",
    "ad_clicked", "chat", "other",
)  # fmt: skip
ACTIVITY_KINDS = ("call", "email", "meeting", "task", "message", "note", "other")


def _id(name: str, says: str, required: bool = False) -> Column:
    return Column(name, Kind.ID, says, required)


def _text(name: str, says: str, required: bool = False, tracked: bool = False) -> Column:
    return Column(name, Kind.TEXT, says, required, tracked=tracked)


def _one_of(
    name: str, values: tuple[str, ...], says: str, required: bool = False, tracked: bool = False
) -> Column:
    return Column(name, Kind.TEXT, says, required, values, tracked)


def _at(name: str, says: str, required: bool = False) -> Column:
    return Column(name, Kind.INSTANT, says, required)


def _on(name: str, says: str, required: bool = False, tracked: bool = False) -> Column:
    return Column(name, Kind.DAY, says, required, tracked=tracked)


def _money(name: str, says: str, required: bool = False, tracked: bool = False) -> Column:
    return Column(name, Kind.MONEY, says, required, tracked=tracked)


def _whole(name: str, says: str, required: bool = False) -> Column:
    return Column(name, Kind.WHOLE, says, required)


def _number(name: str, says: str, required: bool = False) -> Column:
    return Column(name, Kind.NUMBER, says, required)


def _flag(name: str, says: str) -> Column:
    return Column(name, Kind.FLAG, says)


_CONTENT_ID = (
    "The system's own id; without one, what the mapped columns say is the id, so that rows which say"
    " the same in all of them are one record. Map what tells them apart."
)

CURRENCY = _text(
    "currency", "ISO 4217 code of the row's money; the feed's or company's if not mapped."
)

ACCOUNT = Table(
    "account",
    "A buying company, as one system knows it. The same company in two systems becomes one account.",
    ("account_id",),
    (
        _id("account_id", "The system's own id of the account.", required=True),
        _text("name", "The company's name."),
        _text("website", "Web address or domain; the registrable domain links systems."),
        _id("crm_id", "In a system other than the CRM: the CRM's id of the same account."),
        _id("parent_id", "The account this one belongs to, in the same system."),
        _id("merged_into_id", "The surviving account, when this one was merged away."),
        _text("segment", "Size band or tier the company reports by.", tracked=True),
        _text("region", "Region the company reports by.", tracked=True),
        _text("industry", "Industry."),
        _whole("employees", "Number of employees."),
        _text("country", "Country."),
        _text("type", "The vendor's own type of account, such as Customer or Prospect."),
        _id(
            "owner_id",
            "The account's owner, a crm_user.",
        ),
        _id("csm_id", "The customer success manager, a crm_user."),
        _at("created_at", "When the record was created."),
        _flag("is_test", "True for test and internal records, which no metric counts."),
    ),
)

CONTACT = Table(
    "contact",
    "A person, as one system knows them: a lead before and after conversion is the same contact.",
    ("contact_id",),
    (
        _id("contact_id", "The system's own id of the person.", required=True),
        _id("account_id", "The person's account, in the same system."),
        _id("crm_id", "In a system other than the CRM: the CRM's id of the same person."),
        _text("email", "E-mail address; links systems, and its domain finds the account."),
        _text("name", "The person's name."),
        _text("title", "Job title."),
        _text("lead_source", "Where the person came from, as recorded on the person."),
        _at("created_at", "When the record was created."),
        _id("merged_into_id", "The surviving contact, when this one is a duplicate."),
        _id(
            "converted_into_id",
            "The contact that this lead was converted into: the same person, and no duplicate.",
        ),
        _flag("is_test", "True for test and internal records, which no metric counts."),
    ),
)

CRM_USER = Table(
    "crm_user",
    "Somebody who owns accounts, opportunities or leads.",
    ("user_id",),
    (
        _id("user_id", "The system's own id of the user.", required=True),
        _text("name", "The user's name."),
        _text("email", "E-mail address."),
        _one_of("function", FUNCTIONS, "The function the user works in."),
        _text("team", "Team, office or manager."),
        _text("time_zone", "IANA time zone of the user's business hours; the company's if empty."),
        _flag("is_active", "False once the user has left."),
    ),
)

CRM_CAMPAIGN = Table(
    "crm_campaign",
    "A campaign as the CRM or the marketing automation platform lists it.",
    ("campaign_id",),
    (
        _id("campaign_id", "The system's own id of the campaign.", required=True),
        _text("name", "The campaign's name."),
        _text("type", "Webinar, trade show, e-mail ..."),
        _one_of("function", FUNCTIONS, "Whose campaign it is; marketing if not mapped."),
        _text("status", "Planned, in progress, completed ..."),
        _id("parent_id", "The campaign this one belongs to."),
        _on("starts_on", "First day."),
        _on("ends_on", "Last day."),
        _money("cost", "What it cost."),
        CURRENCY,
    ),
)

CAMPAIGN_MEMBERSHIP = Table(
    "campaign_membership",
    "A person on the list of a campaign, with whether they responded.",
    ("campaign_id", "contact_id"),
    (
        _id("campaign_id", "The campaign.", required=True),
        _id("contact_id", "The person.", required=True),
        _text("status", "The vendor's member status."),
        _flag("responded", "True once the person responded; a response is a touchpoint."),
        _at("first_responded_at", "When they first responded."),
        _at("created_at", "When they were put on the list."),
    ),
)

TOUCHPOINT = Table(
    "touchpoint",
    "A marketing interaction of one person: e-mail, form, page, event, content.",
    ("touchpoint_id",),
    (
        _id("touchpoint_id", _CONTENT_ID),
        _id("contact_id", "The person.", required=True),
        _at("touched_at", "When it happened.", required=True),
        _one_of("kind", TOUCHPOINT_KINDS, "What happened. Responses: " + ", ".join(RESPONSES) + ".", required=True),
        _one_of("function", FUNCTIONS, "Whose touch it was; marketing if not mapped."),
        _id("campaign_id", "The campaign it belongs to."),
        _text("channel", "E-mail, webinar, paid search ..."),
        _text("content", "Page, form, asset or subject."),
    ),
)  # fmt: skip

LIFECYCLE_STAGE_HISTORY = Table(
    "lifecycle_stage_history",
    "One row each time a person entered a lifecycle stage.",
    ("contact_id", "stage", "entered_at"),
    (
        _id("contact_id", "The person.", required=True),
        _one_of("stage", LIFECYCLE_STAGES, "The stage entered.", required=True),
        _at("entered_at", "When.", required=True),
        _text("reason", "Why, for a rejection."),
        _one_of("created_by", FUNCTIONS, "The function that set it; tells a sales-created SQL."),
    ),
)

LEAD_ASSIGNMENT = Table(
    "lead_assignment",
    "One row each time a lead was given to somebody to follow up.",
    ("contact_id", "assigned_at"),
    (
        _id("contact_id", "The person to follow up.", required=True),
        _at("assigned_at", "When.", required=True),
        _id("user_id", "Who is to follow up, a crm_user."),
        _text("lead_type", "Kind of lead with its own target time, such as Demo request."),
        _at("paused_at", "When the clock was stopped."),
        _at("resumed_at", "When it went on."),
        _text("pause_reason", "Why; a pause without a reason does not count."),
    ),
)

OPPORTUNITY = Table(
    "opportunity",
    "A possible sale.",
    ("opportunity_id",),
    (
        _id("opportunity_id", "The system's own id.", required=True),
        _id("account_id", "The buying account."),
        _text("name", "The opportunity's name."),
        _text("stage", "The stage it is in; a name from [stages].", required=True, tracked=True),
        _one_of("motion", MOTIONS, "Kind of sale.", tracked=True),
        _one_of("expansion_type", EXPANSION_TYPES, "What an expansion expands."),
        _money("amount", "The CRM's amount.", tracked=True),
        _money("acv", "Annualised recurring value.", tracked=True),
        _money("net_arr", "Net new ARR.", tracked=True),
        _money("tcv", "Total contract value.", tracked=True),
        _money("renewal_base", "Of a renewal: the annual value that was already there.", tracked=True),
        _money("one_off", "Part of the amount that does not recur."),
        _number("term_months", "Length of the contract in months."),
        CURRENCY,
        _at("created_at", "When it was created."),
        _on("close_on", "The CRM's close date: expected while open, actual once closed.", tracked=True),
        _at("closed_at", "When it was closed, if the system records the instant."),
        _text("lead_source", "The source recorded on the opportunity.", tracked=True),
        _id("campaign_id", "The primary campaign."),
        Column("owner_id", Kind.ID, "The owner, a crm_user.", tracked=True),
        _one_of("qualified_by", FUNCTIONS, "The function that qualified it."),
        _text("lost_reason", "Why it was lost; `duplicate`, `test`, `merged` and `no_decision` are known."),
        _text("product", "Product or product line."),
        _number("probability", "The CRM's probability, 0 to 1."),
        _text("forecast_category", "The CRM's forecast category."),
        _flag("is_partner", "True for a partner's own deal."),
        _flag("is_self_serve", "True when bought without a salesperson."),
        _id("merged_into_id", "The surviving opportunity, when this one was merged away."),
        _flag("is_test", "True for test and internal records, which no metric counts."),
    ),
)  # fmt: skip

OPPORTUNITY_STAGE_HISTORY = Table(
    "opportunity_stage_history",
    "One row each time an opportunity entered a stage.",
    ("opportunity_id", "entered_at", "stage"),
    (
        _id("opportunity_id", "The opportunity.", required=True),
        _text("stage", "The stage entered; a name from [stages].", required=True),
        _at("entered_at", "When.", required=True),
    ),
)

OPPORTUNITY_FIELD_HISTORY = Table(
    "opportunity_field_history",
    "One row each time a tracked field of an opportunity got a new value.",
    ("opportunity_id", "field", "changed_at"),
    (
        _id("opportunity_id", "The opportunity.", required=True),
        _text("field", "The canonical column: amount, acv, close_on, owner_id ...", required=True),
        _at("changed_at", "When.", required=True),
        _text("old_value", "The value before, as text."),
        _text("new_value", "The value after, as text."),
    ),
)

OPPORTUNITY_CONTACT_ROLE = Table(
    "opportunity_contact_role",
    "A person on the buying side of an opportunity.",
    ("opportunity_id", "contact_id"),
    (
        _id("opportunity_id", "The opportunity.", required=True),
        _id("contact_id", "The person.", required=True),
        _text("role", "Decision maker, user, champion ..."),
        _flag("is_primary", "True for the primary role."),
    ),
)

SUBSCRIPTION = Table(
    "subscription",
    "A recurring contract of one account: what it is worth a year, from when to when.",
    ("subscription_id",),
    (
        _id("subscription_id", "The system's own id; without one, account, product and start are its id, and of equal rows each is a contract."),
        _id("account_id", "The customer.", required=True),
        _text("product", "Product or plan."),
        _money("arr", "Annual recurring value while in force; below zero for a credit or a discount.", required=True),
        CURRENCY,
        _on("starts_on", "First day of service.", required=True),
        _on("ends_on", "First day without service; empty while open-ended."),
        _at("signed_at", "When the contract was signed; the start if empty."),
        _id("renewal_of_id", "The subscription that this one renews, where the system says so."),
        _on("notice_on", "When the customer gave notice."),
        _on("billing_cancelled_on", "When billing was cancelled."),
        _money("price_uplift", "Part of the ARR that is a price rise over the contract before."),
        _one_of("revenue_kind", ("recurring", "usage", "committed_usage", "one_off"), "What kind of revenue it is; recurring if not mapped."),
        _flag("is_trial", "True for a trial, which is not ARR."),
    ),
)  # fmt: skip

INVOICE_LINE = Table(
    "invoice_line",
    "A line of an invoice or credit note.",
    ("invoice_line_id",),
    (
        _id("invoice_line_id", "The system's own id; without one, account, day, product, amount, currency and kind are its id, and of equal rows each is a line."),
        _id("account_id", "The customer.", required=True),
        _on("invoiced_on", "The invoice's day.", required=True),
        _money("amount", "The line's amount; negative for a credit.", required=True),
        CURRENCY,
        _text("product", "Product or plan."),
        _one_of("revenue_kind", ("recurring", "usage", "committed_usage", "one_off"), "What kind of revenue it is; recurring if not mapped."),
    ),
)  # fmt: skip

ARR_MOVEMENT = Table(
    "arr_movement",
    "A change of an account's ARR. Derived from subscriptions, unless you bring your own.",
    ("account_id", "moved_on", "kind"),
    (
        _id("account_id", "The customer.", required=True),
        _on("moved_on", "The first day with the new ARR.", required=True),
        _one_of("kind", ("new", "expansion", "price", "contraction", "churn", "reactivation"), "What kind of change.", required=True),
        _money("amount", "The change: positive up, negative down.", required=True),
        CURRENCY,
    ),
)  # fmt: skip

HEALTH_SCORE = Table(
    "health_score",
    "A customer's health on a day.",
    ("account_id", "scored_at", "measure"),
    (
        _id("account_id", "The customer.", required=True),
        _at("scored_at", "When.", required=True),
        _number("score", "0 to 100.", required=True),
        _text("band", "The vendor's band, such as Green."),
        _text("measure", "Which measure; empty for the overall score."),
    ),
)

PRODUCT_USAGE = Table(
    "product_usage",
    "How much an account used the product on a day.",
    ("account_id", "used_on", "measure"),
    (
        _id("account_id", "The customer.", required=True),
        _on("used_on", "The day.", required=True),
        _text("measure", "Feature or measure.", required=True),
        _number("quantity", "How much.", required=True),
    ),
)

EXPANSION_SIGNAL = Table(
    "expansion_signal",
    "A sign, seen by customer success, that an account may buy more or leave.",
    ("signal_id",),
    (
        _id("signal_id", _CONTENT_ID),
        _id("account_id", "The customer.", required=True),
        _at("signalled_at", "When.", required=True),
        _text("kind", "What kind of signal.", required=True),
        _text("detail", "What was seen."),
    ),
)

SALES_ACTIVITY = Table(
    "sales_activity",
    "Something a salesperson or a CSM did with a person or an account.",
    ("activity_id",),
    (
        _id("activity_id", _CONTENT_ID),
        _at("happened_at", "When.", required=True),
        _one_of("kind", ACTIVITY_KINDS, "What it was.", required=True),
        _id("contact_id", "The person."),
        _id("account_id", "The account."),
        _id("opportunity_id", "The opportunity."),
        _id("user_id", "Who did it, a crm_user."),
        _one_of("function", FUNCTIONS, "Whose activity it was; sales if not mapped."),
        _one_of("direction", ("outbound", "inbound"), "Who reached out; outbound if not mapped."),
        _flag("is_automatic", "True for auto-replies and sequences, which are no human touch."),
        _text("subject", "Subject."),
    ),
)

FX_RATE = Table(
    "fx_rate",
    "What one unit of a currency is worth in the company's currency, from a day on.",
    ("currency", "valid_from", "kind"),
    (
        _text("currency", "The foreign currency.", required=True),
        _on("valid_from", "First day of the rate; for a plan rate the first day of the fiscal year.", required=True),
        _number("rate", "Company currency per unit.", required=True),
        _one_of("kind", ("plan", "spot"), "Plan rates are fixed for a fiscal year; plan if not mapped."),
    ),
)  # fmt: skip

TARGET = Table(
    "target",
    "What the company wants to win in a period: the denominator of pipeline coverage.",
    ("starts_on", "ends_on", "segment"),
    (
        _on("starts_on", "First day of the period.", required=True),
        _on("ends_on", "Day after the period's last.", required=True),
        _money("amount", "Bookings target.", required=True),
        CURRENCY,
        _text("segment", "Segment the target is for; empty for the company."),
    ),
)

TABLES: tuple[Table, ...] = (
    ACCOUNT, CONTACT, CRM_USER, CRM_CAMPAIGN, CAMPAIGN_MEMBERSHIP, TOUCHPOINT,
    LIFECYCLE_STAGE_HISTORY, LEAD_ASSIGNMENT, OPPORTUNITY, OPPORTUNITY_STAGE_HISTORY,
    OPPORTUNITY_FIELD_HISTORY, OPPORTUNITY_CONTACT_ROLE, SUBSCRIPTION, INVOICE_LINE, ARR_MOVEMENT,
    HEALTH_SCORE, PRODUCT_USAGE, EXPANSION_SIGNAL, SALES_ACTIVITY, FX_RATE, TARGET,
)  # fmt: skip

BY_NAME: dict[str, Table] = {table.name: table for table in TABLES}

IS_DAY = "{}_is_day"
"""Beside each instant: whether only its day is known, so that it may be any hour of it."""

OF_THE_SAME_OBJECT = ("merged_into_id", "parent_id", "renewal_of_id")
"""Ids that name another record of the same object of the vendor's: of the same scope."""

LINEAGE = ("source", "file", "file_row", "load_id", "exported_at")
"""Columns every canonical row carries besides its own: where it came from, and as of when."""
