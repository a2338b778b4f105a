"""`trivet run`: take in what is new, build, publish."""

from __future__ import annotations

from pathlib import Path

import click
from rich.markup import escape

from trivet.cli.folder import folder_argument
from trivet.cli.terminal import answers, progress, words


@click.command("run")
@folder_argument
@click.option("--force", is_flag=True, help="Build again although nothing has changed.")
def command(folder: Path, force: bool) -> None:
    """Sync, build, measure, publish and close the books: what the schedule runs.

    With nothing new it says so and changes nothing. Whatever goes wrong, the last good build
    still answers.
    """
    from trivet.jobs.books import keep_books
    from trivet.jobs.deadlines import keep_deadlines
    from trivet.jobs.run import run
    from trivet.numbers.workspace.workspace import Workspace

    workspace = Workspace.open(folder)
    with progress() as tell:
        done = run(workspace, tell, force=force)
        books = keep_books(workspace, tell)
        deadlines = keep_deadlines(workspace, tell)
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
    if done.quarantined:
        is_one = done.quarantined == 1
        console.print(
            f"{_count(done.quarantined, 'row')} {'is' if is_one else 'are'} in quarantine:"
            " see `trivet data`."
        )
    if done.rounded:
        is_one = done.rounded == 1
        console.print(
            f"{_count(done.rounded, 'amount')} {'has' if is_one else 'have'} more decimals than"
            f" {'its currency and was' if is_one else 'their currency and were'} rounded:"
            " see `trivet data`."
        )
    if books.closed:
        console.print(f"Closed {_count(len(books.closed), 'book')}.")
    if books.restated:
        found = sorted(books.restated.items())
        causes = ", ".join(f"{number:,} {cause.replace('_', ' ')}" for cause, number in found)
        console.print(f"Restated in closed books: {causes}.")
    for sentence in deadlines.started:
        console.print(escape(sentence))
    hints = [done.hint] if done.hint else []
    for sentence in (*books.waiting, *books.problems, *deadlines.overdue, *hints):
        words().print(escape(sentence))


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}" + ("" if number == 1 else "s")
