"""What one build has been asked, remembered: a build never changes its answers."""

from __future__ import annotations

import json
import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import TypeVar, cast

import pyarrow as pa

from trivet.numbers.charts import render
from trivet.numbers.charts.theme import Spec
from trivet.numbers.insight.icp import Profile
from trivet.numbers.insight.icp.attributes import Askable
from trivet.numbers.insight.icp.difference import ProfileDifference
from trivet.numbers.insight.icp.draft import Suggested
from trivet.numbers.insight.icp.evidence import Evidence
from trivet.numbers.insight.icp.fit import Fit
from trivet.numbers.insight.icp.validation import InForce, Validation
from trivet.numbers.insight.price import Price
from trivet.numbers.revenue_model import (
    AccountTeam,
    Cohort,
    DimensionValues,
    FlowEdge,
    Movement,
    RecordPage,
    RevenueModel,
    RowPage,
)
from trivet.numbers.revenue_model.freshness import Freshness
from trivet.numbers.shared_metrics.definition import Definition
from trivet.numbers.shared_metrics.figure import Figure
from trivet.numbers.shared_metrics.lint import Problem
from trivet.vocabulary.period import Grain, Period

ANSWERS_KEPT = 2000

Answer = TypeVar("Answer")
Where = Mapping[str, str]


class Memory:
    """Answers and finished charts, the least lately used forgotten first. Threads share it."""

    def __init__(self) -> None:
        self._kept: OrderedDict[object, object] = OrderedDict()
        self._lock = threading.Lock()
        self._asking: dict[object, threading.Lock] = {}

    def remember(self, key: object, ask: Callable[[], Answer]) -> Answer:
        """What was answered before, or what `ask` answers now."""
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return cast(Answer, self._kept[key])
            asking = self._asking.setdefault(key, threading.Lock())
        # A slow question holds up only those who ask the same, and they find it answered.
        with asking:
            with self._lock:
                if key in self._kept:
                    return cast(Answer, self._kept[key])
            try:
                answer = ask()
                with self._lock:
                    self._kept[key] = answer
                    while len(self._kept) > ANSWERS_KEPT:
                        self._kept.popitem(last=False)
            finally:
                with self._lock:
                    self._asking.pop(key, None)
        return answer


