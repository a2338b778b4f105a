"""One published build, open for questions."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from trivet.errors import BuildOfAnotherVersion, DefinitionRefused
from trivet.numbers.insight.price import QUARTERS, Price, price
from trivet.numbers.ledger.folder import BookFolder
from trivet.numbers.ledger.recount import Recount
from trivet.numbers.revenue_model.account_team import account_team, rows_of_team
from trivet.numbers.revenue_model.data_page import (
    data_page,
    quarantine_rows,
    quarantined,
    rounded,
)
from trivet.numbers.revenue_model.dimensions import (
    checked_scope,
    dimension_values,
    nobody_has,
    shown,
)
from trivet.numbers.revenue_model.freshness import Freshness, freshness
from trivet.numbers.revenue_model.record_page import account_page, opportunity_page
from trivet.numbers.revenue_model.row_page import row_page, with_names_beside
from trivet.numbers.revenue_model.shapes import (
    AccountTeam,
    Cohort,
    DimensionValues,
    FlowEdge,
    Movement,
    RecordPage,
    RowPage,
)
from trivet.numbers.revenue_model.waterfall import movements
from trivet.numbers.shared_metrics.asked import Asked, horizon, local_day
from trivet.numbers.shared_metrics.definition import Definition
from trivet.numbers.shared_metrics.evidence import evidence_of
from trivet.numbers.shared_metrics.figure import Figure
from trivet.numbers.shared_metrics.in_force import (
    InForce,
    drafts_in_force,
    in_force_at,
    in_force_now,
)
from trivet.numbers.shared_metrics.kept_figures import kept_figures
from trivet.numbers.shared_metrics.lint import Evidence, Problem, lint, refuse
from trivet.numbers.shared_metrics.measure import DIMENSION_COLUMN, Measurement
from trivet.numbers.shared_metrics.metric import ROW_DIMENSIONS
from trivet.numbers.shared_metrics.registry import METRICS, metric_named, steps
from trivet.numbers.warehouse.engine import Engine
from trivet.numbers.warehouse.publish import kept_build, published, published_or_none
from trivet.numbers.warehouse.shape import check_shape
from trivet.numbers.warehouse.sql_text import read_sql
from trivet.numbers.workspace.settings import Settings
from trivet.numbers.workspace.workspace import Workspace
from trivet.vocabulary.period import Grain, Period, checked_period

if TYPE_CHECKING:
    from trivet.numbers.insight.icp.icp import Icp

HERE = Path(__file__).parent

COHORT_QUARTERS_READ = 24


class RevenueModel:
    """One published build, open for reading.

    Threads may share it: every question runs on a cursor of its own.
    """

    def __init__(
        self,
        engine: Engine,
        settings: Settings,
        build: str,
        workspace: Workspace,
        in_force: InForce | None = None,
    ) -> None:
        self._engine = engine
        self._workspace = workspace
        self.settings = settings
        self.build = build
        self.in_force = in_force or drafts_in_force()
        found = engine.rows(
            "select source, max(data_as_of) as at from source_fact"
            " where data_as_of is not null group by source"
        ).to_pylist()
        self.data_as_of: Mapping[str, datetime] = {
            row["source"]: row["at"].replace(tzinfo=UTC) for row in found
        }
        self._measurement = Measurement(
            engine, settings, build, {row["source"]: row["at"] for row in found}, self.in_force
        )

    @classmethod
    def open(
        cls, folder: str | Path, build: str | None = None, agreed: str | None = None
    ) -> RevenueModel:
        """Open the published build of a workspace, or one of the builds still kept.

        agreed   hash of definitions that were in force once; None for those in force now

        The settings are those the build was made with: a changed `trivet.toml` changes figures
        only through `trivet run`.

        Raises   WorkspaceNotFound, NothingPublished, BuildDamaged
                 RecordUnknown for a build that is not kept
                 BuildOfAnotherVersion if its tables are not those this code reads
                 DefinitionsDamaged
        """
        workspace = Workspace.open(folder)
        in_force = (
            in_force_now(workspace.definitions)
            if agreed is None
            else in_force_at(workspace.definitions, agreed)
        )
        if build is None:
            current = published(workspace.builds)
            build, path, is_published = current.build, current.path(workspace.builds), True
        else:
            path = kept_build(workspace.builds, build)
            now = published_or_none(workspace.builds)
            is_published = now is not None and now.build == build
        engine = Engine.open(path, steps())
        try:
            check_shape(engine.pairs, build, is_published=is_published)
        except BuildOfAnotherVersion:
            engine.close()
            raise
        told = engine.rows("select value from build_info where key = 'settings_document'")
        settings = Settings.model_validate_json(told["value"][0].as_py())
        return cls(engine, settings, build, workspace, in_force)

    def under(self, in_force: InForce) -> RevenueModel:
        """The same build, asked under other definitions."""
        return RevenueModel(self._engine, self.settings, self.build, self._workspace, in_force)

    def close(self) -> None:
        self._engine.close()

    # Periods

    def period(self, text: str) -> Period:
        """Read a period in the company's calendar. Raises   PeriodUnknown"""
        return self.settings.calendar.period(text)

    @cached_property
    def as_of_on(self) -> date:
        """The company's last day that any source knows of."""
        return Asked.of([], self.settings, self._measurement.newest, None).as_of_on

    def latest_period(self, grain: Grain) -> Period:
        """The last period of that grain whose books had closed when the data was exported."""
        calendar = self.settings.calendar
        period = calendar.containing(self.as_of_on, grain)
        asked = Asked.of([period], self.settings, self._measurement.newest, None)
        while asked.is_provisional(period):
            period = calendar.before(period)
        return period

    def horizon(self, period: Period) -> int:
        """How many periods of its length ahead of the running one it lies; 0 once it has begun."""
        return horizon(self.settings, period, self.as_of_on)

    def newest_record_on(self) -> date | None:
        """The newest day on which anything happened, whenever it was exported."""
        until = (self.as_of_on + timedelta(days=1)).isoformat()
        found = self._engine.rows(read_sql(HERE / "newest_record.sql").text, {"until": until})
        day: date | None = found["newest_on"][0].as_py()
        return day

    # Figures

    def metric(
        self,
        metric_id: str,
        period: str | Period,
        *,
        by: str | None = None,
        where: Mapping[str, str | None] | None = None,
        as_of: date | None = None,
        definition: Definition | None = None,
    ) -> Figure:
        """The figure, with a figure for each value of dimension `by` in `segments`.

        where   the value of each dimension that narrows it; "" or None for *not filled in*

        Raises   MetricUnknown, PeriodUnknown, DimensionUnknown, DimensionValueUnknown,
                 DefinitionRefused
        """
        metric_named(metric_id)
        scope = self.check_scope(where, metric_id, by)
        [figure] = self._measurement.figures(
            self._checked(metric_id, definition),
            [self._period(period)],
            where=scope,
            as_of=as_of,
            by=by,
            whole=True,
        )
        return self._said(figure, scope)

    def series(
        self,
        metric_id: str,
        periods: Sequence[Period],
        *,
        where: Mapping[str, str | None] | None = None,
        as_of: date | None = None,
        definition: Definition | None = None,
    ) -> list[Figure]:
        """The same metric over several periods, asked at once (no companions, no rows hash)."""
        scope = self.check_scope(where, metric_id)
        checked = self._checked(metric_id, definition)
        if not scope and as_of is None:
            kept = [self._kept.get((metric_id, p.key, checked.hash)) for p in periods]
            # Another version's query may have counted otherwise: then the rows are asked again.
            query_hash = self._engine.query_hash(metric_named(metric_id).query)
            if all(figure and figure.query_hash == query_hash for figure in kept):
                version, ruled = checked.agreed_version, checked.by_ruling
                return [
                    replace(figure, agreed_version=version, by_ruling=ruled)
                    for figure in kept
                    if figure
                ]
        found = self._measurement.figures(checked, list(periods), where=scope, as_of=as_of)
        return [self._said(figure, scope) for figure in found]

    @cached_property
    def _kept(self) -> Mapping[tuple[str, str, str], Figure]:
        return kept_figures(self._engine, self.data_as_of, self.build)

    def rows(
        self,
        metric_id: str,
        period: str | Period,
        *,
        where: Mapping[str, str | None] | None = None,
        as_of: date | None = None,
        definition: Definition | None = None,
        dimensions: Sequence[str] = (),
    ) -> pa.Table:
        """All rows behind the figure: record, day, numerator, denominator and what the metric adds.

        dimensions   also a column `in_<dimension>` for each of these: the part of the business
                     that the record is of, null where it has no value
        Empty when the metric is not computable.
        """
        self.check_scope(dict.fromkeys(dimensions), metric_id)
        own = self.row_dimensions(metric_id)
        return self._rows(
            metric_id,
            self._period(period),
            self.check_scope(where, metric_id),
            as_of,
            self._checked(metric_id, definition),
            # What the metric's own rows say is a column of theirs already.
            [name for name in dimensions if name not in own],
        )

    def _rows(
        self,
        metric_id: str,
        period: Period,
        where: Mapping[str, str],
        as_of: date | None,
        definition: Definition,
        dimensions: Sequence[str] = (),
    ) -> pa.Table:
        metric = metric_named(metric_id)
        if metric.lacks(definition, self._measurement.loaded):
            return pa.table({"record_id": [], "numerator": [], "denominator": []})
        [asked] = self._measurement.asked(metric, [period], as_of)
        found = self._measurement.contributions(metric, definition, asked, where)
        rows = metric.counted(found, where.keys())
        if dimensions:
            rows = self._measurement.with_dimensions(metric, definition, asked, rows, dimensions)
        return rows.sort_by("record_id")

    def row_page(
        self,
        metric_id: str,
        period: str | Period,
        *,
        where: Mapping[str, str | None] | None = None,
        search: str = "",
        order_by: str = "",
        descending: bool = True,
        limit: int = 50,
        offset: int = 0,
        team: AccountTeam | None = None,
        as_of: date | None = None,
        definition: Definition | None = None,
    ) -> RowPage:
        """Some of the rows, with names beside ids, filtered by text and ordered by a column.

        team   only the rows about these accounts; None for all
        """
        return self.page_of(
            self.rows(metric_id, period, where=where, as_of=as_of, definition=definition),
            definition or self.definition(metric_id),
            search=search,
            order_by=order_by,
            descending=descending,
            limit=limit,
            offset=offset,
            team=team,
        )

    def page_of(
        self,
        rows: pa.Table,
        definition: Definition,
        *,
        search: str = "",
        order_by: str = "",
        descending: bool = True,
        limit: int = 50,
        offset: int = 0,
        team: AccountTeam | None = None,
    ) -> RowPage:
        """The same of rows that are there already, such as those of a closed book.

        definition   what they were counted under: whether they are money depends on it
        """
        if team is not None:
            rows = rows_of_team(rows, team)
        sides = metric_named(definition.id).sides(definition)
        return row_page(rows, self._names, sides, search, order_by, descending, limit, offset)

    # Books

    @property
    def recount(self) -> Recount:
        """Counts a period to close it, and closed ones again."""
        current = published_or_none(self._workspace.builds)
        stale = current.stale_reason if current and current.build == self.build else None
        return Recount(self._measurement, self.settings.hash, stale_reason=stale or "")

    # The ideal customer profile

    @cached_property
    def icp(self) -> Icp:
        """Asks how accounts fit a profile, and what the company's own data says about it."""
        # Brings scipy, which takes a second that no other question should wait for.
        from trivet.numbers.insight.icp.icp import Icp

        return Icp(self._measurement, self.definition)

    # Definitions

    def price(self, proposed: Mapping[str, Definition]) -> Price:
        """What other definitions would have changed in the last eight closed quarters.

        proposed   by metric; the others stay as they are in force
        Raises     DefinitionRefused
        """
        for definition in proposed.values():
            refuse(definition, lint(definition))
        before = self.in_force.definitions
        return price(
            self.recount,
            before,
            {**before, **proposed},
            self._closed_quarters(),
            currency=self.settings.company.currency,
            lacks=lambda metric, definition: metric.lacks(definition, self._measurement.loaded),
        )

    def _closed_quarters(self) -> list[Period]:
        """The last eight quarters whose books have closed, the oldest first."""
        found = [self.latest_period(Grain.QUARTER)]
        while len(found) < QUARTERS:
            found.insert(0, self.settings.calendar.before(found[0]))
        return found

    def definition(self, metric_id: str) -> Definition:
        """The definition in force; a draft until the three seats have signed."""
        metric_named(metric_id)
        return self.in_force[metric_id]

    def sql(self, metric_id: str) -> str:
        """Every step and the query of a metric, in the order they run."""
        texts = self._engine.texts(metric_named(metric_id).query)
        return "\n\n".join(f"-- {text.name}\n{text.text.rstrip()}" for text in texts) + "\n"

    def metric_ids(self) -> tuple[str, ...]:
        """Every metric, the five shared ones first."""
        return tuple(METRICS)

    def _checked(self, metric_id: str, definition: Definition | None) -> Definition:
        if definition is None:
            return self.definition(metric_id)
        if definition.id != metric_id:
            raise DefinitionRefused(
                "The definition is of %(id)s, and %(asked)s was asked for.",
                remedy="Ask for %(id)s, or give a definition of %(asked)s.",
                id=definition.id,
                asked=metric_id,
            )
        refuse(definition, lint(definition))
        return definition

    def problems(self, definitions: Mapping[str, Definition] | None = None) -> list[Problem]:
        """Why definitions may not go to signature, looked at beside the company's own data."""
        return lint(definitions or self.in_force.definitions, self._evidence)

    @cached_property
    def _evidence(self) -> Evidence:
        return evidence_of(self._engine)

    # Dimensions

    @cached_property
    def _values(self) -> Mapping[str, tuple[str, ...]]:
        # One that is declared and that no record fills is a dimension all the same.
        declared: dict[str, tuple[str, ...]] = dict.fromkeys(self.settings.dimensions, ())
        return declared | dimension_values(self._engine)

    @cached_property
    def _dimensions(self) -> tuple[DimensionValues, ...]:
        return shown(self._values)

    def dimensions(self, metric_id: str = "") -> tuple[DimensionValues, ...]:
        """Everything figures can be split by: segment and region first.

        metric_id   only what a record of this metric's rows can have

        One without values is declared, and no record fills it.

        Raises   MetricUnknown
        """
        if not metric_id:
            return self._dimensions
        metric = metric_named(metric_id)
        return tuple(
            each for each in self._dimensions if self._measurement.has_dimension(metric, each.name)
        )

    def row_dimensions(self, metric_id: str) -> tuple[str, ...]:
        """What this metric's figures can be split by besides: `outcome`, `movement` ...

        Raises   MetricUnknown
        """
        return metric_named(metric_id).row_dimensions

    def values_of(self, dimension: str) -> Collection[str]:
        """Every value that a record has of a dimension."""
        if dimension in self._values:
            return self._values[dimension]
        return ROW_DIMENSIONS.get(dimension) or self._lead_types

    @cached_property
    def _lead_types(self) -> tuple[str, ...]:
        found = self._engine.rows(
            "select distinct lead_type from lead_assignment where lead_type is not null"
        )
        return tuple(str(each) for each in found["lead_type"].to_pylist())

    def closed_books_know(self, dimension: str, value: str) -> bool:
        """Whether frozen rows have a value that no record of the build has any more."""
        column = f"{DIMENSION_COLUMN}{dimension}"
        return BookFolder(self._workspace.books).holds(column, value)

    def check_scope(
        self, where: Mapping[str, str | None] | None, metric_id: str = "", by: str | None = None
    ) -> dict[str, str]:
        """What a question narrows to, in its one form: "" is *not filled in*.

        metric_id   whose rows may carry dimensions of their own

        Raises   MetricUnknown
                 DimensionUnknown for a name that no record here has
                 DimensionValueUnknown for a value that looks like another one, misspelt
        """
        return checked_scope(
            where or {},
            by,
            declared=[found.name for found in self.dimensions()],
            own=self.row_dimensions(metric_id) if metric_id else (),
            metric_id=metric_id,
            known=self.values_of,
            was_known=self.closed_books_know,
        )

    def _said(self, figure: Figure, scope: Mapping[str, str]) -> Figure:
        """The figure; where nothing is in its scope because no record is, it says so."""
        if not figure.is_empty:
            return figure
        nobody = nobody_has(scope, self.values_of)
        return replace(figure, reason=nobody) if nobody else figure

    # Pictures

    def waterfall(
        self,
        period: Period,
        where: Mapping[str, str | None] | None = None,
        *,
        as_of: date | None = None,
        definition: Definition | None = None,
    ) -> tuple[Movement, ...]:
        """How the opening ARR of the cohort became its closing ARR; empty when not computable."""
        metric = "net_revenue_retention"
        return movements(self.rows(metric, period, where=where, as_of=as_of, definition=definition))

    def flow(
        self,
        period: Period,
        where: Mapping[str, str | None] | None = None,
        *,
        as_of: date | None = None,
    ) -> tuple[FlowEdge, ...]:
        """Opportunities created in the period: source, then qualified or not, then outcome."""
        loaded = self._measurement.loaded
        if not loaded.has("opportunity", "created_at"):
            return ()
        rows = self._asked("flow", "marketing_sourced_pipeline", [period], where or {}, as_of)
        edges: list[FlowEdge] = []
        for start, end in (("from_function", "reached"), ("reached", "ended")):
            found = rows.group_by([start, end]).aggregate(
                [("amount_minor", "sum"), ("record_id", "count")]
            )
            edges += [
                FlowEdge(row[start], row[end], row["record_id_count"], int(row["amount_minor_sum"]))
                for row in found.sort_by([(start, "ascending"), (end, "ascending")]).to_pylist()
            ]
        return tuple(edges)

    def cohorts(
        self,
        last: Period,
        quarters: int = 8,
        where: Mapping[str, str | None] | None = None,
        *,
        as_of: date | None = None,
    ) -> tuple[Cohort, ...]:
        """Customers by the quarter of their first ARR, and what they pay at each quarter's end."""
        definition = self.definition("net_revenue_retention")
        if metric_named(definition.id).lacks(definition, self._measurement.loaded):
            return ()
        calendar = self.settings.calendar
        end = calendar.containing(last.last_day, Grain.QUARTER)
        started = self._engine.rows("select min(first_on) as day from first_revenue")["day"][
            0
        ].as_py()
        if started is None:
            return ()
        every = calendar.between(started, end.last_day, Grain.QUARTER)
        periods = [p for p in every if p.last_day <= (as_of or self.as_of_on)][
            -COHORT_QUARTERS_READ:
        ]
        if not periods:
            return ()
        rows = self._asked("cohort", definition.id, periods, where or {}, as_of)
        paid: dict[str, dict[str, int]] = {}
        for row in rows.to_pylist():
            theirs = paid.setdefault(row["account_id"], {})
            theirs[row["period_key"]] = theirs.get(row["period_key"], 0) + int(row["numerator"])
        keys = [p.key for p in periods]
        members: dict[str, list[str]] = {key: [] for key in keys}
        for account, theirs in paid.items():
            members[next(key for key in keys if key in theirs)].append(account)
        shown = []
        for index, period in list(enumerate(periods))[1:][-quarters:]:
            opening = sum(paid[a][period.key] for a in members[period.key])
            if opening == 0:
                continue
            retained = tuple(
                Fraction(sum(paid[a].get(key, 0) for a in members[period.key]), opening)
                for key in keys[index:]
            )
            shown.append(Cohort(period, len(members[period.key]), opening, retained))
        return tuple(shown)

    def _asked(
        self,
        query: str,
        metric_id: str,
        periods: Sequence[Period],
        where: Mapping[str, str | None],
        as_of: date | None,
    ) -> pa.Table:
        """The rows of one of this chapter's own queries, in a scope."""
        definition = self.definition(metric_id)
        measurement = self._measurement
        asked = Asked.of(periods, self.settings, measurement.newest, as_of)
        own = read_sql(HERE / f"{query}.sql")
        relations = None
        if query == "cohort":
            days = [p.last_day for p in periods]
            relations = {
                "asked_arr_day": pa.table(
                    {"day": pa.array(days, pa.date32()), "since": pa.array(days, pa.date32())}
                )
            }
        return measurement.rows_of(own, definition, asked, self.check_scope(where), relations)

    # Records

    @cached_property
    def _names(self) -> Mapping[str, pa.Table]:
        return {
            "opportunity": self._engine.rows(
                "select opportunity_id, name as opportunity_name from opportunity"
            ),
            "account": self._engine.rows("select account_id, name as account_name from account"),
            "contact": self._engine.rows("select contact_id, name as contact_name from contact"),
            "user": self._engine.rows("select user_id, called as user_name from user_called"),
        }

    def names(self, kind: str, ids: Collection[str]) -> dict[str, str]:
        """The names of some opportunities, accounts, contacts or users; one without is left out."""
        table = self._names[kind]
        found = table.filter(pc.is_in(table[f"{kind}_id"], pa.array(sorted(ids), pa.string())))
        columns = (found[f"{kind}_id"].to_pylist(), found[f"{kind}_name"].to_pylist())
        return {str(key): str(name) for key, name in zip(*columns, strict=True) if name}

    def named(self, rows: pa.Table) -> pa.Table:
        """Rows as they are, each id of an opportunity, account, person or user before its name."""
        return with_names_beside(rows, self._names)

    def opportunity(self, opportunity_id: str) -> RecordPage:
        """Every fact used about an opportunity, and where each came from. Raises   RecordUnknown"""
        return opportunity_page(self._engine, self._measurement, opportunity_id)

    def account(self, account_id: str) -> RecordPage:
        """Every fact used about an account, and where each came from. Raises   RecordUnknown"""
        return account_page(self._engine, account_id)

    def account_team(self, email: str) -> AccountTeam:
        """The accounts and opportunities of a CRM user, found by their address."""
        return account_team(self._engine, email)

    def account_of(self, opportunity_id: str) -> str:
        """The account of an opportunity, '' if there is none."""
        found = self._engine.rows(
            "select account_id from opportunity where opportunity_id = $id", {"id": opportunity_id}
        )["account_id"].to_pylist()
        return str(next((each for each in found if each), ""))

    # Data

    @cached_property
    def freshness(self) -> tuple[Freshness, ...]:
        """When each source last sent, and how often it does."""
        return freshness(self._engine, self.settings)

    @property
    def today(self) -> date:
        """The company's own day now, by the clock of this machine."""
        return local_day(self.settings, datetime.now(UTC).replace(tzinfo=None))

    @property
    def is_made_up(self) -> bool:
        """The workspace of `trivet demo`: nobody will ever export anything newer for it."""
        return self._workspace.is_made_up

    def quarantined(self) -> int:
        """How many rows of the exports were not taken in."""
        return quarantined(self._engine)

    def rounded(self) -> int:
        """How many amounts of the exports had more decimals than their currency."""
        return rounded(self._engine)

    def data(self) -> Mapping[str, object]:
        """Freshness, counts, quarantine and unresolved share per source; what each metric lacks."""
        current = published_or_none(self._workspace.builds)
        lacking = {
            metric.id: metric.lacks(self.in_force[metric.id], self._measurement.loaded)
            for metric in METRICS.values()
        }
        return data_page(
            self._engine, self.build, current, lacking, self.settings.calendar, self.freshness
        )

    def quarantine(self, limit: int = 100, offset: int = 0) -> pa.Table:
        """Rows that were not taken in: source, file, row, column, value, rule and what it says."""
        return quarantine_rows(self._engine, limit, offset)

    def _period(self, period: str | Period) -> Period:
        return checked_period(period) if isinstance(period, Period) else self.period(period)
