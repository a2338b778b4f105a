"""What a criterion can ask for in this company's data: for the form, and to refuse what is not."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from trivet.numbers.insight.icp.predicates.happened import TOUCHES
from trivet.numbers.insight.icp.verdicts import own_sql
from trivet.numbers.shared_metrics.measure import Measurement
from trivet.numbers.workspace.settings import Settings

WITH_HISTORY = ("segment", "region")
"""Attributes whose values the warehouse keeps with the time they held (account_history)."""

VALUES_SHOWN = 50


@dataclass(frozen=True, slots=True)
class AttributeValue:
    """A value, and at how many accounts it is found."""

    value: str
    accounts: int


@dataclass(frozen=True, slots=True)
class Attribute:
    """Something that is known of accounts.

    name          as a criterion asks for it
    kind          number, one (a value each) or several (values with `;` between)
    record_kind   account, opportunity or contact: whose field it is
    known         accounts of which something is known
    accounts      all accounts
    has_history   whether an earlier value is still known; without, evidence is of today's values
    about_seller  says who sells or where, not who buys
    values        the commonest, most frequent first; of a number none
    low, high     of a number, the smallest and the largest
    """

    name: str
    kind: str
    record_kind: str
    known: int
    accounts: int
    has_history: bool
    about_seller: bool
    values: tuple[AttributeValue, ...]
    low: Decimal | None = None
    high: Decimal | None = None

    @property
    def known_share(self) -> float:
        """0 to 1."""
        return self.known / self.accounts if self.accounts else 0.0


@dataclass(frozen=True, slots=True)
class EventKind:
    """Something that happens, and at how many accounts it did.

    source   touchpoint, product_usage or expansion_signal
    """

    source: str
    kind: str
    accounts: int


@dataclass(frozen=True, slots=True)
class Askable:
    """All that a criterion can ask for.

    titles         job titles, most frequent first, with the accounts that have one
    buying_roles   roles on opportunities, with the accounts that have one
    """

    attributes: tuple[Attribute, ...]
    events: tuple[EventKind, ...]
    titles: tuple[AttributeValue, ...]
    buying_roles: tuple[AttributeValue, ...]

    @property
    def names(self) -> frozenset[str]:
        """Of the attributes."""
        return frozenset(each.name for each in self.attributes)

    def attribute(self, name: str) -> Attribute | None:
        return next((each for each in self.attributes if each.name == name), None)


HAPPENED = """
select 'touchpoint' as source, touch.kind, count(distinct touch.account_no) as accounts
from touch
where touch.account_no > 0 and touch.evidence > 0
group by touch.kind
union all
select 'product_usage', measure, count(distinct account_id) from product_usage group by measure
union all
select 'expansion_signal', kind, count(distinct account_id) from expansion_signal group by kind
order by 1, 3 desc, 2
"""

TITLES = """
select title as value, count(distinct account_id) as accounts
from contact where title is not null and account_id is not null
group by title order by 2 desc, 1 limit 50
"""

ROLES = """
select role.role as value, count(distinct opportunity.account_id) as accounts
from opportunity_contact_role as role join opportunity using (opportunity_id)
where role.role is not null group by role.role order by 2 desc, 1 limit 50
"""


def sellers(settings: Settings) -> frozenset[str]:
    """Names of attributes that tell who sells or where: what they predict is who was lucky."""
    users = {
        name
        for name, dimension in settings.dimensions.items()
        if dimension.table == "crm_user" or dimension.column in ("owner_id", "csm_id")
    }
    return frozenset(users | {"owner"})


def askable(measurement: Measurement) -> Askable:
    """What a form offers: names, kinds, how much is known, common values."""
    engine, settings = measurement.engine, measurement.settings
    steps = {"record_attribute": own_sql("record_attribute")}
    counted = engine.ask(own_sql("attribute_known"), {}, {}, steps).to_pylist()
    values: dict[str, list[AttributeValue]] = {}
    for row in engine.ask(own_sql("attribute_value"), {}, {}, steps).to_pylist():
        found = AttributeValue(row["value"], row["accounts"])
        values.setdefault(row["attribute"], []).append(found)
    about_seller = sellers(settings)
    attributes = []
    for row in counted:
        name = row["attribute"]
        is_number = not row["without_number"] and row["differing"] > 0
        kind = "number" if is_number else "several" if row["has_lists"] else "one"
        attributes.append(
            Attribute(
                name,
                kind,
                row["record_kind"],
                row["known"],
                row["accounts"],
                name in WITH_HISTORY,
                name in about_seller,
                () if is_number else tuple(values.get(name, ())[:VALUES_SHOWN]),
                row["low"] if is_number else None,
                row["high"] if is_number else None,
            )
        )
    events = tuple(
        EventKind(row["source"], row["kind"], row["accounts"])
        for row in engine.rows(HAPPENED).to_pylist()
        if row["source"] != "touchpoint" or row["kind"] in TOUCHES
    )
    return Askable(
        tuple(attributes),
        events,
        tuple(AttributeValue(r["value"], r["accounts"]) for r in engine.rows(TITLES).to_pylist()),
        tuple(AttributeValue(r["value"], r["accounts"]) for r in engine.rows(ROLES).to_pylist()),
    )
