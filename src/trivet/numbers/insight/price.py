"""What a proposed definition would have changed: quarter by quarter, record by record.

Both sides are counted today, from one build: whatever differs, the definition did. Nothing of it
rewrites a closed book.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

import pyarrow as pa

from trivet.numbers.ledger.difference import Difference, counted_of, differences
from trivet.numbers.ledger.recount import Recount
from trivet.numbers.shared_metrics.definition import Definition
from trivet.numbers.shared_metrics.figure import Unit, decimal_text
from trivet.numbers.shared_metrics.metric import Metric, Sums
from trivet.numbers.shared_metrics.registry import metric_named
from trivet.numbers.shared_metrics.rows import rows_where, total
from trivet.sentence import Sentence
from trivet.vocabulary.function import Function
from trivet.vocabulary.period import Period

QUARTERS = 8

SOURCES = ("marketing_sourced_pipeline", "win_rate")
"""Metrics whose rows say who created the opportunity: what entered, and what closed."""

SPLIT = {"expansion_pipeline": "marketing_sourced_pipeline", "time_to_close": "win_rate"}
"""Metrics about the same opportunities as one of those: who created them is read from its rows."""

Lacks = Callable[[Metric, Definition], str]


@dataclass(frozen=True, slots=True)
class Side:
    """What a set of rows comes to under one definition.

    numerator, denominator   sums; money in minor units of the company's currency
    value                    None where there is none; `reason` then says why
    """

    numerator: Fraction | None
    denominator: Fraction | None
    value: Fraction | None
    records: int
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """The same rows' sides under two definitions."""

    before: Side
    after: Side

    @property
    def is_same(self) -> bool:
        return self.before == self.after

    @property
    def moves(self) -> Fraction | None:
        """How far the value moves, in the metric's unit; None where either has no value."""
        if self.before.value is None or self.after.value is None:
            return None
        return self.after.value - self.before.value


@dataclass(frozen=True, slots=True)
class Flip:
    """A record that counts otherwise.

    opportunity_id, account_id, contact_id   whom it is about, '' where there is none
    """

    period: Period
    difference: Difference
    opportunity_id: str
    account_id: str
    contact_id: str

    @property
    def kind(self) -> str:
        """In one word: enters, leaves, changes."""
        if self.difference.before is None:
            return "enters"
        return "leaves" if self.difference.after is None else "changes"


@dataclass(frozen=True, slots=True)
class PricedPeriod:
    """One closed quarter.

    functions   by who created the opportunities; empty where the rows are about none
    flips       every record that counts otherwise
    """

    period: Period
    change: Change
    functions: Mapping[Function, Change]
    flips: tuple[Flip, ...]


@dataclass(frozen=True, slots=True)
class PricedMetric:
    """One metric under both definitions, the oldest quarter first."""

    before: Definition
    after: Definition
    unit: Unit
    periods: tuple[PricedPeriod, ...]

    @property
    def flips(self) -> int:
        return sum(len(each.flips) for each in self.periods)

    @property
    def moved(self) -> int:
        """In how many quarters the value is another."""
        return sum(each.change.before.value != each.change.after.value for each in self.periods)


@dataclass(frozen=True, slots=True)
class Price:
    """What a proposal changes.

    build     the one build that both sides were counted from
    metrics   those whose definition is another; a changed base may change several
    """

    build: str
    currency: str
    metrics: tuple[PricedMetric, ...]

    def as_json(self) -> dict[str, object]:
        """What is kept with a decision: figures and counts, without the records themselves."""
        return {
            "build": self.build,
            "metrics": [
                {
                    "metric": each.after.id,
                    "before": each.before.hash,
                    "after": each.after.hash,
                    "periods": [
                        {
                            "period": one.period.key,
                            "before": decimal_text(one.change.before.value),
                            "after": decimal_text(one.change.after.value),
                            "records_otherwise": len(one.flips),
                        }
                        for one in each.periods
                    ],
                }
                for each in self.metrics
            ],
        }


def price(
    recount: Recount,
    before: Mapping[str, Definition],
    after: Mapping[str, Definition],
    periods: Sequence[Period],
    *,
    currency: str,
    lacks: Lacks,
) -> Price:
    """Count closed quarters under the definitions in force and under those proposed.

    before, after   by metric; a metric with the same hash in both is left out
    lacks           why a metric cannot be computed under a definition, '' if it can

    Reads    each metric once a side, for all periods together
    """
    rows_of = _Rows(recount, periods)
    priced = []
    for name, proposed in after.items():
        current = before[name]
        if proposed.hash == current.hash:
            continue
        metric = metric_named(name)
        sides = (
            _Counted(metric, current, rows_of, before, lacks(metric, current)),
            _Counted(metric, proposed, rows_of, after, lacks(metric, proposed)),
        )
        priced.append(
            PricedMetric(
                current,
                proposed,
                metric.subject.unit or Unit.SHARE,
                tuple(_period(period, *sides) for period in periods),
            )
        )
    return Price(recount.build, currency, tuple(priced))


