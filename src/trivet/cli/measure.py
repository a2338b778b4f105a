"""`trivet measure`: every metric of the last complete quarter."""

from __future__ import annotations

from pathlib import Path

import click
from rich.markup import escape

from trivet.cli.folder import folder_argument
from trivet.cli.terminal import answers, progress, words


@click.command("measure")
@folder_argument
def command(folder: Path) -> None:
    """Ask every metric once of the published build, and keep the answers beside it."""
    from trivet.cli.figure_shown import figure_table
    from trivet.jobs.measure import figures_of, write_figures
    from trivet.jobs.older_data import older_data
    from trivet.jobs.run import must_have_sources
    from trivet.numbers.revenue_model import RevenueModel
    from trivet.numbers.workspace.workspace import Workspace

    workspace = Workspace.open(folder)
    must_have_sources(workspace)
    model = RevenueModel.open(folder)
    with progress() as tell:
        measured = figures_of(model, tell)
        hint = older_data(model, measured.figures)
    titles = {name: model.definition(name).title for name in model.metric_ids()}
    model.close()
    with workspace.lock():
        write_figures(workspace, measured)
    answers().print(figure_table(measured.figures, titles, workspace.settings.company.currency))
    if hint:
        words().print(escape(hint))
