"""`trivet verify`: is the published build still what it was?"""

from __future__ import annotations

from pathlib import Path

import click

from trivet.cli.folder import folder_argument
from trivet.cli.terminal import progress


@click.command("verify")
@folder_argument
@click.option("--json", "as_json", is_flag=True, help="A JSON list.")
@click.pass_context
def command(context: click.Context, folder: Path, as_json: bool) -> None:
    """Check landing, every audit and the kept figures again. Status 1 if something is wrong."""
    from trivet.cli.checks_shown import show_checks
    from trivet.jobs.verify import verify
    from trivet.numbers.workspace.workspace import Workspace

    with progress() as tell:
        checks = verify(Workspace.open(folder), tell)
    show_checks(context, checks, as_json=as_json)
