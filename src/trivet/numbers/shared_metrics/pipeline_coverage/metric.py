"""Pipeline coverage."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from fractions import Fraction
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from trivet.numbers.shared_metrics import needs
from trivet.numbers.shared_metrics.asked import Asked, end_of
from trivet.numbers.shared_metrics.definition import Definition
from trivet.numbers.shared_metrics.figure import Figure, Flag, Unit
from trivet.numbers.shared_metrics.metric import (
    AMOUNT_MISSING,
    MONEY_SIDES,
    Answer,
    Metric,
    Sums,
    flag,
    joined,
)
from trivet.numbers.shared_metrics.needs import Loaded
from trivet.numbers.shared_metrics.pipeline_base.reach import (
    closing_reaches,
    customer_reaches,
    open_reaches,
)
from trivet.numbers.shared_metrics.pipeline_coverage.definition import PIPELINE_COVERAGE
from trivet.numbers.shared_metrics.reach import Reach
from trivet.numbers.shared_metrics.rows import rows_where
from trivet.sentence import Sentence
from trivet.vocabulary.period import Period

NO_TARGET = Sentence("no target is set for the period")


def end_to_end(
    targets: Sequence[Mapping[str, Any]], segment: str | None
) -> list[Mapping[str, Any]]:
    """The targets of a segment that lead from the first day asked for to the last; else none."""
    starting = {row["happened_on"]: row for row in targets if row["target_segment"] == segment}
    found: list[Mapping[str, Any]] = []
    for row in targets[:1]:
        day = row["asked_from"]
        while day in starting:
            found.append(starting[day])
            day = starting[day]["target_until"]
        if day != row["asked_until"]:
            return []
    return found


class PipelineCoverage(Metric):
    """Reads    pipeline_base (open and closed) and target; rows of three kinds that add up
    Units    money in minor units of the company's currency
    Source   docs/reference/metrics.md#pipeline_coverage
    """

    subject = PIPELINE_COVERAGE
    is_sample = False
    looks_ahead = True
    is_cut_by_rows = False
    nothing = NO_TARGET

    def lacks(self, definition: Definition, loaded: Loaded) -> str:
        checks = [needs.target]
        if definition.option("stage") == "qualified":
            checks.append(needs.qualified_stage)
        return joined(check(definition, loaded) for check in checks)

    def sides(self, definition: Definition) -> tuple[Unit, Unit]:
        return MONEY_SIDES

    def is_open(self, asked: Asked, period: Period, newest: datetime) -> bool:
        """A balance is settled once its day is over: its own, or a later one it was asked on."""
        return newest < end_of(asked.settings, max(asked.checked_on(period), asked.as_of_on))

    def why_open(self, asked: Asked, period: Period) -> str:
        own = asked.checked_on(period)
        if asked.as_of_on < own:
            return Sentence(
                "asked as of %(day)s, before its own day: %(own)s",
                {"day": asked.as_of_on, "own": own},
            )
        return Sentence(
            "the newest export was made before the end of %(day)s, the day it is asked of",
            {"day": asked.as_of_on},
        )

    def reaches(
        self, definition: Definition, asked: Asked, period: Period, loaded: Loaded
    ) -> list[Reach]:
        return [
            *open_reaches(min(period.last_day, asked.as_of_on)),
            *closing_reaches(definition, period),
            *customer_reaches(definition, period, loaded),
        ]

    def counted(self, rows: pa.Table, scope: Collection[str]) -> pa.Table:
        """With the target that was set for the scope: the company's, or the segments'.

        Where both are set for a period, adding them up would count every dollar twice. Where
        targets are set for a part of it only, there is none for all of it.
        """
        targets = rows_where(rows, "line", "target").to_pylist()
        wanted = [] if "segment" in scope else end_to_end(targets, None)
        if not wanted:
            segments = {row["target_segment"] for row in targets} - {None}
            wanted = [row for segment in segments for row in end_to_end(targets, segment)]
        names = pa.array([row["record_id"] for row in wanted], pa.string())
        is_target = pc.equal(rows["line"], pa.scalar("target"))
        return rows.filter(pc.or_(pc.invert(is_target), pc.is_in(rows["record_id"], names)))

    def answer(self, definition: Definition, sums: Sums) -> Answer:
        numerator, denominator = sums.numerator, sums.denominator
        if len(rows_where(sums.rows, "line", "target")) == 0:
            return Answer(numerator, denominator, None, NO_TARGET)
        if denominator <= 0:
            return Answer(numerator, denominator, None, Sentence(Sentence("target met")))
        return Answer(numerator, denominator, Fraction(numerator) / denominator)

    def in_scope(self, figure: Figure) -> Figure:
        """Targets are set for the company or a segment: of any other part there is no coverage.

        What is left when the company is split by another dimension holds the whole target and
        none of the pipeline, so that the parts add up: no figure of anybody's either.
        """
        others = [name for name in figure.scope if name != "segment"]
        if not others and figure.reason != NO_TARGET:
            return figure
        named = (
            Sentence(
                "%(dimension)s %(value)s",
                {"dimension": name, "value": figure.scope[name] or Sentence("(none)")},
            )
            for name in others or ["segment"]
        )
        parts = Sentence.joined("%(first)s and %(then)s", named)
        reason = Sentence("no target is set for %(parts)s", {"parts": parts})
        return figure.without_value(reason)

    def flags(self, definition: Definition, rows: pa.Table) -> list[Flag]:
        return [
            *flag("amount_missing", rows, "amount_is_missing", AMOUNT_MISSING),
            *flag(
                "past_due", rows, "is_past_due", Sentence("is open although its close date is past")
            ),
        ]
