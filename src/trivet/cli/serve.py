"""`trivet serve`: the pages of a workspace, on this machine."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

import click

from trivet.cli.folder import folder_argument

PORT = 8730


def serve_pages(folder: Path, port: int, *, open_browser: bool) -> None:
    """Answer until interrupted.

    The other door is named, not imported: a command line without pages needs no web server.
    """
    import_module("trivet.web.server").serve(folder, port, open_browser)


@click.command("serve")
@folder_argument
@click.option(
    "--port",
    type=click.IntRange(0, 65_535),
    default=PORT,
    show_default=True,
    help="0 takes any free one.",
)
@click.option("--open", "open_browser", is_flag=True, help="Open the dashboard in the browser.")
def command(folder: Path, port: int, open_browser: bool) -> None:
    """Serve the pages at 127.0.0.1, to this machine only. Ctrl-C ends it."""
    serve_pages(folder, port, open_browser=open_browser)
