"""Norvik, a made-up company held in memory, that answers as a published build does.

Its figures are sums over its rows, as a real build's are, so pages can be held to them without
a warehouse. It is small enough to read: 36 accounts, some hundred opportunities.
"""

from __future__ import annotations

import hashlib
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from functools import cache
from types import SimpleNamespace
from typing import Any

import pyarrow as pa

from trivet.errors import MetricUnknown, RecordUnknown
from trivet.numbers.revenue_model import (
    AccountTeam,
    Cohort,
    DimensionValues,
    FactUsed,
    FlowEdge,
    Movement,
    RecordPage,
    RevenueModel,
    RowPage,
)
from trivet.numbers.revenue_model.freshness import Freshness
from trivet.numbers.revenue_model.references import ANOTHER_ID
from trivet.numbers.shared_metrics.definition import Definition
from trivet.numbers.shared_metrics.figure import Companion, Figure, Flag, Interval, Status, Unit
from trivet.numbers.shared_metrics.in_force import drafts_in_force
from trivet.numbers.shared_metrics.lint import Evidence, Problem, lint
from trivet.numbers.shared_metrics.metric import ENTRY_FALLBACK, Metric, Sums
from trivet.numbers.shared_metrics.registry import drafts, metric_named
from trivet.sentence import Sentence
from trivet.vocabulary.period import FiscalCalendar, Grain, Period

SEGMENTS = ("Enterprise", "Mid-market", "Small business")
REGIONS = ("AMER", "EMEA", "APAC")
INDUSTRIES = ("Logistics", "Energy", "Software")
SOURCES = ("marketing", "sales", "customer_success", "partner")
OWN_VALUES = {"sourced_by": SOURCES, "outcome": ("lost", "open", "won")}
NOTHING_AGAINST = Evidence()
NO_TARGETS = Sentence("not computable: %(lacking)s", {"lacking": Sentence("no target is loaded")})
STILL_OPEN = Sentence("some of its records are not settled yet: see the flags")
DATA_AS_OF = datetime(2026, 10, 14, 4, 30)
STEMS = (
    "Sable",
    "Osprey",
    "Quillon",
    "Tamar",
    "Lindqvist",
    "Orrery",
    "Halden",
    "Bracken",
    "Corvid",
)


@dataclass(frozen=True)
class Opportunity:
    opportunity_id: str
    name: str
    account_id: str
    account: str
    segment: str
    region: str
    industry: str
    sourced_by: str
    entered_on: date
    closed_on: date | None
    outcome: str
    amount_minor: int
    expansion: bool


