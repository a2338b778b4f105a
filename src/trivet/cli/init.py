"""`trivet init`: a workspace to start from."""

from __future__ import annotations

from pathlib import Path

import click
from rich.markup import escape

from trivet.cli.terminal import answers, progress, table


@click.command("init")
@click.argument("folder", type=click.Path(path_type=Path))
@click.option(
    "--from",
    "exports",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Look at the exports in this folder and propose their mapping.",
)
def command(folder: Path, exports: Path | None) -> None:
    """Make the workspace FOLDER: a commented trivet.toml, landing/ and builds/."""
    from trivet.numbers.workspace.workspace import Workspace

    console = answers()
    if exports is None:
        workspace = Workspace.create(folder)
        console.print(f"Made {workspace.folder}.")
        console.print(f"Next: say in {workspace.settings_file} where your exports are, then")
        console.print(f"  trivet run {folder}")
        return
    _propose(folder, exports)


def _propose(folder: Path, exports: Path) -> None:
    from trivet.jobs.proposal_text import NEXT_STEPS, grouped, settings_text
    from trivet.jobs.propose import propose
    from trivet.numbers.workspace.private import write_private
    from trivet.numbers.workspace.settings import Settings
    from trivet.numbers.workspace.workspace import Workspace

    console = answers()
    workspace = Workspace.create(folder)
    with progress() as tell:
        proposal = propose(exports, tell)
    text = settings_text(proposal, workspace.folder.name, workspace.folder)
    write_private(workspace.settings_file, text)
    console.print(f"Made {workspace.folder} with a proposed mapping of {exports}:")
    rows = [
        (
            feed.path.name,
            feed.system,
            feed.table.name,
            f"{len(feed.columns)}",
            f"{len(feed.unread)}",
        )
        for feed in proposal.feeds
    ]
    headings = ("export", "system", "table", "columns mapped", "not used")
    console.print(table(headings, rows, right=[3, 4]))
    for why, strangers in grouped(proposal.strangers).items():
        console.print(f"\n[bold]Not recognised[/bold]: {escape(NEXT_STEPS[why])}")
        console.print("  " + escape(", ".join(stranger.path.name for stranger in strangers)))
    Settings.load(workspace.settings_file)
    console.print(f"\nNext: look over {workspace.settings_file} (the order of the stages, the")
    console.print("functions of the lead sources), then")
    console.print(f"  trivet run {folder}")
