"""`trivet build`: build from what was taken in, and publish."""

from __future__ import annotations

from pathlib import Path

import click

from trivet.cli.folder import folder_argument
from trivet.cli.terminal import answers, progress


@click.command("build")
@folder_argument
@click.option("--force", is_flag=True, help="Build again although nothing has changed.")
def command(folder: Path, force: bool) -> None:
    """Build from what was taken in, audit, and publish."""
    from trivet.jobs.run import build
    from trivet.numbers.workspace.workspace import Workspace

    with progress() as tell:
        done = build(Workspace.open(folder), tell, force=force)
    name = done.published.build
    answers().print(f"Published {name}." if done.is_new else f"Nothing has changed since {name}.")
