"""The FOLDER argument: which workspace a command is about."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

VARIABLE = "TRIVET_WORKSPACE"

Command = Callable[..., Any]


def folder_argument(command: Command) -> Command:
    """`[FOLDER]`: without it, `$TRIVET_WORKSPACE`, else the current folder."""
    return click.argument(
        "folder",
        type=click.Path(path_type=Path),
        envvar=VARIABLE,
        default=Path(),
        required=False,
    )(command)


def folder_option(command: Command) -> Command:
    """`--folder`, for a command whose argument is something else."""
    return click.option(
        "--folder",
        type=click.Path(path_type=Path),
        envvar=VARIABLE,
        default=Path(),
        help="The workspace.",
    )(command)
