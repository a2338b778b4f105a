"""`trivet restore`: a workspace out of an archive."""

from __future__ import annotations

from pathlib import Path

import click

from trivet.cli.terminal import answers, progress


@click.command("restore")
@click.argument("archive", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.argument("folder", type=click.Path(path_type=Path))
def command(archive: Path, folder: Path) -> None:
    """Make the workspace FOLDER out of ARCHIVE, once every file in it has its hash."""
    from trivet.jobs.backup import restore

    with progress() as tell:
        workspace = restore(archive, folder, tell)
    answers().print(
        f"Restored to {workspace.folder}. `trivet verify {workspace.folder}` checks it."
    )
