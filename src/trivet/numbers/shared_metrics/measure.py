"""Measure: a definition and some periods in, figures out, each openable onto its rows."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cached_property

import pyarrow as pa
import pyarrow.compute as pc

from trivet.errors import DimensionUnknown
from trivet.numbers.shared_metrics.added_up import ANSWER, added_up, only
from trivet.numbers.shared_metrics.asked import Asked
from trivet.numbers.shared_metrics.definition import Definition
from trivet.numbers.shared_metrics.figure import Companion, Figure, Status, Unit
from trivet.numbers.shared_metrics.in_force import InForce, drafts_in_force
from trivet.numbers.shared_metrics.metric import FOLDER, ROW_DIMENSIONS, Metric, Sums
from trivet.numbers.shared_metrics.needs import Loaded
from trivet.numbers.shared_metrics.of_rows import of_rows
from trivet.numbers.shared_metrics.registry import metric_named
from trivet.numbers.shared_metrics.rows import rows_where
from trivet.numbers.warehouse.engine import Engine, Parameter
from trivet.numbers.warehouse.sql_text import SqlText, read_sql
from trivet.numbers.workspace.settings import Settings
from trivet.sentence import Sentence
from trivet.vocabulary.period import Period

SECONDS_PER_HOUR = 3600

DIMENSION_COLUMN = "in_"
"""How the columns of frozen rows begin that say which part of the business a record is of."""

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
        return Loaded(rows, {(r["table_name"], r["column_name"]): int(r["filled"]) for r in filled})

    @cached_property
    def known_until(self) -> dict[str, datetime]:
        """Per source, the instant of its newest export, with its zone."""
        return {source: at.replace(tzinfo=UTC) for source, at in self.data_as_of.items()}

    @property
    def newest(self) -> datetime:
        """The newest instant that any source knows of."""
        return max(self.data_as_of.values(), default=NOTHING_KNOWN)

    # What is asked

    def asked(self, metric: Metric, periods: Sequence[Period], as_of: date | None) -> list[Asked]:
        """One question for all periods; coverage asks each period on a day of its own."""
        whole = Asked.of(periods, self.settings, self.newest, as_of)
        if metric.id != "pipeline_coverage" or as_of is not None:
            return [whole]
        # A period that is over is measured as it stood on its own fifth working day, the day
        # such figures are checked: at its end nothing is open that could still close in it.
        # A year and its first quarter are checked on one day, and asked together.
        together: dict[date | None, list[Period]] = {}
        for period in periods:
            is_over = whole.as_of_on >= period.end
            check = min(whole.books_close_on(_starting(period)), whole.as_of_on)
            together.setdefault(check if is_over else None, []).append(period)
        return [
            Asked.of(theirs, self.settings, self.newest, day) for day, theirs in together.items()
        ]

    def parameters(self, definition: Definition, asked: Asked) -> dict[str, Parameter]:
        """Every option as SQL parameters: one value each, or one flag for each choice."""
        given: dict[str, Parameter] = {
            "as_of_at": asked.as_of_at.isoformat(sep=" "),
            "as_of_on": asked.as_of_on.isoformat(),
            "time_zone": self.settings.company.time_zone,
            "currency": self.settings.company.currency,
            "with_open": _needs_open(definition),
            "open_since": _open_since(definition, asked),
        }
        for owner in (*definition.bases.values(), definition):
            for name, value in owner.options.items():
                option = owner.subject.option(name)
                if option.kind in ("several", "chain"):
                    assert isinstance(value, list)
                    for choice in option.choices:
                        given[f"{name}__{choice.value}"] = choice.value in value
                elif isinstance(value, str | int | bool):
                    given[name] = value
        return given

    def relations(self, definition: Definition, asked: Asked) -> dict[str, pa.Table]:
        """The small tables that the SQL reads beside the warehouse."""
        given = {"asked_period": asked.periods_table(), "asked_day": asked.days_table()}
        every = definition.all_options
        if "window_months" in every:
            months = every["window_months"]
            assert isinstance(months, int)
            windows = asked.windows_table(months, str(every["method"]))
            given["asked_window"] = windows
            given["asked_arr_day"] = asked.arr_days_table(windows)
        rules = every.get("source_rule", self.in_force["win_rate"].option("source_rule"))
        assert isinstance(rules, list)
        given["chosen_source_rule"] = pa.table(
            {
                "position": pa.array(range(len(rules)), pa.int64()),
                "rule": pa.array(rules, pa.string()),
            }
        )
        if "target_hours" in every:
            targets = every["targets"]
            assert isinstance(targets, dict)
            hours = {"": str(every["target_hours"]), **targets}
            given["chosen_target"] = pa.table(
                {
                    "lead_type": pa.array(list(hours), pa.string()),
                    "seconds": pa.array(
                        [int(Decimal(h) * SECONDS_PER_HOUR) for h in hours.values()], pa.int64()
                    ),
                }
            )
        return given

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
        relations = self.relations(definition, asked)
        if where:
            relations |= _scope(where)
            scoped = read_sql(FOLDER / "scope" / "query.sql", "scoped")
            steps = {"contribution": metric.query, "scoped": replace(scoped, is_inlined=True)}
        else:
            steps = {"scoped": replace(metric.query, is_inlined=True)}
        steps["added_up"] = added_up(columns, metric.counted_if)
        return self.engine.ask(ANSWER, self.parameters(definition, asked), relations, steps)

    def columns_of(
        self, metric: Metric, definition: Definition, asked: Asked, columns: tuple[str, ...]
    ) -> pa.Table:
        """The rows with these columns and their `period_key` alone: names are not looked up."""
        return self.engine.ask(
            only(columns),
            self.parameters(definition, asked),
            self.relations(definition, asked),
            {"contribution": replace(metric.query, is_inlined=True)},
        )

    def rows_of(
        self,
        rows_query: SqlText,
        definition: Definition,
        asked: Asked,
        where: Mapping[str, str],
        more_relations: Mapping[str, pa.Table] | None = None,
    ) -> pa.Table:
        """The rows of any query that has a metric's key columns, inside the scope."""
        parameters = self.parameters(definition, asked)
        relations = self.relations(definition, asked) | dict(more_relations or {})
        own = {k: v for k, v in where.items() if k in ROW_DIMENSIONS}
        others = {k: v for k, v in where.items() if k not in ROW_DIMENSIONS}
        if others:
            query = read_sql(FOLDER / "scope" / "query.sql", "scope")
            relations |= _scope(others)
            rows = self.engine.ask(query, parameters, relations, {"contribution": rows_query})
        else:
            query = read_sql(FOLDER / "scope" / "all.sql", "all")
            rows = self.engine.ask(query, parameters, relations, {"contribution": rows_query})
        for name, value in own.items():
            if name not in rows.column_names:
                raise _unknown_dimension(name, definition.id)
            rows = rows_where(rows, name, value)
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
        relations = self.relations(definition, asked)
        relations["asked_dimension"] = _names([dimension])
        query = read_sql(FOLDER / "scope" / "each.sql", "each")
        found = self.engine.ask(
            query,
            self.parameters(definition, asked),
            relations,
            {"contribution": metric.query},
        )
        return rows.join(found, ["period_key", "record_id"], join_type="left outer")

    def with_dimensions(
        self, metric: Metric, definition: Definition, asked: Asked, rows: pa.Table
    ) -> pa.Table:
        """The rows with a column `in_<dimension>` for each dimension of the build."""
        every = self.engine.rows(
            "select distinct dimension from dimension_value order by dimension"
        )
        names = [str(name) for name in every["dimension"].to_pylist()]
        if not names:
            return rows
        relations = self.relations(definition, asked)
        relations["asked_dimension"] = _names(names)
        query = read_sql(FOLDER / "scope" / "values.sql", "values")
        steps = {"contribution": metric.query}
        found = self.engine.ask(query, self.parameters(definition, asked), relations, steps)
        values = {
            (row["period_key"], row["record_id"], row["dimension"]): row["value"]
            for row in found.to_pylist()
        }
        keys = list(zip(rows["period_key"].to_pylist(), rows["record_id"].to_pylist(), strict=True))
        for name in names:
            column = pa.array([values.get((*key, name)) for key in keys], pa.string())
            rows = rows.append_column(f"{DIMENSION_COLUMN}{name}", column)
        return rows

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
    ) -> list[Figure]:
        """A figure for each period.

        by      also a figure for each value of this dimension
        whole   also companions, flags and the rows' hash
        """
        metric = metric_named(definition.id)
        scope = dict(where or {})
        lacking = metric.lacks(definition, self.loaded)
        if lacking:
            return [self._missing(metric, definition, period, scope, lacking) for period in periods]
        shown: list[Figure] = []
        for asked in self.asked(metric, periods, as_of):
            columns = None if whole or by else metric.adds_up(definition)
            if columns is not None and not set(scope) & set(ROW_DIMENSIONS):
                rows = self.sums_of(metric, definition, asked, scope, columns)
            elif not (whole or by or scope) and (reads := metric.reads(definition)):
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
                mine = rows_where(split, "period_key", period.key)
                figure = self._figure(metric, definition, asked, period, mine, scope, whole)
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
            found.append(self._figure(metric, definition, asked, period, part, theirs, False))
        return tuple(found)

    def _figure(
        self,
        metric: Metric,
        definition: Definition,
        asked: Asked,
        period: Period,
        rows: pa.Table,
        scope: Mapping[str, str],
        whole: bool,
    ) -> Figure:
        made = of_rows(metric, definition, rows, scope.keys())
        provisional = (
            Asked.of([period], self.settings, self.newest, asked.as_of_on).is_provisional(period)
            if metric.id != "pipeline_coverage"
            else Asked.of([period], self.settings, self.newest, None).is_provisional(period)
        )
        waits = any(f.name in ("immature", "renewal_awaited") for f in made.flags)
        companions: list[Companion] = []
        if whole:
            companions = [
                *metric.companions(definition, made.sums),
                *self._beside(metric, definition, asked, period, made.sums, scope),
            ]
        reason = made.answer.reason
        if not reason and (provisional or waits):
            reason = self._why_provisional(asked, period, provisional)
        figure = Figure(
            metric=metric.id,
            period=period,
            unit=metric.subject.unit or Unit.SHARE,
            value=made.answer.value,
            numerator=made.answer.numerator,
            denominator=made.answer.denominator,
            records=made.sums.records,
            status=Status.PROVISIONAL if provisional or waits else Status.FINAL,
            reason=reason,
            agreed_version=definition.agreed_version,
            by_ruling=definition.by_ruling,
            definition_hash=definition.hash,
            query_hash=self.engine.query_hash(metric.query),
            rows_hash=rows_hash(made.counted) if whole else "",
            build=self.build,
            data_as_of=self.known_until,
            scope=dict(scope),
            interval=made.interval,
            companions=tuple(companions),
            flags=made.flags,
        )
        return metric.in_scope(figure) if scope else figure

    def _why_provisional(self, asked: Asked, period: Period, is_open: bool) -> str:
        if is_open:
            return Sentence(
                "known up to %(day)s; the books of %(period)s close on %(closes_on)s",
                {
                    "day": asked.as_of_on,
                    "period": period.key,
                    "closes_on": asked.books_close_on(period),
                },
            )
        return Sentence("some of its records are not settled yet: see the flags")

    def _beside(
        self,
        metric: Metric,
        definition: Definition,
        asked: Asked,
        period: Period,
        sums: Sums,
        scope: Mapping[str, str],
    ) -> list[Companion]:
        """Companions that need a question of their own."""
        if metric.id == "time_to_close":
            return self._survival(metric, definition, asked, period, sums)
        twins: list[tuple[str, Definition, str]] = []
        if metric.id == "win_rate":
            cohort = str(definition.option("cohort"))
            if cohort == "closed_in_period":
                twin = definition.with_options(cohort="entered_in_period")
                says = Sentence("of those that entered in the period and have closed")
                twins.append((Sentence("Created-cohort win rate"), twin, says))
            other = "amount" if definition.option("basis") == "count" else "count"
            by_other = Sentence("By amount") if other == "amount" else Sentence("By count")
            twins.append((by_other, definition.with_options(basis=other), ""))
            if definition.option("sourced") == "marketing":
                twins.append((Sentence("All sources"), definition.with_options(sourced="all"), ""))
        pair = {
            "net_revenue_retention": "gross_revenue_retention",
            "gross_revenue_retention": "net_revenue_retention",
        }.get(metric.id)
        if pair:
            twin = self.in_force[pair].resting_on(definition.bases["retention_base"])
            twins.append((twin.title, twin, ""))
        found = []
        as_of = asked.as_of_on if asked.as_of_at < self.newest else None
        for label, twin, beside in twins:
            [figure] = self.figures(twin, [period], where=scope, as_of=as_of)
            found.append(Companion(label, figure.value, figure.unit, beside))
        return found

    def _survival(
        self,
        metric: Metric,
        definition: Definition,
        asked: Asked,
        period: Period,
        sums: Sums,
    ) -> list[Companion]:
        from trivet.numbers.shared_metrics.time_to_close.survival import median_time

        parameters = self.parameters(definition, asked) | {
            "with_open": True,
            "waiting_on": min(asked.as_of_on, period.last_day).isoformat(),
        }
        query = read_sql(FOLDER / metric.id / "waiting.sql")
        one = replace(asked, periods=(period,))
        rows = self.engine.ask(query, parameters, self.relations(definition, one), {})
        rows = rows_where(rows, "period_key", period.key)
        won = rows_where(sums.rows, "outcome", "won")["numerator"].to_numpy()
        waiting = rows_where(rows, "role", "open")["days"].to_numpy()
        lost = rows_where(rows, "role", "closed")["days"].to_numpy()
        import numpy as np

        says = Sentence("open opportunities count with the days they have waited so far")
        both = Sentence("lost ones too, as if they might still be won")
        return [
            Companion(Sentence("Kaplan-Meier median"), median_time(won, waiting), Unit.DAYS, says),
            Companion(
                Sentence("Kaplan-Meier median, lost censored"),
                median_time(won, np.concatenate((waiting, lost))),
                Unit.DAYS,
                both,
            ),
        ]

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


