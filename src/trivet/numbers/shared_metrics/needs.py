"""What a metric needs to be loaded, and the sentence when it is not.

A missing input is said, never counted as zero. What counts is how many records hold a value: a
column that is mapped but empty everywhere answers no question.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from trivet.numbers.shared_metrics.definition import Definition
from trivet.sentence import Sentence


@dataclass(frozen=True, slots=True)
class Loaded:
    """How many rows each table has, and how many of them hold each column.

    known_from   by table, the first day from which on its records are known
    """

    rows: Mapping[str, int]
    filled: Mapping[tuple[str, str], int]
    known_from: Mapping[str, date] = field(default_factory=dict)

    def recurring_basis(self, chosen: str) -> str:
        """What tells who is a customer: the basis a definition chose, else the best there is."""
        best = [chosen, *(basis for basis in RECURRING if basis != chosen)]
        return next(
            (basis for basis in best if self.rows.get(f"real_{RECURRING[basis]}", 0)), chosen
        )

    def has(self, table: str, *columns: str) -> bool:
        """Whether the table has rows, and some hold each of these columns."""
        return self.rows.get(table, 0) > 0 and all(
            self.filled.get((table, column), 0) > 0 for column in columns
        )


RECURRING = {
    "subscriptions": "subscription",
    "movements": "arr_movement",
    "invoices": "invoice_line",
}
"""The table of each basis of recurring revenue, the best evidence of it first."""

NO_OPPORTUNITIES = Sentence("no opportunities are loaded")
NO_HISTORY = Sentence("no opportunity_stage_history is loaded")
HISTORY_OF_OTHERS = Sentence(
    "every opportunity_stage_history that is loaded is of an opportunity that is not loaded"
)
NO_QUALIFIED_STAGE = Sentence(
    "no stage is qualified_from, so nobody knows which opportunities are qualified: name the"
    " first such stage as qualified_from under [stages] in trivet.toml"
)
NO_ACCEPTED_STAGE = Sentence(
    "no stage is accepted_from, so nobody knows which opportunities sales accepted: name the"
    " first such stage as accepted_from under [stages] in trivet.toml"
)


def beginning(definition: Definition, loaded: Loaded) -> str:
    """Opportunities, and something that dates their beginning."""
    if not loaded.has("opportunity"):
        return NO_OPPORTUNITIES
    if loaded.has("opportunity", "created_at") or loaded.rows.get("recorded_stage", 0):
        return ""
    return Sentence(
        "no opportunity has a created_at and %(what)s, so nobody knows when one entered the"
        " pipeline",
        {"what": _no_history(loaded)},
    )


def _no_history(loaded: Loaded) -> str:
    return HISTORY_OF_OTHERS if loaded.rows.get("loaded_stage", 0) else NO_HISTORY


def entry(definition: Definition, loaded: Loaded) -> str:
    """Something that dates when opportunities entered the pipeline, and the stage that is entry."""
    return beginning(definition, loaded) or entry_stage(definition, loaded)


def entry_stage(definition: Definition, loaded: Loaded) -> str:
    """The stage whose first day is the entry, where the definition asks for one.

    Without it only won opportunities would ever enter, by the fallback: every share of the
    pipeline would be a share of what was won.
    """
    match definition.option("entry_event"):
        case "first_qualified_stage":
            return qualified_stage(definition, loaded)
        case "sales_accepted" if not loaded.rows.get("accepted_stage", 0):
            return NO_ACCEPTED_STAGE
    return ""


def qualified_stage(definition: Definition, loaded: Loaded) -> str:
    """A stage from which an opportunity is qualified."""
    return "" if loaded.rows.get("qualified_stage", 0) else NO_QUALIFIED_STAGE


def closing(definition: Definition, loaded: Loaded) -> str:
    """Opportunities, stages that close them, and something that dates their close."""
    if not loaded.has("opportunity"):
        return NO_OPPORTUNITIES
    if not loaded.rows.get("closing_stage", 0):
        return Sentence("[stages] names no stage as won or lost, so nothing can close")
    if (
        loaded.has("opportunity", "close_on")
        or loaded.has("opportunity", "closed_at")
        or loaded.rows.get("recorded_stage", 0)
    ):
        return ""
    return Sentence(
        "no opportunity has a close_on or closed_at and %(what)s", {"what": _no_history(loaded)}
    )


def amount(definition: Definition, loaded: Loaded) -> str:
    """Something that says what an opportunity is worth."""
    columns = {
        "amount_field": ("amount",),
        "net_arr": ("net_arr",),
        "tcv": ("tcv", "amount"),
    }.get(str(definition.option("amount_basis")), ("acv", "amount"))
    if any(loaded.has("opportunity", column) for column in columns):
        return ""
    return Sentence(
        "no opportunity has %(columns)s, so nobody knows what pipeline is worth",
        {"columns": Sentence.joined("%(first)s or %(then)s", columns)},
    )


def source_evidence(definition: Definition, loaded: Loaded) -> str:
    """Evidence for at least one rule of the chain."""
    lacking: list[str] = []
    rules = definition.option("source_rule")
    assert isinstance(rules, list)
    for rule in rules:
        found = _source_lacks(str(rule), loaded)
        if not found:
            return ""
        if found not in lacking:
            lacking.append(found)
    return Sentence(
        "no source recorded: %(lacking)s",
        {
            "lacking": Sentence.joined("%(first)s, and %(then)s", lacking)
            or Sentence("no rule is chosen")
        },
    )


def _source_lacks(rule: str, loaded: Loaded) -> str:
    match rule:
        case "first_touch_lookback" | "campaign_before_creation" | "converting_touch":
            if not loaded.has("touchpoint"):
                return Sentence("no touchpoints are loaded")
            if not loaded.has("opportunity", "created_at"):
                return Sentence("no opportunity has a created_at to look back from")
            if not loaded.rows.get("related_touch", 0):
                return Sentence(
                    "no touchpoint is of somebody at the account of an opportunity or with a role"
                    " in one"
                )
        case "lead_source":
            if not loaded.has("opportunity", "lead_source"):
                return Sentence("no opportunity has a lead_source")
            if not loaded.rows.get("lead_source_function", 0):
                return Sentence(
                    "[lead_sources] says of no lead source which function it belongs to"
                )
        case "primary_campaign" if not loaded.has("opportunity", "campaign_id"):
            return Sentence("no opportunity has a campaign_id")
        case "mql_before_creation" if not loaded.rows.get("mql", 0):
            return Sentence("no lifecycle_stage_history has an MQL")
        case "sales_qualified_source" if not loaded.has("opportunity", "qualified_by"):
            return Sentence("no opportunity has a qualified_by")
    return ""


def customers(definition: Definition, loaded: Loaded) -> str:
    """Evidence of who is a customer: recurring revenue, or at least the CRM's type of sale."""
    if loaded.has("opportunity", "motion"):
        return ""
    if any(loaded.has(table) for table in ("subscription", "invoice_line", "arr_movement")):
        if loaded.has("opportunity", "account_id"):
            return ""
        return Sentence(
            "no type recorded: no opportunity has an account_id or a motion, so nobody knows which"
            " come from customers"
        )
    return Sentence(
        "no type recorded: no subscriptions or invoices are loaded, and no opportunity has a"
        " motion, so nobody knows who was a customer"
    )


