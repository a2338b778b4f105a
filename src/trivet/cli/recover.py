"""`trivet recover`: for who lost the password and every second factor."""

from __future__ import annotations

from pathlib import Path

import click

from trivet.cli.folder import folder_argument
from trivet.cli.terminal import answers


@click.command("recover")
@click.argument("email")
@folder_argument
def command(email: str, folder: Path) -> None:
    """End the password, passkeys and codes of EMAIL, and print a link that lets them in once.

    Whoever runs the server does this, and the audit chain says so. Seats and signatures stay.
    """
    from trivet.jobs.recover import recover
    from trivet.numbers.workspace.workspace import Workspace

    path = recover(Workspace.open(folder), email)
    answers().print(
        f"This link works once, for three days. Add it to the server's address:\n{path}"
    )
