"""`trivet measure`: every metric of the last complete quarter."""

from __future__ import annotations

from pathlib import Path

import click

from trivet.cli.folder import folder_argument
from trivet.cli.terminal import answers, progress


@click.command("measure")
@folder_argument
def command(folder: Path) -> None:
    """Ask every metric once of the published build, and keep the answers beside it."""
    from trivet.cli.figure_shown import figure_table
    from trivet.jobs.measure import measure, write_figures
    from trivet.numbers.shared_metrics.registry import drafts
    from trivet.numbers.workspace.workspace import Workspace

    workspace = Workspace.open(folder)
    with progress() as tell:
        measured = measure(workspace, tell)
    with workspace.lock():
        write_figures(workspace, measured)
    titles = {name: definition.title for name, definition in drafts().items()}
    answers().print(figure_table(measured.figures, titles, workspace.settings.company.currency))