def _starting(period: Period) -> Period:
    """An empty-handed neighbour whose books close in the first days of `period`."""
    from datetime import timedelta

    return Period(period.start - timedelta(days=1), period.start, "before")


def _needs_open(definition: Definition) -> bool:
    if definition.id in ("pipeline_coverage", "deal_velocity"):
        return True
    return definition.options.get("measure") == "open_at_date"


def _open_since(definition: Definition, asked: Asked) -> str | None:
    """Since when a record must have been open for the definition to read it; None for any record.

    Coverage asks many days, each for what was open or won since its own period began.
    """
    if definition.id != "pipeline_coverage" or definition.option("weighting") == "historical":
        return None
    first = min(period.start for period in asked.periods)
    began = asked.settings.calendar.instant(first).astimezone(UTC).replace(tzinfo=None)
    return min(began, asked.as_of_at).isoformat(sep=" ")


def _names(dimensions: list[str]) -> pa.Table:
    return pa.table({"dimension": pa.array(dimensions, pa.string())})


def _scope(where: Mapping[str, str]) -> dict[str, pa.Table]:
    return {
        "asked_dimension": _names(list(where)),
        "asked_scope": pa.table(
            {
                "dimension": pa.array(list(where), pa.string()),
                "value": pa.array(list(where.values()), pa.string()),
            }
        ),
    }


def _unknown_dimension(name: str, metric_id: str) -> DimensionUnknown:
    return DimensionUnknown(
        "The rows of %(metric_id)s have no dimension %(name)s.",
        remedy="Declare it under [dimensions] in trivet.toml, or see `trivet metric --help`.",
        metric_id=metric_id,
        name=repr(name),
    )


def rows_hash(rows: pa.Table) -> str:
    """SHA-256 over the rows: record, numerator and denominator, sorted by record."""
    ordered = rows.select(["record_id", "numerator", "denominator"]).sort_by("record_id")
    lines = [
        f"{record}\t{numerator}\t{denominator}\n"
        for record, numerator, denominator in zip(
            *(ordered[name].to_pylist() for name in ordered.column_names), strict=True
        )
    ]
    return hashlib.sha256("".join(lines).encode()).hexdigest()
