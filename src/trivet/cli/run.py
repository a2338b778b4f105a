"""`trivet run`: take in what is new, build, publish."""

from __future__ import annotations

from pathlib import Path

import click

from trivet.cli.folder import folder_argument
from trivet.cli.terminal import answers, progress


@click.command("run")
@folder_argument
@click.option("--force", is_flag=True, help="Build again although nothing has changed.")
def command(folder: Path, force: bool) -> None:
    """Sync, build, measure and publish: what the schedule runs.

    With nothing new it says so and changes nothing. Whatever goes wrong, the last good build
    still answers.
    """
    from trivet.jobs.run import run
    from trivet.numbers.workspace.workspace import Workspace

    with progress() as tell:
        done = run(Workspace.open(folder), tell, force=force)
    console = answers()
    landed = done.landing.landed
    rows = sum(load.rows for load in landed)
    if landed:
        console.print(f"Took in {_count(len(landed), 'export')} with {rows:,} rows.")
    else:
        console.print("No new exports.")
    build = done.build.published.build
    console.print(
        f"Published {build}." if done.build.is_new else f"Nothing has changed since {build}."
    )


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}" + ("" if number == 1 else "s")
