"""The shapes that pages are given: rows, movements, flows, cohorts, records."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from trivet.vocabulary.period import Period


@dataclass(frozen=True, slots=True)
class DimensionValues:
    """A dimension and the values it takes in this build, most frequent first."""

    name: str
    title: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RowPage:
    """Some of the rows behind a figure, in the order asked for.

    columns    name and kind of each: text, money, day, number, flag, id:opportunity, id:account
    rows       one mapping a row
    total      rows behind the figure after the text filter
    numerator, denominator   sums over all rows after the text filter, not just this page
    """

    columns: tuple[tuple[str, str], ...]
    rows: tuple[Mapping[str, object], ...]
    total: int
    numerator: Fraction
    denominator: Fraction


@dataclass(frozen=True, slots=True)
class Movement:
    """One bar of the retention waterfall.

    kind   opening, expansion, price, reactivation, contraction, churn or closing
    """

    kind: str
    amount_minor: int
    accounts: int


@dataclass(frozen=True, slots=True)
class FlowEdge:
    """Opportunities that went from one node of the pipeline flow to another.

    from_node, to_node   a function, then qualified or not_qualified, then won, lost or open
    """

    from_node: str
    to_node: str
    opportunities: int
    amount_minor: int


@dataclass(frozen=True, slots=True)
class Cohort:
    """Accounts that became customers in one quarter, and what they keep paying.

    retained   NRR of the cohort at the end of quarter 0, 1, 2 ... after its first
    """

    period: Period
    accounts: int
    opening_arr_minor: int
    retained: tuple[Fraction | None, ...]


@dataclass(frozen=True, slots=True)
class FactUsed:
    """One fact on a record page and where it came from.

    value   what the record holds; of a record it names: (id, name), where the name is known
    """

    label: str
    value: object
    kind: str
    source: str
    file: str
    file_row: int | None
    known_from: datetime | None
    evidence: str


@dataclass(frozen=True, slots=True)
class AccountTeam:
    """What is somebody's own: ids of accounts and of opportunities."""

    accounts: frozenset[str]
    opportunities: frozenset[str]

    def has_opportunity(self, opportunity_id: str, account_id: str) -> bool:
        """True for their own opportunity, and for every one of an account of theirs."""
        return opportunity_id in self.opportunities or account_id in self.accounts


@dataclass(frozen=True, slots=True)
class RecordPage:
    """Everything known about an opportunity or an account.

    facts      every fact used and its origin
    tables     related rows by heading: stages, touches, people, subscriptions, health ...
    """

    record_id: str
    title: str
    subtitle: str
    facts: tuple[FactUsed, ...]
    tables: tuple[tuple[str, tuple[Mapping[str, object], ...]], ...]