class _Rows:
    """The rows of definitions over the periods, each asked once."""

    def __init__(self, recount: Recount, periods: Sequence[Period]) -> None:
        self._recount = recount
        self._periods = periods
        self._kept: dict[str, dict[str, pa.Table]] = {}

    def __call__(self, definition: Definition) -> dict[str, pa.Table]:
        if definition.hash not in self._kept:
            self._kept[definition.hash] = self._recount.rows(definition, self._periods)
        return self._kept[definition.hash]


class _Counted:
    """One metric under one definition.

    under   every definition of that side: who created an opportunity is asked under the same
    """

    def __init__(
        self,
        metric: Metric,
        definition: Definition,
        rows_of: _Rows,
        under: Mapping[str, Definition],
        lacks: str,
    ) -> None:
        self._metric = metric
        self._definition = definition
        self._rows_of = rows_of
        self._under = under
        self._lacks = lacks

    def rows(self, period: Period) -> pa.Table:
        return self._rows_of(self._definition)[period.key]

    def side(self, rows: pa.Table) -> Side:
        if self._lacks:
            return Side(
                None,
                None,
                None,
                0,
                Sentence("not computable: %(lacking)s", {"lacking": self._lacks}),
            )
        sums = Sums(_sum(rows, "numerator"), _sum(rows, "denominator"), len(rows), rows)
        answer = self._metric.answer(self._definition, sums)
        return Side(answer.numerator, answer.denominator, answer.value, len(rows), answer.reason)

    def by_function(self, period: Period) -> Mapping[Function, pa.Table]:
        """The period's rows by who created their opportunities; empty if they are about none."""
        rows = self._with_source(period)
        # What cannot be computed has no rows, and no columns that would say.
        if rows is None or "sourced_by" not in rows.column_names:
            return {}
        found = {}
        for function in Function:
            theirs = rows_where(rows, "sourced_by", str(function))
            if len(theirs):
                found[function] = theirs
        return found

    def _with_source(self, period: Period) -> pa.Table | None:
        rows = self.rows(period)
        if self._metric.id in SOURCES:
            return rows
        if self._metric.id not in SPLIT:
            return None
        asked = self._under[SPLIT[self._metric.id]]
        if asked.id == "win_rate":
            asked = asked.with_options(sourced="all")
        told = self._rows_of(asked)[period.key]
        names = ("opportunity_id", "sourced_by")
        if not set(names) <= set(told.column_names) or names[0] not in rows.column_names:
            return None
        of = dict(zip(*(told[name].to_pylist() for name in names), strict=True))
        sourced = [
            of.get(each) or str(Function.UNKNOWN) for each in rows["opportunity_id"].to_pylist()
        ]
        return rows.append_column("sourced_by", pa.array(sourced, pa.string()))


def _period(period: Period, before: _Counted, after: _Counted) -> PricedPeriod:
    own, theirs = before.rows(period), after.rows(period)
    here, there = before.by_function(period), after.by_function(period)
    functions = {
        function: Change(
            before.side(here.get(function, own.slice(0, 0))),
            after.side(there.get(function, theirs.slice(0, 0))),
        )
        for function in Function
        if function in here or function in there
    }
    change = Change(before.side(own), after.side(theirs))
    return PricedPeriod(period, change, functions, tuple(_flips(period, own, theirs)))


def _flips(period: Period, before: pa.Table, after: pa.Table) -> Iterator[Flip]:
    found = differences(counted_of(before), counted_of(after))
    if not found:
        return
    subjects = _subjects(before) | _subjects(after)
    for each in found:
        yield Flip(period, each, *subjects[each.record_id])


def _subjects(rows: pa.Table) -> dict[str, tuple[str, str, str]]:
    """Whom each record is about: opportunity, account, contact."""
    nobody = [""] * len(rows)
    opportunities, accounts, contacts = (
        [each or "" for each in rows[name].to_pylist()] if name in rows.column_names else nobody
        for name in ("opportunity_id", "account_id", "contact_id")
    )
    about = zip(opportunities, accounts, contacts, strict=True)
    records = [str(each) for each in rows["record_id"].to_pylist()]
    return dict(zip(records, about, strict=True))


def _sum(rows: pa.Table, column: str) -> Fraction:
    return Fraction(total(rows, column))