def _opportunities() -> list[Opportunity]:
    chance = random.Random(7)
    found = []
    for index in range(620):
        number = chance.randrange(36)
        account = f"{STEMS[number % 9]} {INDUSTRIES[number % 3]} {number + 1}"
        entered = date(2023, 1, 3) + timedelta(days=index * 1370 // 620)
        days = chance.randrange(18, 130)
        outcome = chance.choices(("won", "lost", "open"), (30, 52, 18))[0]
        closed = entered + timedelta(days=days)
        if closed > DATA_AS_OF.date():
            outcome = "open"
        found.append(
            Opportunity(
                f"006{index:05d}",
                f"{account} {'expansion' if number % 4 == 0 else 'platform'}",
                f"001{number:04d}",
                account if number else '=HYPERLINK("http://example.invalid") Ltd',
                SEGMENTS[number % 3],
                REGIONS[number % 7 % 3],
                INDUSTRIES[number % 3],
                chance.choices(SOURCES, (42, 34, 16, 8))[0],
                entered,
                closed if outcome != "open" else None,
                outcome,
                chance.randrange(8, 190) * 100_000,
                number % 4 == 0,
            )
        )
    return found


OPPORTUNITIES = _opportunities()

Row = dict[str, Any]


@cache
def _rows_of(metric_id: str, period: Period, where: tuple[tuple[str, str], ...]) -> tuple[Row, ...]:
    """What a metric counts: the same whichever test, build or page asks."""
    found: list[Row] = []
    scoped = [o for o in OPPORTUNITIES if all(getattr(o, k) == v for k, v in where)]
    for o in scoped:
        entered, closed = (
            o.entered_on in period,
            o.closed_on is not None and o.closed_on in period,
        )
        pair: tuple[int, int] | None = None
        day: date | None = o.entered_on
        match metric_id:
            case "marketing_sourced_pipeline" if entered:
                pair = (o.amount_minor if o.sourced_by == "marketing" else 0, o.amount_minor)
            case "expansion_pipeline" if entered:
                pair = (o.amount_minor if o.expansion else 0, o.amount_minor)
            case "win_rate" if closed and o.sourced_by == "marketing":
                pair, day = (int(o.outcome == "won"), 1), o.closed_on
            case "time_to_close" if closed and o.outcome == "won":
                assert o.closed_on
                pair, day = ((o.closed_on - o.entered_on).days, 1), o.closed_on
            case "mql_to_sql" if entered:
                pair = (int(o.amount_minor % 700_000 < 130_000), 1)
            case "follow_up_sla" if entered:
                pair = (int(o.amount_minor % 300_000 != 0), 1)
            case "net_revenue_retention" | "gross_revenue_retention":
                start = 4_000_000 + int(o.opportunity_id[-3:]) * 9_000
                drift = (int(o.opportunity_id[-2:]) * 37 + period.start.month) % 40 - 14
                end = start * (100 + drift) // 100
                if int(o.opportunity_id[-1:]) == 0 and period.start.year > 2023:
                    capped = min(end, start) if metric_id.startswith("gross") else end
                    pair, day = (capped, start), period.start
            case "deal_velocity" if entered:
                pair = (o.amount_minor, 90) if o.outcome == "won" else (0, 0)
        if pair is None:
            continue
        found.append(
            {
                "happened_on": day,
                "opportunity_id": o.opportunity_id,
                "account_name": o.account,
                "opportunity_name": o.name,
                "account_id": o.account_id,
                "sourced_by": o.sourced_by,
                "outcome": o.outcome,
                "segment": o.segment,
                "region": o.region,
                "open_count": int(o.outcome == "open"),
                "won_count": int(o.outcome == "won"),
                "closed_count": int(o.outcome != "open"),
                "numerator": pair[0],
                "denominator": pair[1],
            }
        )
    return tuple(found)


class Norvik(RevenueModel):
    """The made-up company; `build` tells two of its builds apart."""

    def __init__(
        self,
        build: str = "b20261014T050000-4c1d",
        stale_reason: str = "",
        evidence: Evidence = NOTHING_AGAINST,
    ) -> None:
        calendar = FiscalCalendar(1, "end", "America/New_York")
        company = SimpleNamespace(
            name="Norvik Analytics", currency="USD", calendar=calendar, time_zone="America/New_York"
        )
        self.settings = SimpleNamespace(company=company, calendar=calendar, dimensions={})  # type: ignore[assignment]
        self.build = build
        self.in_force = drafts_in_force()
        self.data_as_of = {
            "crm": DATA_AS_OF,
            "customer_success": DATA_AS_OF - timedelta(hours=7),
            "marketing": DATA_AS_OF - timedelta(days=1),
        }
        self.stale_reason = stale_reason
        self.evidence = evidence

    def period(self, text: str) -> Period:
        return self.settings.calendar.period(text)

    as_of_on = DATA_AS_OF.date()  # type: ignore[assignment]
    today = date(2026, 10, 15)  # type: ignore[assignment]
    is_made_up = False  # type: ignore[assignment]

    @property
    def freshness(self) -> tuple[Freshness, ...]:  # type: ignore[override]
        """Everything is exported every day."""
        return tuple(Freshness(name, at.date(), 1) for name, at in self.data_as_of.items())

    @property
    def recount(self) -> SimpleNamespace:  # type: ignore[override]
        """Enough to say what is due; it has no build to count."""
        return SimpleNamespace(calendar=self.settings.calendar, latest_over=self.latest_period)

    def latest_period(self, grain: Grain) -> Period:
        calendar = self.settings.calendar
        return calendar.before(calendar.containing(DATA_AS_OF.date(), grain))

    def dimensions(self, metric_id: str = "") -> tuple[DimensionValues, ...]:
        return (
            DimensionValues("industry", "Industry", INDUSTRIES),
            DimensionValues("region", "Region", REGIONS),
            DimensionValues("segment", "Segment", SEGMENTS),
        )

    def values_of(self, dimension: str) -> tuple[str, ...]:
        return next((d.values for d in self.dimensions() if d.name == dimension), ()) or tuple(
            OWN_VALUES[dimension]
        )

    def closed_books_know(self, dimension: str, value: str) -> bool:
        return False

    def row_dimensions(self, metric_id: str) -> tuple[str, ...]:
        self.definition(metric_id)
        every = metric_named(metric_id).row_dimensions
        return tuple(name for name in every if name in OWN_VALUES)

    def definition(self, metric_id: str) -> Definition:
        if metric_id not in drafts():
            raise MetricUnknown(
                f"There is no metric {metric_id!r}.", remedy="Choose one from the menu."
            )
        return drafts()[metric_id]

    def sql(self, metric_id: str) -> str:
        lines = (
            "select",
            "    numerator,",
            "    denominator",
            "from fact",
            "where amount < 10 & true",
        )
        return "\n".join((f"-- One row a record of {metric_id}.", *lines))

    def _rows(self, metric_id: str, period: Period, where: Mapping[str, str] | None) -> list[Row]:
        found = _rows_of(metric_id, period, tuple(sorted((where or {}).items())))
        return [dict(row) for row in found]

    def metric(self, metric_id, period, *, by=None, where=None, as_of=None, definition=None):  # type: ignore[no-untyped-def]
        period = self.period(period) if isinstance(period, str) else period
        found = self._figure(metric_id, period, where)
        if by:
            names = {d.name: d.values for d in self.dimensions()} | OWN_VALUES
            names = names[by]
            segments = [self._figure(metric_id, period, {**(where or {}), by: n}) for n in names]
            found = replace(found, segments=tuple(segments))
        return found

    def _figure(self, metric_id: str, period: Period, where: Mapping[str, str] | None) -> Figure:
        definition = self.definition(metric_id)
        unit = definition.subject.unit or Unit.SHARE
        if metric_id == "pipeline_coverage":
            return self._answer(definition, period, where, unit, None, 0, 0, 0, NO_TARGETS)
        rows = self._rows(metric_id, period, where)
        over = sum(row["numerator"] for row in rows)
        under = sum(row["denominator"] for row in rows)
        if not rows or not under:
            return self._answer(
                definition,
                period,
                where,
                unit,
                None,
                over,
                under,
                len(rows),
                Metric.nothing,
            )
        value = Fraction(over, under)
        if metric_id == "time_to_close":
            days = sorted(row["numerator"] for row in rows)
            middle = len(days) // 2
            value = Fraction(days[middle] + days[-middle - 1], 2)
        if metric_id == "deal_velocity":
            table = pa.Table.from_pylist(rows)
            sums = Sums(Fraction(over), Fraction(under), len(rows), table)
            made = metric_named(metric_id).answer(definition, sums)
            found = self._answer(
                definition, period, where, unit, made.value, over, under, len(rows), made.reason
            )
            return replace(found, factors=made.factors)
        return self._answer(definition, period, where, unit, value, over, under, len(rows), "")

    def _answer(
        self,
        definition: Definition,
        period: Period,
        where: Mapping[str, str] | None,
        unit: Unit,
        value: Fraction | None,
        over: int,
        under: int,
        records: int,
        reason: str,
    ) -> Figure:
        status = Status.FINAL
        if value is None:
            status = Status.NOT_COMPUTABLE
        elif period.end > DATA_AS_OF.date():
            status, reason = Status.PROVISIONAL, STILL_OPEN
        share = unit is Unit.SHARE and value is not None and 0 < records < 10
        digest = hashlib.sha256(f"{definition.hash}{period}{where}".encode()).hexdigest()
        return Figure(
            definition.id,
            period,
            unit,
            value,
            Fraction(over) if records else None,
            Fraction(under) if records else None,
            records,
            status,
            reason,
            definition.hash,
            digest,
            digest[::-1],
            self.build,
            self.data_as_of,
            dict(where or {}),
            Interval(0.1841, 0.8824) if share else None,
            (
                Companion(
                    Sentence("Source unknown"),
                    Fraction(3, 50),
                    Unit.SHARE,
                    Sentence("No rule found who created it."),
                ),
            )
            if definition.id == "marketing_sourced_pipeline"
            else (),
            (Flag("entry_fallback", max(1, records // 8), ENTRY_FALLBACK),)
            if definition.id == "win_rate" and records
            else (),
        )

    def series(
        self, metric_id, periods: Sequence[Period], *, where=None, as_of=None, definition=None
    ):  # type: ignore[no-untyped-def]
        return [self._figure(metric_id, period, where) for period in periods]

    def rows(self, metric_id, period, *, where=None, as_of=None, definition=None) -> pa.Table:  # type: ignore[no-untyped-def]
        period = self.period(period) if isinstance(period, str) else period
        return pa.Table.from_pylist(self._rows(metric_id, period, where))

    def row_page(  # type: ignore[no-untyped-def]
        self,
        metric_id,
        period,
        *,
        where=None,
        search="",
        order_by="",
        descending=True,
        limit=50,
        offset=0,
        team=None,
        as_of=None,
        definition=None,
    ) -> RowPage:
        period = self.period(period) if isinstance(period, str) else period
        self.definition(metric_id)
        rows = self._rows(metric_id, period, where)
        if team is not None:
            rows = [
                r
                for r in rows
                if team.has_opportunity(r.get("opportunity_id"), r.get("account_id"))
            ]
        if search:
            rows = [r for r in rows if any(search.lower() in str(v).lower() for v in r.values())]
        order_by = order_by if rows and order_by in rows[0] else "opportunity_id"
        rows.sort(key=lambda r: str(r[order_by]).rjust(24), reverse=descending)
        counted = metric_id in ("win_rate", "mql_to_sql", "follow_up_sla", "time_to_close")
        kind = "number" if counted else "money"
        columns = (
            ("happened_on", "day"),
            ("opportunity_id", "id:opportunity"),
            ("account_name", "text"),
            ("opportunity_name", "text"),
            ("account_id", "id:account"),
            ("sourced_by", "text"),
            ("outcome", "text"),
            ("segment", "text"),
            ("region", "text"),
            ("numerator", kind),
            ("denominator", kind),
        )
        return RowPage(
            columns,
            tuple(rows[offset : offset + limit]),
            len(rows),
            Fraction(sum(r["numerator"] for r in rows)),
            Fraction(sum(r["denominator"] for r in rows)),
        )

    def waterfall(  # type: ignore[no-untyped-def]
        self, period, where=None, *, as_of=None, definition=None
    ) -> tuple[Movement, ...]:
        rows = self._rows("net_revenue_retention", period, where)
        opening, closing = sum(r["denominator"] for r in rows), sum(r["numerator"] for r in rows)
        ups = sum(max(0, r["numerator"] - r["denominator"]) for r in rows)
        downs = opening + ups - closing
        return (
            Movement("opening", opening, len(rows)),
            Movement("expansion", ups - ups // 6, len(rows) // 3),
            Movement("price", ups // 6, len(rows) // 5),
            Movement("reactivation", 0, 0),
            Movement("contraction", -(downs // 3), len(rows) // 8),
            Movement("churn", -(downs - downs // 3), len(rows) // 9),
            Movement("closing", closing, len(rows)),
        )

    def flow(self, period, where=None, *, as_of=None) -> tuple[FlowEdge, ...]:  # type: ignore[no-untyped-def]
        counts: dict[tuple[str, str], list[int]] = {}
        for row in self._rows("marketing_sourced_pipeline", period, where):
            half = "qualified" if row["denominator"] % 400_000 else "not_qualified"
            outcome = row["outcome"] if half == "qualified" or row["outcome"] != "won" else "lost"
            for edge in ((row["sourced_by"], half), (half, outcome)):
                entry = counts.setdefault(edge, [0, 0])
                entry[0] += 1
                entry[1] += row["denominator"]
        return tuple(FlowEdge(a, b, n, m) for (a, b), (n, m) in sorted(counts.items()))

    def cohorts(  # type: ignore[no-untyped-def]
        self, last, quarters: int = 8, where=None, *, as_of=None
    ) -> tuple[Cohort, ...]:
        calendar = self.settings.calendar
        period = calendar.containing(last.last_day, Grain.QUARTER)
        found = []
        for age in range(quarters):
            kept = [Fraction(1)]
            for q in range(age):
                kept.append(kept[-1] + Fraction((q * 5 + age * 3) % 7 - 3, 90))
            shown = tuple(kept) + (None,) * (quarters - age - 1)
            found.append(Cohort(period, 9 + age, 90_000_000 + age * 7_000_000, shown))
            period = calendar.before(period)
        return tuple(reversed(found))

    def account_team(self, email: str) -> AccountTeam:
        """Ilya owns one opportunity, and so sees its account."""
        [first] = [o for o in OPPORTUNITIES if o.opportunity_id == "00600500"]
        if email != "ilya@norvik.example":
            return AccountTeam(frozenset(), frozenset())
        return AccountTeam(frozenset({first.account_id}), frozenset({first.opportunity_id}))

    def account_of(self, opportunity_id: str) -> str:
        found = (o.account_id for o in OPPORTUNITIES if o.opportunity_id == opportunity_id)
        return next(found, "")

    def opportunity(self, opportunity_id: str) -> RecordPage:
        found = next((o for o in OPPORTUNITIES if o.opportunity_id == opportunity_id), None)
        if found is None:
            raise RecordUnknown(
                f"No opportunity {opportunity_id!r} is in this build.",
                remedy="Check the id, or open it from a metric's rows.",
            )
        known = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
        stages = (
            {"entered_at": datetime(2026, 3, 1, 9), "stage": "Prospecting", "evidence": "recorded"},
            {"entered_at": datetime(2026, 3, 9, 9), "stage": "Qualified", "evidence": "recorded"},
        )
        touches = tuple(
            {
                "touched_at": datetime(2026, 2, 1) + timedelta(days=n),
                "kind": "form",
                "contact_id": f"003{n:04d}",
            }
            for n in range(22)
        )
        return RecordPage(
            opportunity_id,
            found.name,
            f"{found.outcome.title()}, entered {found.entered_on}",
            (
                FactUsed(
                    "account_id",
                    found.account_id,
                    "id:account",
                    "crm",
                    "Opportunity_2026-10-14.csv",
                    18,
                    known,
                    "recorded",
                ),
                FactUsed(
                    "currency", "GBP", "text", "crm", "Opportunity.csv", 18, known, "recorded"
                ),
                FactUsed(
                    "acv",
                    found.amount_minor,
                    "money",
                    "crm",
                    "Opportunity_2026-10-14.csv",
                    18,
                    known,
                    "recorded",
                ),
                FactUsed(
                    "created_at",
                    found.entered_on,
                    "day",
                    "crm",
                    "OpportunityHistory_2026-10-14.csv",
                    41,
                    known,
                    "recorded",
                ),
                FactUsed(
                    "closed_on",
                    found.closed_on,
                    "day",
                    "crm",
                    "Opportunity_2026-10-14.csv",
                    18,
                    None,
                    "observed",
                ),
                FactUsed(
                    "sourced_by",
                    found.sourced_by,
                    "text",
                    "",
                    "",
                    None,
                    None,
                    Sentence("as exported"),
                ),
            ),
            (
                (Sentence("Stages"), stages),
                (Sentence("Touches before it was created"), touches),
                ("contact roles", ()),
            ),
        )

    def account(self, account_id: str) -> RecordPage:
        own = [o for o in OPPORTUNITIES if o.account_id == account_id]
        if not own:
            raise RecordUnknown(
                f"No account {account_id!r} is in this build.",
                remedy="Check the id, or open it from a metric's rows.",
            )
        rows = tuple(
            {
                "opportunity_id": o.opportunity_id,
                "name": o.name,
                "created_at": o.entered_on,
                "outcome": o.outcome,
                "amount_minor": o.amount_minor,
            }
            for o in own
        )
        facts = (
            FactUsed(
                "segment",
                own[0].segment,
                "text",
                "crm",
                "Account_2026-10-14.csv",
                3,
                None,
                "first_known",
            ),
            FactUsed(
                "region",
                own[0].region,
                "text",
                "crm",
                "Account_2026-10-14.csv",
                3,
                None,
                "first_known",
            ),
        )
        return RecordPage(
            account_id, own[0].account, own[0].segment, facts, (("opportunities", rows),)
        )

    def problems(self, definitions=None) -> list[Problem]:  # type: ignore[no-untyped-def]
        return lint(definitions or drafts(), self.evidence)

    def data(self) -> Mapping[str, object]:
        tables = [
            {"table": "account", "rows": 1996, "derived": 0, "quarantined": 4, "not_applicable": 0},
            {
                "table": "opportunity",
                "rows": 8800,
                "derived": 0,
                "quarantined": 12,
                "not_applicable": 31,
            },
            {
                "table": "opportunity_stage_history",
                "rows": 30211,
                "derived": 417,
                "quarantined": 0,
                "not_applicable": 0,
            },
        ]
        sources = [
            {
                "source": name,
                "system": name,
                "data_as_of": at.isoformat(),
                "landed_at": (at + timedelta(minutes=20)).isoformat(),
                "tables": tables,
            }
            for name, at in self.data_as_of.items()
        ]
        return {
            "build": self.build,
            "published_at": (DATA_AS_OF + timedelta(hours=1)).isoformat(),
            "stale_reason": self.stale_reason,
            "sources": sources,
            "quarantine": {
                "rows": 16,
                "by_rule": [
                    {
                        "rule": "unreadable_date",
                        "source": "crm",
                        "table": "opportunity",
                        "rows": 12,
                        "says": "'31.02.2026' is no day.",
                    },
                    {
                        "rule": "duplicate_id",
                        "source": "crm",
                        "table": "account",
                        "rows": 4,
                        "says": "The id was already given in the same export.",
                    },
                ],
            },
            "references": [
                {
                    "source": "marketing",
                    "table": "touchpoint",
                    "column": "contact_id",
                    "refers_to": "contact",
                    "rows": 105,
                    "empty": 0,
                    "unknown": 105,
                    "remedy": ANOTHER_ID,
                },
                {
                    "source": "crm",
                    "table": "contact",
                    "column": "account_id",
                    "refers_to": "account",
                    "rows": 2611,
                    "empty": 40,
                    "unknown": 0,
                    "remedy": "",
                },
            ],
            "identity": [
                {
                    "kind": "account",
                    "source": "customer_success",
                    "records": 640,
                    "linked": 611,
                    "unresolved": 24,
                    "ambiguous": 5,
                },
                {
                    "kind": "contact",
                    "source": "marketing",
                    "records": 12011,
                    "linked": 11402,
                    "unresolved": 609,
                    "ambiguous": 0,
                },
            ],
            "metrics": [
                {
                    "metric": name,
                    "computable": name != "pipeline_coverage",
                    "reason": NO_TARGETS if name == "pipeline_coverage" else "",
                }
                for name in drafts()
            ],
        }

    def quarantine(self, limit: int = 100, offset: int = 0) -> pa.Table:
        rows = [
            {
                "source": "crm",
                "file": "Opportunity.csv",
                "file_row": 7 + n,
                "value": "=1+1",
                "rule": "unreadable_date",
            }
            for n in range(16)
        ]
        return pa.Table.from_pylist(rows[offset : offset + limit] or rows[:0] or rows).slice(
            0, max(0, min(limit, 16 - offset))
        )