class Answers:
    """A build's answers, each asked once.

    as_of   answer with what was known at the end of this day; None for all that is known
    """

    def __init__(
        self, model: RevenueModel, memory: Memory | None = None, as_of: date | None = None
    ) -> None:
        self.model = model
        self.build = model.build
        self.memory = memory or Memory()
        self.as_of = as_of
        self._remember = self.memory.remember

    @property
    def agreed(self) -> str:
        return self.model.in_force.hash

    @property
    def currency(self) -> str:
        return self.model.settings.company.currency

    @property
    def time_zone(self) -> str:
        return self.model.settings.company.time_zone

    @property
    def company(self) -> str:
        return self.model.settings.company.name

    @property
    def data_as_of(self) -> Mapping[str, datetime]:
        return self.model.data_as_of

    def dimensions(self, metric: str = "") -> tuple[DimensionValues, ...]:
        return self._remember(("dimensions", metric), lambda: self.model.dimensions(metric))

    def row_dimensions(self, metric: str) -> tuple[str, ...]:
        return self._remember(("own", metric), lambda: self.model.row_dimensions(metric))

    def latest_period(self, grain: Grain) -> Period:
        return self._remember(("latest", grain), lambda: self.model.latest_period(grain))

    def freshness(self) -> tuple[Freshness, ...]:
        return self.model.freshness

    def data(self) -> Mapping[str, object]:
        return self._remember("data", self.model.data)

    def problems(self) -> tuple[Problem, ...]:
        return self._remember("problems", lambda: tuple(self.model.problems()))

    def problems_if(self, definitions: Mapping[str, Definition]) -> tuple[Problem, ...]:
        """The same, if these were in force together."""
        hashes = tuple(sorted((name, each.hash) for name, each in definitions.items()))
        return self._remember(("problems", hashes), lambda: tuple(self.model.problems(definitions)))

    def definition(self, metric: str) -> Definition:
        return self._remember(("definition", metric), lambda: self.model.definition(metric))

    def sql(self, metric: str) -> str:
        return self._remember(("sql", metric), lambda: self.model.sql(metric))

    def figure(
        self,
        metric: str,
        period: Period,
        where: Where,
        by: str | None = None,
        *,
        definition: Definition | None = None,
    ) -> Figure:
        return self._remember(
            ("figure", metric, period, frozen_where(where), by, *self._how(definition)),
            lambda: self.model.metric(
                metric, period, by=by, where=where, as_of=self.as_of, definition=definition
            ),
        )

    def series(
        self,
        metric: str,
        periods: Sequence[Period],
        where: Where,
        *,
        definition: Definition | None = None,
    ) -> list[Figure]:
        return self._remember(
            ("series", metric, tuple(periods), frozen_where(where), *self._how(definition)),
            lambda: self.model.series(
                metric, periods, where=where, as_of=self.as_of, definition=definition
            ),
        )

    def row_page(
        self,
        metric: str,
        period: Period,
        where: Where,
        *,
        search: str = "",
        order_by: str = "",
        descending: bool = True,
        limit: int = 50,
        offset: int = 0,
        team: AccountTeam | None = None,
        definition: Definition | None = None,
    ) -> RowPage:
        asked = (search, order_by, descending, limit, offset, team)
        return self._remember(
            ("rows", metric, period, frozen_where(where), asked, *self._how(definition)),
            lambda: self.model.row_page(
                metric,
                period,
                where=where,
                search=search,
                order_by=order_by,
                descending=descending,
                limit=limit,
                offset=offset,
                team=team,
                as_of=self.as_of,
                definition=definition,
            ),
        )

    def _how(self, definition: Definition | None) -> tuple[object, ...]:
        return (self.as_of, definition.hash if definition else "")

    def account_team(self, email: str) -> AccountTeam:
        return self._remember(("team", email), lambda: self.model.account_team(email))

    def rows(
        self,
        metric: str,
        period: Period,
        where: Where,
        *,
        definition: Definition | None = None,
    ) -> pa.Table:
        """All rows, not remembered: there may be many."""
        return self.model.rows(metric, period, where=where, as_of=self.as_of, definition=definition)

    def waterfall(
        self, period: Period, where: Where, *, definition: Definition | None = None
    ) -> tuple[Movement, ...]:
        return self._remember(
            ("waterfall", period, frozen_where(where), *self._how(definition)),
            lambda: self.model.waterfall(period, where, as_of=self.as_of, definition=definition),
        )

    def flow(self, period: Period, where: Where) -> tuple[FlowEdge, ...]:
        return self._remember(
            ("flow", period, frozen_where(where), self.as_of),
            lambda: self.model.flow(period, where, as_of=self.as_of),
        )

    def cohorts(self, last: Period, where: Where) -> tuple[Cohort, ...]:
        return self._remember(
            ("cohorts", last, frozen_where(where), self.as_of),
            lambda: self.model.cohorts(last, where=where, as_of=self.as_of),
        )

    def opportunity(self, opportunity_id: str) -> RecordPage:
        return self._remember(
            ("opportunity", opportunity_id), lambda: self.model.opportunity(opportunity_id)
        )

    def account(self, account_id: str) -> RecordPage:
        return self._remember(("account", account_id), lambda: self.model.account(account_id))

    def price(self, proposed: Mapping[str, Definition]) -> Price:
        hashes = tuple(sorted((name, each.hash) for name, each in proposed.items()))
        return self._remember(("price", hashes), lambda: self.model.price(proposed))

    def askable(self) -> Askable:
        return self._remember("askable", self.model.icp.attributes)

    def fit(self, profile: Profile) -> Fit:
        return self._remember(("fit", profile.hash), lambda: self.model.icp.fit(profile))

    def evidence(self, profile: Profile) -> Evidence:
        return self._remember(("evidence", profile.hash), lambda: self.model.icp.evidence(profile))

    def suggested(self) -> Suggested:
        return self._remember("suggested", self.model.icp.suggested)

    def profile_difference(self, before: Profile, after: Profile) -> ProfileDifference:
        return self._remember(
            ("profiles", before.hash, after.hash),
            lambda: self.model.icp.difference(before, after),
        )

    def validation(self, in_force: Sequence[InForce]) -> Validation:
        key = tuple((each.from_at, each.profile.hash) for each in in_force)
        return self._remember(("validation", key), lambda: self.model.icp.validation(in_force))

    def icp_report(self, in_force: Sequence[InForce]) -> str:
        """The quarterly report as canonical JSON: what is shown, hashed and kept."""
        from trivet.numbers.insight.icp.report import report_text

        key = tuple((each.from_at, each.profile.hash) for each in in_force)
        return self._remember(
            ("icp_report", key), lambda: report_text(self.validation(in_force), self.currency)
        )

    def drawn(self, spec: Spec, says: str) -> str:
        """The finished SVG of a specification."""
        return self._remember(
            ("drawn", json.dumps(spec, sort_keys=True), says), lambda: render.svg(spec, says)
        )


def frozen_where(where: Where) -> tuple[tuple[str, str], ...]:
    """A scope as a key."""
    return tuple(sorted(where.items()))
