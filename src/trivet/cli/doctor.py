"""`trivet doctor`: what is well and what is not."""

from __future__ import annotations

from pathlib import Path

import click

from trivet.cli.folder import folder_argument


@click.command("doctor")
@folder_argument
@click.option("--json", "as_json", is_flag=True, help="A JSON list.")
@click.pass_context
def command(context: click.Context, folder: Path, as_json: bool) -> None:
    """Check the installation, the workspace's settings, its exports, room and build."""
    from trivet.cli.checks_shown import show_checks
    from trivet.jobs.doctor import doctor

    show_checks(context, doctor(folder.resolve()), as_json=as_json)
