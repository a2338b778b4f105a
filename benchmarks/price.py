"""What it costs to price a proposal over eight closed quarters, asked of a build nobody asked yet.

Goals: 2 s for the demo company, 10 s for one ten times as large. The dearest proposal is a changed
pipeline base: it changes every metric that rests on it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from benchmarks.company import built_company
from benchmarks.report import Line, Result
from benchmarks.stopwatch import timed
from trivet.numbers.revenue_model import RevenueModel
from trivet.numbers.shared_metrics.definition import Definition
from trivet.numbers.shared_metrics.in_force import if_signed

GOALS = {1: 2.0, 10: 10.0}

Proposed = Callable[[RevenueModel], Mapping[str, Definition]]


def measure(scale: int) -> Result:
    lines = [
        line
        for times in GOALS
        for line in (
            _line("a changed win rate", times, _win_rate),
            _line("a changed pipeline base", times, _base),
        )
    ]
    return Result("price", "the demo company and one ten times as large", tuple(lines))


def _win_rate(model: RevenueModel) -> Mapping[str, Definition]:
    return {"win_rate": model.in_force["win_rate"].with_options(basis="amount")}


def _base(model: RevenueModel) -> Mapping[str, Definition]:
    base = model.in_force["win_rate"].bases["pipeline_base"].with_options(entry_event="created")
    return if_signed(model.in_force, base.document(), [])


def _line(name: str, times: int, proposed: Proposed) -> Line:
    model = RevenueModel.open(built_company(times).folder)
    try:
        asked = proposed(model)
        took, found = timed(lambda: model.price(asked))
        flips = sum(metric.flips for metric in found.metrics)
    finally:
        model.close()
    return Line(
        f"{name}, {times} ×",
        f"{took.wall:.1f} s ({took.cpu:.1f} s CPU), {flips:,} records count otherwise",
        f"≤ {GOALS[times]:.0f} s",
        took.wall <= GOALS[times],
        took.as_json(),
    )
