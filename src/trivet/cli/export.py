"""`trivet export`: the published tables and figures as plain files."""

from __future__ import annotations

from pathlib import Path
from typing import cast

import click

from trivet.cli.folder import folder_argument
from trivet.cli.terminal import answers, progress


@click.command("export")
@folder_argument
@click.option(
    "--into",
    required=True,
    type=click.Path(file_okay=False, path_type=Path),
    help="The folder to write to.",
)
@click.option(
    "--format",
    "file_format",
    default="parquet",
    show_default=True,
    type=click.Choice(["parquet", "csv"]),
)
def command(folder: Path, into: Path, file_format: str) -> None:
    """Write the tables of the published build, and its figures, as Parquet or CSV."""
    from trivet.jobs.export import Format, export
    from trivet.numbers.workspace.workspace import Workspace

    with progress() as tell:
        written = export(Workspace.open(folder), into, cast("Format", file_format), tell)
    answers().print(f"{len(written)} files written to {into}.")
