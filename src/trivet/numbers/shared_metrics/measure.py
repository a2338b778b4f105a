"""Measure: a definition and some periods in, figures out, each openable onto its rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import cached_property

import pyarrow as pa
import pyarrow.compute as pc

from trivet.errors import DimensionUnknown
from trivet.numbers.shared_metrics import given
from trivet.numbers.shared_metrics.added_up import ANSWER, added_up, only
from trivet.numbers.shared_metrics.asked import Asked, asked_together, check_as_of
from trivet.numbers.shared_metrics.beside import beside
from trivet.numbers.shared_metrics.definition import Definition
from trivet.numbers.shared_metrics.figure import Companion, Figure, Status, Unit
from trivet.numbers.shared_metrics.in_force import InForce, drafts_in_force
from trivet.numbers.shared_metrics.metric import FOLDER, ROW_DIMENSIONS, Metric
from trivet.numbers.shared_metrics.needs import RECURRING, Loaded
from trivet.numbers.shared_metrics.of_rows import OfRows, of_rows
from trivet.numbers.shared_metrics.reach import falls_short
from trivet.numbers.shared_metrics.registry import metric_named
from trivet.numbers.shared_metrics.rows import rows_hash, rows_where
from trivet.numbers.warehouse.engine import Engine, Parameter
from trivet.numbers.warehouse.sql_text import SqlText, read_sql
from trivet.numbers.workspace.settings import Settings
from trivet.sentence import Sentence
from trivet.vocabulary.period import Period
from trivet.vocabulary.quoted import quoted

FOLLOWED: Mapping[str, frozenset[str]] = {
    "opportunity": frozenset({"opportunity", "account"}),
    "account": frozenset({"account", "customer"}),
    "contact": frozenset({"contact", "account"}),
}
"""By what a row is about, the kinds of records whose dimensions it has by itself."""

DIMENSION_COLUMN = "in_"
"""How the columns of frozen rows begin that say which part of the business a record is of."""

NOT_SETTLED = Sentence("some of its records are not settled yet: see the flags")
STAGES_GUESSED = Sentence(
    "the order of the stages was guessed from an export: check it under [stages] in trivet.toml and"
    " delete order_is_guessed"
)

NOTHING_KNOWN = datetime(1970, 1, 1)  # noqa: DTZ001 - instants of the warehouse are naive UTC


class Measurement:
    """Measures on one build.

    engine       the build, open for reading
    loaded       what the build holds
    data_as_of   per source, the instant (naive UTC) of its newest export
    in_force     the definitions that companions are counted under
    """

    def __init__(
        self,
        engine: Engine,
        settings: Settings,
        build: str,
        data_as_of: Mapping[str, datetime],
        in_force: InForce | None = None,
    ) -> None:
        self.engine = engine
        self.settings = settings
        self.build = build
        self.data_as_of = dict(data_as_of)
        self.in_force = in_force or drafts_in_force()
        self._matched: dict[tuple[Parameter, ...], dict[str, pa.Table]] = {}

    @cached_property
    def loaded(self) -> Loaded:
        """What the build holds, counted once."""
        filled = self.engine.rows(
            "select table_name, column_name, rows, filled from filled_column"
        ).to_pylist()
        rows = {row["table_name"]: int(row["rows"]) for row in filled}
        extra = self.engine.rows(
            "select (select count(*) from lifecycle_stage_history where stage = 'mql') as mql,"
            " (select count(*) from lifecycle_stage_history where stage = 'sql') as sql,"
            " (select count(*) from stage_entry where is_known) as recorded_stage,"
            " (select count(*) from opportunity_stage_history where is_loaded) as loaded_stage,"
            " (select count(*) from subscription where arr_minor > 0 and not is_trial"
            " and account_id not in (select account_id from account where is_test))"
            " as real_subscription,"
            " (select count(*) from arr_movement"
            " where account_id not in (select account_id from account where is_test))"
            " as real_arr_movement,"
            " (select count(*) from invoice_line"
            " where account_id not in (select account_id from account where is_test))"
            " as real_invoice_line,"
            " (select count(*) from lead_source_function) as lead_source_function,"
            " (select count(*) from stage where kind in ('won', 'lost')) as closing_stage,"
            " (select count(*) from stage where kind = 'open' and is_qualified) as qualified_stage,"
            " (select count(*) from stage where kind = 'open' and is_accepted) as accepted_stage,"
            " (select count(*) from (select 1 from touch"
            " where account_no in (select account_no from opportunity_fact where account_no > 0)"
            " or contact_no in (select contact_no from opportunity_role where contact_no > 0)"
            " limit 1) as found) as related_touch"
        ).to_pylist()[0]
        rows.update({name: int(value) for name, value in extra.items()})
        known = self.engine.rows("select table_name, first_on from known_from").to_pylist()
        return Loaded(
            rows,
            {(r["table_name"], r["column_name"]): int(r["filled"]) for r in filled},
            {row["table_name"]: row["first_on"] for row in known},
        )

    @cached_property
    def known_until(self) -> dict[str, datetime]:
        """Per source, the instant of its newest export, with its zone."""
        return {source: at.replace(tzinfo=UTC) for source, at in self.data_as_of.items()}

    @property
    def newest(self) -> datetime:
        """The newest instant that any source knows of."""
        return max(self.data_as_of.values(), default=NOTHING_KNOWN)

    def asked(self, metric: Metric, periods: Sequence[Period], as_of: date | None) -> list[Asked]:
        """The periods, those together that are asked with the same knowledge."""
        return asked_together(metric.id, periods, self.settings, self.newest, as_of)

    def ask(
        self,
        query: SqlText,
        definition: Definition,
        asked: Asked,
        *,
        parameters: Mapping[str, Parameter] | None = None,
        tables: Mapping[str, pa.Table] | None = None,
        steps: Mapping[str, SqlText] | None = None,
    ) -> pa.Table:
        """The rows of a query that reads the options of a definition and what is asked.

        parameters, tables   given besides, or instead
        steps                what only this query reads, such as a metric's rows as `contribution`
        """
        told, small = self.inputs(definition, asked)
        every = {**told, **(parameters or {})}
        return self.engine.ask(query, every, {**small, **(tables or {})}, steps)

    def inputs(
        self, definition: Definition, asked: Asked
    ) -> tuple[dict[str, Parameter], dict[str, pa.Table]]:
        """What the SQL is given: every option as parameters, and what is asked as small tables."""
        told = given.parameters(definition, asked, self._basis(definition))
        return told, given.tables(definition, asked, self.in_force) | self._renewals(told)

    def _basis(self, definition: Definition) -> str:
        """What recurring revenue is read from, under a definition that asks who is a customer.

        Retention itself is read from what its definition says, and from nothing else.
        """
        base = definition.rests_on("retention_base") or definition
        chosen = base.options.get("basis")
        if "retention_base" in definition.bases:
            return str(chosen)
        return self.loaded.recurring_basis(str(chosen)) if chosen in RECURRING else ""

    def _renewals(self, parameters: Mapping[str, Parameter]) -> dict[str, pa.Table]:
        """Which contract renews which where several would fit, asked once of each knowledge."""
        if given.RECURRING_BASIS not in parameters:
            return {}
        query = read_sql(FOLDER / "retention_base" / "contested_renewal.sql")
        names = sorted(self.engine.parameters_of(query))
        key = tuple(parameters[name] for name in names)
        if key not in self._matched:
            contested = self.engine.ask(query, parameters, {})
            self._matched[key] = given.renewals(contested.to_pylist())
        return self._matched[key]

    # Rows

    def contributions(
        self,
        metric: Metric,
        definition: Definition,
        asked: Asked,
        where: Mapping[str, str],
    ) -> pa.Table:
        """All rows of the asked periods inside the scope, with their `period_key`."""
        return self.rows_of(metric.query, definition, asked, where)

    def sums_of(
        self,
        metric: Metric,
        definition: Definition,
        asked: Asked,
        where: Mapping[str, str],
        columns: tuple[str, ...],
    ) -> pa.Table:
        """The same rows, one a period: their sums, how many they are, how many have each flag."""
        tables: dict[str, pa.Table] = {}
        if where:
            tables = given.scope(where)
            scoped = read_sql(FOLDER / "scope" / "query.sql", "scoped")
            steps = {"contribution": metric.query, "scoped": replace(scoped, is_inlined=True)}
        else:
            steps = {"scoped": replace(metric.query, is_inlined=True)}
        if metric.contradicted_if:
            columns = tuple(dict.fromkeys((*columns, metric.contradicted_if)))
        steps["added_up"] = added_up(columns, metric.counted_if)
        return self.ask(ANSWER, definition, asked, tables=tables, steps=steps)

    def columns_of(
        self, metric: Metric, definition: Definition, asked: Asked, columns: tuple[str, ...]
    ) -> pa.Table:
        """The rows with these columns and their `period_key` alone: names are not looked up."""
        steps = {"contribution": replace(metric.query, is_inlined=True)}
        return self.ask(only(columns), definition, asked, steps=steps)

    def rows_of(
        self,
        rows_query: SqlText,
        definition: Definition,
        asked: Asked,
        where: Mapping[str, str],
        more_tables: Mapping[str, pa.Table] | None = None,
    ) -> pa.Table:
        """The rows of any query that has a metric's key columns, inside the scope."""
        tables = dict(more_tables or {})
        steps = {"contribution": rows_query}
        self._refuse_elsewhere(metric_named(definition.id), where)
        own = {k: v for k, v in where.items() if k in ROW_DIMENSIONS}
        others = {k: v for k, v in where.items() if k not in ROW_DIMENSIONS}
        if others:
            query = read_sql(FOLDER / "scope" / "query.sql", "scope")
            tables |= given.scope(others)
        else:
            query = read_sql(FOLDER / "scope" / "all.sql", "all")
        rows = self.ask(query, definition, asked, tables=tables, steps=steps)
        for name, value in own.items():
            if name not in rows.column_names:
                raise _unknown_dimension(name, definition.id)
            rows = rows_where(rows, name, value or None)
        return rows

    def dimension_of(
        self,
        metric: Metric,
        definition: Definition,
        asked: Asked,
        rows: pa.Table,
        dimension: str,
    ) -> pa.Table:
        """The rows with one more column, `dimension`: the value, or null when there is none."""
        if dimension in ROW_DIMENSIONS:
            if dimension not in rows.column_names:
                raise _unknown_dimension(dimension, metric.id)
            return rows.append_column("dimension", rows[dimension].cast(pa.string()))
        self._refuse_elsewhere(metric, [dimension])
        query = read_sql(FOLDER / "scope" / "each.sql", "each")
        tables = given.dimensions([dimension])
        steps = {"contribution": metric.query}
        found = self.ask(query, definition, asked, tables=tables, steps=steps)
        return rows.join(found, ["period_key", "record_id"], join_type="left outer")

    def with_dimensions(
        self,
        metric: Metric,
        definition: Definition,
        asked: Asked,
        rows: pa.Table,
        names: Sequence[str] | None = None,
    ) -> pa.Table:
        """The rows with a column `in_<dimension>` for each of these dimensions; for every one of
        the build when none are named.
        """
        if names is None:
            every = self.engine.rows(
                "select distinct dimension from dimension_value order by dimension"
            )
            names = [str(name) for name in every["dimension"].to_pylist()]
        if not names:
            return rows
        query = read_sql(FOLDER / "scope" / "values.sql", "values")
        tables = given.dimensions(names)
        steps = {"contribution": metric.query}
        found = self.ask(query, definition, asked, tables=tables, steps=steps)
        values = {
            (row["period_key"], row["record_id"], row["dimension"]): row["value"]
            for row in found.to_pylist()
        }
        keys = list(zip(rows["period_key"].to_pylist(), rows["record_id"].to_pylist(), strict=True))
        for name in names:
            column = pa.array([values.get((*key, name)) for key in keys], pa.string())
            rows = rows.append_column(f"{DIMENSION_COLUMN}{name}", column)
        return rows

    @cached_property
    def _dimension_kinds(self) -> dict[str, frozenset[str]]:
        """By dimension, the kinds of records that have it."""
        rows = self.engine.rows("select distinct dimension, record_kind from dimension_value")
        found: dict[str, set[str]] = {}
        for row in rows.to_pylist():
            found.setdefault(row["dimension"], set()).add(row["record_kind"])
        return {name: frozenset(kinds) for name, kinds in found.items()}

    def has_dimension(self, metric: Metric, name: str) -> bool:
        """Whether a record of the metric's rows can have a value of the build's dimension."""
        kinds = self._dimension_kinds.get(name)
        if kinds is None or kinds & FOLLOWED[metric.rows_are]:
            return True
        is_of_people = metric.rows_are == "opportunity" and kinds == {"contact"}
        return is_of_people and self.loaded.has("opportunity_contact_role")

    def _elsewhere(self, metric: Metric, scope: Iterable[str]) -> str:
        """Why nothing can be said of the metric within a scope; '' where something can."""
        for name in scope:
            if not self.has_dimension(metric, name):
                return Sentence(
                    "its rows are of a kind (%(rows_are)s) that has no %(name)s",
                    {"rows_are": metric.rows_are, "name": name},
                )
        return ""

    def _refuse_elsewhere(self, metric: Metric, dimensions: Iterable[str]) -> None:
        """Raises   DimensionUnknown for one that no record of the metric's rows can have

        Every row would be under (none), which reads as if nobody had filled it in.
        """
        for name in dimensions:
            if self.has_dimension(metric, name):
                continue
            kinds = self._dimension_kinds[name]
            if metric.rows_are == "opportunity" and kinds == {"contact"}:
                raise DimensionUnknown(
                    "%(name)s is a dimension of people, and no opportunity_contact_role says who"
                    " stands for an opportunity.",
                    remedy="Load the contact roles, or split by a dimension of opportunities or"
                    " accounts.",
                    name=name,
                )
            raise DimensionUnknown(
                "The rows of %(metric)s are of a kind (%(rows_are)s) that has no %(name)s: it is a"
                " dimension of %(kinds)s.",
                remedy="Split by a dimension of the rows themselves, or of their accounts.",
                metric=metric.id,
                rows_are=metric.rows_are,
                name=name,
                kinds=", ".join(sorted(kinds)),
            )

    # Figures

    def figures(
        self,
        definition: Definition,
        periods: Sequence[Period],
        *,
        where: Mapping[str, str] | None = None,
        as_of: date | None = None,
        by: str | None = None,
        whole: bool = False,
        hashed: bool = False,
    ) -> list[Figure]:
        """A figure for each period.

        by       also a figure for each value of this dimension
        whole    also companions, flags and the rows' hash
        hashed   also the rows' hash, and with `whole` the hash of every companion's rows
        """
        metric = metric_named(definition.id)
        if as_of is not None:
            check_as_of(as_of)
        scope = dict(where or {})
        lacking = metric.lacks(definition, self.loaded) or self._elsewhere(metric, scope)
        if lacking:
            return [self._missing(metric, definition, period, scope, lacking) for period in periods]
        shown: list[Figure] = []
        for asked in self.asked(metric, periods, as_of):
            columns = None if whole or hashed or by else metric.adds_up(definition)
            if columns is not None and not set(scope) & set(ROW_DIMENSIONS):
                rows = self.sums_of(metric, definition, asked, scope, columns)
            elif not (whole or hashed or by or scope) and (reads := metric.reads(definition)):
                rows = self.columns_of(metric, definition, asked, reads)
            else:
                rows = self.contributions(metric, definition, asked, scope)
            split = self.dimension_of(metric, definition, asked, rows, by) if by else rows
            for period in asked.periods:
                if period.start > asked.as_of_on and not metric.looks_ahead:
                    reason = Sentence(
                        "the data ends on %(day)s, before the period starts",
                        {"day": asked.as_of_on},
                    )
                    shown.append(self._missing(metric, definition, period, scope, reason))
                    continue
                short = falls_short(
                    metric.reaches(definition, asked, period, self.loaded), self.loaded
                )
                if short:
                    shown.append(self._missing(metric, definition, period, scope, short))
                    continue
                mine = rows_where(split, "period_key", period.key)
                figure = self._figure(
                    metric, definition, asked, period, mine, scope, whole=whole, hashed=hashed
                )
                if by:
                    figure = replace(
                        figure,
                        segments=self._segments(metric, definition, asked, period, mine, scope, by),
                    )
                shown.append(figure)
        place = {period.key: index for index, period in enumerate(periods)}
        return sorted(shown, key=lambda figure: place[figure.period.key])

    def _segments(
        self,
        metric: Metric,
        definition: Definition,
        asked: Asked,
        period: Period,
        rows: pa.Table,
        scope: Mapping[str, str],
        by: str,
    ) -> tuple[Figure, ...]:
        values = sorted(
            pc.unique(rows["dimension"]).to_pylist(), key=lambda value: (value is None, value)
        )
        found = []
        for value in values:
            part = rows_where(rows, "dimension", value)
            theirs = {**scope, by: value if value is not None else ""}
            found.append(self._figure(metric, definition, asked, period, part, theirs))
        return tuple(found)

    def _figure(
        self,
        metric: Metric,
        definition: Definition,
        asked: Asked,
        period: Period,
        rows: pa.Table,
        scope: Mapping[str, str],
        *,
        whole: bool = False,
        hashed: bool = False,
    ) -> Figure:
        made = of_rows(metric, definition, rows, scope.keys())
        provisional = metric.is_open(asked, period, self.newest)
        # What is not settled yet keeps a figure open; a late renewal counts meanwhile, and is told.
        waits = any(f.name == "immature" for f in made.flags)
        companions: list[Companion] = []
        if whole:
            companions = [
                *metric.companions(definition, made.sums),
                *beside(self, definition, asked, period, made.sums, scope, hashed=hashed),
            ]
        reason = made.answer.reason
        if made.answer.value is None:
            status = Status.PROVISIONAL if provisional else Status.NOT_COMPUTABLE
        elif provisional or waits:
            status = Status.PROVISIONAL
            reason = reason or (metric.why_open(asked, period) if provisional else NOT_SETTLED)
        elif contradicted := self._contradicted(definition, made):
            status, reason = Status.PROVISIONAL, contradicted
        elif self.settings.stages.order_is_guessed and "pipeline_base" in definition.bases:
            status, reason = Status.PROVISIONAL, STAGES_GUESSED
        else:
            status = Status.FINAL
        figure = Figure(
            metric=metric.id,
            period=period,
            unit=metric.subject.unit or Unit.SHARE,
            value=made.answer.value,
            numerator=made.answer.numerator,
            denominator=made.answer.denominator,
            records=made.sums.records,
            status=status,
            reason=reason,
            agreed_version=definition.agreed_version,
            by_ruling=definition.by_ruling,
            definition_hash=definition.hash,
            query_hash=self.engine.query_hash(metric.query),
            rows_hash=rows_hash(made.counted) if whole or hashed else "",
            build=self.build,
            data_as_of=self.known_until,
            scope=dict(scope),
            interval=made.interval,
            companions=tuple(companions),
            flags=made.flags,
            factors=made.answer.factors,
        )
        return metric.in_scope(figure) if scope else figure

    def _contradicted(self, definition: Definition, made: OfRows) -> str:
        """Why a figure contradicts itself; empty while it is within the agreed bound."""
        if not made.is_contradicted(definition):
            return ""
        given_by = {
            "flagged": made.contradicted,
            "records": made.looked_at,
            "bound": definition.options["contradicted_above"],
            "says": Sentence.joined(
                "%(first)s; %(then)s",
                (
                    Sentence(
                        "%(number)s of its records: %(says)s",
                        {"number": flag.records, "says": flag.says},
                    )
                    for flag in made.flags
                    if flag.contradicts
                ),
            ),
        }
        touches = self._touches_known_from()
        if touches and any(flag.name == "touches_not_loaded" for flag in made.flags):
            return Sentence(
                "contradicted: %(flagged)s of %(records)s records, more than %(bound)s percent:"
                " %(says)s; touches are known from %(day)s",
                {**given_by, "day": touches},
            )
        return Sentence(
            "contradicted: %(flagged)s of %(records)s records, more than %(bound)s percent:"
            " %(says)s",
            given_by,
        )

    def _touches_known_from(self) -> date | None:
        """From which day on both sides of a first touch are known."""
        known = [self.loaded.known_from.get(name) for name in ("touchpoint", "sales_activity")]
        return max((day for day in known if day is not None), default=None)

    def _missing(
        self,
        metric: Metric,
        definition: Definition,
        period: Period,
        scope: Mapping[str, str],
        lacking: str,
    ) -> Figure:
        return Figure(
            metric=metric.id,
            period=period,
            unit=metric.subject.unit or Unit.SHARE,
            value=None,
            numerator=None,
            denominator=None,
            records=0,
            status=Status.NOT_COMPUTABLE,
            reason=Sentence("not computable: %(lacking)s", {"lacking": lacking}),
            agreed_version=definition.agreed_version,
            by_ruling=definition.by_ruling,
            definition_hash=definition.hash,
            query_hash=self.engine.query_hash(metric.query),
            rows_hash="",
            build=self.build,
            data_as_of=self.known_until,
            scope=dict(scope),
        )


def _unknown_dimension(name: str, metric_id: str) -> DimensionUnknown:
    return DimensionUnknown(
        "The rows of %(metric_id)s have no dimension %(name)s.",
        remedy="Declare it under [dimensions] in trivet.toml, or see `trivet metric --help`.",
        metric_id=metric_id,
        name=quoted(name),
    )
