"""Ask every metric once of a published build, and keep the answers beside it.

The kept figures are what `trivet verify` holds the build to later: the same rows, the same hash.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from trivet.numbers.revenue_model import RevenueModel
from trivet.numbers.shared_metrics.figure import Figure
from trivet.numbers.shared_metrics.registry import METRICS
from trivet.numbers.warehouse.disk import room_to_write, to_disk
from trivet.numbers.workspace.private import write_private
from trivet.numbers.workspace.progress import Progress, silent
from trivet.numbers.workspace.workspace import Workspace
from trivet.vocabulary.period import Grain


@dataclass(frozen=True, slots=True)
class Measured:
    """Figures of one build, under the definitions of one moment.

    agreed   hash of those definitions
    """

    build: str
    agreed: str
    figures: tuple[Figure, ...]


def measure(
    workspace: Workspace, progress: Progress = silent, *, metrics: Sequence[str] = tuple(METRICS)
) -> Measured:
    """The metrics of the last complete quarter, as the published build has them.

    Raises   NothingPublished
    """
    model = RevenueModel.open(workspace.folder)
    try:
        return figures_of(model, progress, metrics=metrics)
    finally:
        model.close()


def figures_of(
    model: RevenueModel, progress: Progress = silent, *, metrics: Sequence[str] = tuple(METRICS)
) -> Measured:
    """The metrics of the last complete quarter, of a build that is open."""
    period = model.latest_period(Grain.QUARTER)
    figures = []
    for metric_id in metrics:
        progress(f"Measuring {model.definition(metric_id).title}")
        figures.append(model.metric(metric_id, period))
    return Measured(model.build, model.in_force.hash, tuple(figures))


def figures_file(workspace: Workspace, build: str) -> Path:
    """Where the kept figures of a build are."""
    return workspace.builds / f"{build}.figures.json"


def write_figures(workspace: Workspace, measured: Measured) -> Path:
    """Write the figures beside their build, whole or not at all."""
    path = figures_file(workspace, measured.build)
    temporary = path.with_name(f".working-{uuid4().hex}.json")
    document = {
        "build": measured.build,
        "agreed": measured.agreed,
        "figures": [figure.as_json() for figure in measured.figures],
    }
    with room_to_write(path, "the measured figures"):
        text = json.dumps(document, ensure_ascii=False, indent=1) + "\n"
        write_private(temporary, text)
        to_disk(temporary)
        temporary.replace(path)
    return path


@dataclass(frozen=True, slots=True)
class Kept:
    """The figures kept when a build was made, as JSON has them.

    agreed   hash of the definitions they were counted under
    """

    agreed: str = ""
    figures: tuple[dict[str, object], ...] = ()


def kept_figures(workspace: Workspace, build: str) -> Kept:
    """The figures kept when the build was made; none if it was never measured."""
    path = figures_file(workspace, build)
    if not path.is_file():
        return Kept()
    told = json.loads(path.read_text("utf-8"))
    return Kept(told.get("agreed", ""), tuple(told["figures"]))
