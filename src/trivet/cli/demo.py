"""`trivet demo`: a made-up company through the whole path, its five numbers, its dashboard."""

from __future__ import annotations

import json
from pathlib import Path

import click

from trivet.cli.serve import PORT, serve_pages
from trivet.cli.terminal import answers, progress


@click.command("demo")
@click.option("--no-serve", is_flag=True, help="Print the five numbers and end.")
@click.option(
    "--scale", default=1, show_default=True, type=click.IntRange(1), help="Times as large."
)
@click.option("--seed", default=7, show_default=True, help="Another seed is another company.")
@click.option(
    "--folder",
    default=Path("demo"),
    show_default=True,
    type=click.Path(path_type=Path),
    help="Where to make it.",
)
@click.option(
    "--port",
    type=click.IntRange(0, 65_535),
    default=PORT,
    show_default=True,
    help="0 takes any free one.",
)
@click.option("--open", "open_browser", is_flag=True, help="Open the dashboard in the browser.")
def command(
    no_serve: bool, scale: int, seed: int, folder: Path, port: int, open_browser: bool
) -> None:
    """Make a company, run it as your own exports would be, and serve its dashboard."""
    from trivet.cli.figure_shown import figure_table, print_reasons
    from trivet.jobs.measure import measure
    from trivet.jobs.run import run
    from trivet.numbers.revenue_model import RevenueModel
    from trivet.numbers.shared_metrics.registry import FIVE
    from trivet.numbers.workspace.workspace import Workspace

    with progress() as tell:
        tell("Writing the exports of a made-up company")
        _write_exports(folder, seed, scale)
        workspace = Workspace.open(folder)
        done = run(workspace, tell)
        figures = [figure for figure in done.figures if figure.metric in FIVE]
        if not figures:
            figures = list(measure(workspace, tell, metrics=FIVE).figures)
    console = answers()
    settings = workspace.settings
    model = RevenueModel.open(folder)
    titles = {name: model.definition(name).title for name in FIVE}
    model.close()
    console.print(f"[bold]{settings.company.name}[/bold] in {workspace.folder}")
    console.print(figure_table(figures, titles, settings.company.currency))
    print_reasons(console, figures, titles)
    console.print(f"build {done.build.published.build}")
    if not no_serve:
        serve_pages(folder, port, open_browser=open_browser)


def _write_exports(folder: Path, seed: int, scale: int) -> None:
    """Write the company unless the same one is there already.

    Raises   WorkspaceExists if the folder is a workspace that is no demo
    """
    import trivet
    from trivet.demo_company import write_company
    from trivet.errors import WorkspaceExists
    from trivet.numbers.workspace.workspace import DEMO_MARK

    made_of = {"seed": seed, "scale": scale, "trivet_version": trivet.__version__}
    mark = folder / DEMO_MARK
    if mark.is_file() and json.loads(mark.read_text("utf-8")) == made_of:
        return
    if (folder / "trivet.toml").exists() and not mark.is_file():
        raise WorkspaceExists(
            f"{folder} is a workspace of your own, not a demo.",
            remedy="Name another place with `trivet demo --folder`.",
        )
    if mark.is_file():
        _remove_company(folder)
    write_company(folder, seed=seed, scale=scale)
    mark.write_text(json.dumps(made_of) + "\n", "utf-8")


def _remove_company(folder: Path) -> None:
    """Another demo stood here: its exports would be taken for older ones of this company."""
    from shutil import rmtree

    for name in ("landing", "builds", "exports"):
        rmtree(folder / name, ignore_errors=True)
