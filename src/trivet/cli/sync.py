"""`trivet sync`: take in the exports that are new, without building."""

from __future__ import annotations

from pathlib import Path

import click

from trivet.cli.folder import folder_option
from trivet.cli.terminal import answers, progress, table


@click.command("sync")
@click.argument("source", required=False)
@folder_option
def command(source: str | None, folder: Path) -> None:
    """Take in the exports that are new, of SOURCE or of all sources."""
    from trivet.errors import SettingWrong
    from trivet.jobs.run import sync
    from trivet.numbers.workspace.part import unknown
    from trivet.numbers.workspace.workspace import Workspace

    workspace = Workspace.open(folder)
    names = [s.name for s in workspace.settings.sources]
    if source is not None and source not in names:
        raise SettingWrong(
            f"{unknown('source', source, names)}.", remedy="Name one of trivet.toml's sources."
        )
    with progress() as tell:
        done = sync(workspace, tell, source=source)
    console = answers()
    if done.landed:
        rows = [(load.source, load.table, load.file, f"{load.rows:,}") for load in done.landed]
        console.print(table(("source", "table", "export", "rows"), rows, right=[3]))
    console.print(f"{len(done.landed)} new, {len(done.unchanged)} already taken in.")