def recurring_revenue(definition: Definition, loaded: Loaded) -> str:
    """The table that the chosen basis reads; where it is empty, which other basis would answer."""
    chosen = str(definition.option("basis"))
    table = RECURRING[chosen]
    if loaded.has(table):
        if definition.option("method") == "renewals_due" and not loaded.has(
            "subscription", "ends_on"
        ):
            return Sentence(
                "method = renewals_due follows customers whose contract ended, and no subscription"
                " with ends_on is loaded"
            )
        return ""
    for basis, other in RECURRING.items():
        if loaded.has(other):
            return Sentence(
                "the table %(table)s is empty, from which the definition reads recurring revenue."
                " %(other)s is loaded: with basis = %(basis)s in retention_base it would be read"
                " from there",
                {"table": table, "other": other, "basis": basis},
            )
    return Sentence(
        "no recurring revenue is loaded: the table %(table)s is empty", {"table": table}
    )


def lifecycle(definition: Definition, loaded: Loaded) -> str:
    """MQLs and SQLs."""
    if not loaded.rows.get("mql", 0):
        return Sentence("no lifecycle_stage_history has an MQL")
    if not loaded.rows.get("sql", 0):
        return Sentence("no lifecycle_stage_history has an SQL")
    return ""


def follow_ups(definition: Definition, loaded: Loaded) -> str:
    """Leads that were given to somebody, and what was done about them."""
    if not loaded.has("lead_assignment"):
        return Sentence("no lead_assignment is loaded")
    if not loaded.has("sales_activity", "contact_id"):
        return Sentence(
            "no sales_activity with a contact is loaded, so every lead would look untouched"
        )
    return ""


def target(definition: Definition, loaded: Loaded) -> str:
    """Something to cover, and dates by which it is to be covered."""
    if not loaded.has("target"):
        return Sentence("no target is loaded")
    if not loaded.has("opportunity", "close_on"):
        return Sentence("no opportunity has a close_on")
    return ""
