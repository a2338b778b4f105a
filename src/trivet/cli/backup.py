"""`trivet backup`: a workspace as one archive."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from trivet.cli.folder import folder_argument
from trivet.cli.terminal import answers, progress, words


@click.command("backup")
@folder_argument
@click.option(
    "--to",
    "archive",
    type=click.Path(dir_okay=False, path_type=Path),
    help="The archive; by default NAME-DATE.tar.gz in the current folder.",
)
def command(folder: Path, archive: Path | None) -> None:
    """Put store, settings, landing, exports and the published build into one hashed archive.

    Sign-ins, links and keys are not in it.
    """
    from trivet.agreements.bearer_secrets import pg_dump_options
    from trivet.agreements.opening import is_elsewhere
    from trivet.jobs.backup import backup, left_out
    from trivet.numbers.workspace.workspace import Workspace

    workspace = Workspace.open(folder)
    to = archive or Path(f"{workspace.folder.name}-{datetime.now(UTC):%Y%m%dT%H%M%SZ}.tar.gz")
    with progress() as tell:
        files = backup(workspace, to, tell)
    if is_elsewhere():
        words().print(
            "The store is a PostgreSQL and is not in here. Back it up without what lets somebody"
            f" in: pg_dump {' '.join(pg_dump_options())} DATABASE"
        )
    if without := left_out(to):
        told = ", ".join(f"{number:,} {what}" for what, number in without.items())
        words().print(f"Left out: {told}.")
    answers().print(f"{files:,} files in {to}, {to.stat().st_size / 2**20:,.1f} MB.")
