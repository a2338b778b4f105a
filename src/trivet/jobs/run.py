"""`sync`, `build`, and `run`, which is what the schedule runs: sync, build, publish, measure."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from trivet.errors import SourceMissing, TrivetError
from trivet.jobs.definitions import hand_over
from trivet.jobs.measure import figures_file, figures_of, write_figures
from trivet.jobs.older_data import older_data
from trivet.numbers.revenue_model import RevenueModel
from trivet.numbers.shared_metrics.figure import Figure
from trivet.numbers.shared_metrics.in_force import in_force_now
from trivet.numbers.shared_metrics.kept_figures import keep_figures
from trivet.numbers.warehouse.build import Build, run_build
from trivet.numbers.warehouse.crash_point import crash_point
from trivet.numbers.warehouse.landing import Landing, land
from trivet.numbers.warehouse.publish import mark_stale
from trivet.numbers.workspace.progress import Progress, silent
from trivet.numbers.workspace.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Run:
    """What a run came to: what was taken in, what answers now, and what it says.

    quarantined   rows of all exports that are not counted as what they were read for
    rounded       amounts of all exports with more decimals than their currency
    figures       of the last complete quarter; none when they were measured before
    hint          which period to ask for, when the data ends before that quarter
    """

    landing: Landing
    build: Build
    quarantined: int
    rounded: int = 0
    figures: tuple[Figure, ...] = ()
    hint: str = ""


def must_have_sources(workspace: Workspace) -> None:
    """Raises   SourceMissing if the settings name no export: then nothing can come of any job"""
    if not any(source.feeds for source in workspace.settings.sources):
        raise SourceMissing(
            f"{workspace.settings_file} names no export: it has no [[source.feed]], so there is"
            " nothing to read.",
            remedy="Say there where the exports are (docs/reference/mapping.md shows how), or let"
            " `trivet init FOLDER --from EXPORTS` propose it.",
        )


def sync(
    workspace: Workspace, progress: Progress = silent, *, source: str | None = None
) -> Landing:
    """Take in the exports that are new.

    source   the name of one source; else all of them
    Raises   WorkspaceBusy, SourceMissing, and what `land` raises
    """
    must_have_sources(workspace)
    with workspace.lock():
        return land(workspace, progress, only=source)


def build(workspace: Workspace, progress: Progress = silent, *, force: bool = False) -> Build:
    """Build from what was taken in, and publish.

    Raises   WorkspaceBusy, SourceMissing, and what `run_build` raises
    """
    must_have_sources(workspace)
    with workspace.lock():
        return _built(workspace, progress, force=force)


def run(workspace: Workspace, progress: Progress = silent, *, force: bool = False) -> Run:
    """Sync, build, publish, and ask every metric once.

    Raises   WorkspaceBusy   another process does that right now
             SourceMissing   the settings name no export
             and what `land` and `run_build` raise; the published build then says it is stale
    """
    must_have_sources(workspace)
    with workspace.lock():
        try:
            landing = land(workspace, progress)
        except TrivetError as wrong:
            mark_stale(workspace.builds, wrong.happened)
            raise
        crash_point("landed")
        built = _built(workspace, progress, force=force)
        model = RevenueModel.open(workspace.folder)
        try:
            quarantined, rounded = model.quarantined(), model.rounded()
            if figures_file(workspace, built.published.build).is_file():
                return Run(landing, built, quarantined, rounded)
            measured = figures_of(model, progress)
            crash_point("measured")
            write_figures(workspace, measured)
            hint = older_data(model, measured.figures)
            return Run(landing, built, quarantined, rounded, measured.figures, hint)
        finally:
            model.close()


def _built(workspace: Workspace, progress: Progress, *, force: bool) -> Build:
    """A build measured under what was signed by now."""
    hand_over(workspace)
    in_force = in_force_now(workspace.definitions)
    return run_build(
        workspace,
        progress,
        measure=partial(keep_figures, in_force=in_force),
        agreed=in_force.hash,
        force=force,
    )
