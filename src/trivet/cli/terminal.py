"""What a person at the terminal sees beside the answer: progress, errors, tables.

Answers go to standard output, everything else to standard error, so that an answer can be piped.
"""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from trivet.errors import TrivetError
from trivet.numbers.workspace.progress import PATIENCE_SECONDS, Progress


def answers() -> Console:
    """Standard output; nothing is cut when it goes into a file or a pipe."""
    width = None if sys.stdout.isatty() else 200
    return Console(highlight=False, soft_wrap=True, width=width)


def words() -> Console:
    """Standard error."""
    return Console(stderr=True, highlight=False, soft_wrap=True)


def say_error(wrong: TrivetError) -> None:
    """The two sentences: what happened, what to do next."""
    console = words()
    console.print(f"[red]{escape(wrong.happened)}[/red]")
    console.print(escape(wrong.remedy))


@contextmanager
def progress() -> Iterator[Progress]:
    """Show what is being done, once it has taken longer than people wait without a word.

    A terminal gets one moving line; a log file gets a line a step.
    """
    console = words()
    started = time.monotonic()
    if not console.is_terminal:
        said: list[str] = []

        def log(sentence: str) -> None:
            if sentence not in said[-1:]:
                said.append(sentence)
                console.print(f"{time.monotonic() - started:6.1f} s  {escape(sentence)}")

        yield log
        return

    doing = ["Starting"]
    status = console.status(doing[0], spinner="dots")
    shown = threading.Timer(PATIENCE_SECONDS / 2, status.start)
    shown.daemon = True
    shown.start()

    def show(sentence: str) -> None:
        doing[0] = sentence
        status.update(f"{escape(sentence)} [dim]{time.monotonic() - started:.0f} s[/dim]")

    try:
        yield show
    finally:
        shown.cancel()
        status.stop()


def table(
    headings: Sequence[str], rows: Iterable[Sequence[str]], right: Iterable[int] = ()
) -> Table:
    """A plain table; `right` are the columns of numbers."""
    numbers = set(right)
    made = Table(box=None, pad_edge=False, header_style="bold")
    for place, heading in enumerate(headings):
        made.add_column(heading, justify="right" if place in numbers else "left", overflow="fold")
    for row in rows:
        made.add_row(*(escape(cell) for cell in row))
    return made
