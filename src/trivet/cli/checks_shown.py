"""Checks as a person reads them, and the exit status they come to."""

from __future__ import annotations

import json
from collections.abc import Sequence

import click

from trivet.cli.terminal import answers, table
from trivet.jobs.verify import Check

MARKS = {True: "ok", False: "WRONG", None: "-"}


def show_checks(context: click.Context, checks: Sequence[Check], *, as_json: bool) -> None:
    """Print the checks; end with status 1 if one does not hold."""
    if as_json:
        shown = [{"name": c.name, "holds": c.holds, "says": c.says} for c in checks]
        click.echo(json.dumps(shown, ensure_ascii=False, indent=2))
    else:
        answers().print(
            table(("", "check", ""), [(MARKS[c.holds], c.name, c.says) for c in checks])
        )
    if any(check.holds is False for check in checks):
        context.exit(1)
