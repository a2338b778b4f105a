"""`trivet restore`: a workspace out of an archive."""

from __future__ import annotations

from pathlib import Path

import click

from trivet.cli.terminal import answers, progress, words


@click.command("restore")
@click.argument("archive", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.argument("folder", type=click.Path(path_type=Path))
def command(archive: Path, folder: Path) -> None:
    """Make the workspace FOLDER out of ARCHIVE, once every file in it has its hash."""
    from trivet.agreements.keyring import FILE, WAY_OUT
    from trivet.agreements.store import FILE as STORE
    from trivet.jobs.backup import keys_missing, left_out, restore

    with progress() as tell:
        workspace = restore(archive, folder, tell)
    answers().print(
        f"Restored to {workspace.folder}. `trivet verify {workspace.folder}` checks it."
    )
    if without := left_out(archive):
        told = ", ".join(f"{number:,} {what}" for what, number in without.items())
        words().print(f"Not in the backup: {told}.")
    if (workspace.folder / STORE).is_file():
        words().print(
            "No backup holds a sign-in: everybody signs in again. Invitations and other links of"
            " before do not work any more: make new ones on the page People and seats, or with"
            f" `trivet recover EMAIL {workspace.folder}`."
        )
    if missing := keys_missing(archive, workspace.folder):
        words().print(
            "Authenticator apps and recovery codes do not work yet: their secrets are sealed with"
            f" key {', '.join(missing)}, which is in no backup, and {workspace.folder / FILE} does"
            f" not have it. {WAY_OUT} Passkeys and passwords work."
        )
