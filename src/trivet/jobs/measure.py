"""Ask every metric once of a published build, and keep the answers beside it.

The kept figures are what `trivet verify` holds the build to later: the same rows, the same hash.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from uuid import uuid4

from trivet.numbers.revenue_model import RevenueModel
from trivet.numbers.shared_metrics.figure import Figure
from trivet.numbers.shared_metrics.registry import METRICS
from trivet.numbers.warehouse.disk import room_to_write, to_disk
from trivet.numbers.workspace.progress import Progress, silent
from trivet.numbers.workspace.workspace import Workspace
from trivet.vocabulary.period import Grain


def measure(
    workspace: Workspace, progress: Progress = silent, *, metrics: Sequence[str] = tuple(METRICS)
) -> list[Figure]:
    """The metrics of the last complete quarter, as the published build has them.

    Raises   NothingPublished
    """
    model = RevenueModel.open(workspace.folder)
    period = model.latest_period(Grain.QUARTER)
    figures = []
    for metric_id in metrics:
        progress(f"Measuring {model.definition(metric_id).title}")
        figures.append(model.metric(metric_id, period))
    return figures


def figures_file(workspace: Workspace, build: str) -> Path:
    """Where the kept figures of a build are."""
    return workspace.builds / f"{build}.figures.json"


def write_figures(workspace: Workspace, build: str, figures: Sequence[Figure]) -> Path:
    """Write the figures beside their build, whole or not at all."""
    path = figures_file(workspace, build)
    temporary = path.with_name(f".working-{uuid4().hex}.json")
    document = {"build": build, "figures": [figure.as_json() for figure in figures]}
    with room_to_write(path, "the measured figures"):
        text = json.dumps(document, ensure_ascii=False, indent=1) + "\n"
        temporary.write_text(text, "utf-8")
        to_disk(temporary)
        temporary.replace(path)
    return path


def kept_figures(workspace: Workspace, build: str) -> list[dict[str, object]]:
    """The figures kept when the build was made; none if it was never measured."""
    path = figures_file(workspace, build)
    if not path.is_file():
        return []
    figures: list[dict[str, object]] = json.loads(path.read_text("utf-8"))["figures"]
    return figures
