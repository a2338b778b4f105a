"""The command line, run as a person runs it: arguments in, status and two streams out."""

from __future__ import annotations

import contextlib
import io
import json
from dataclasses import dataclass
from typing import Any

from trivet.cli.main import main


@dataclass(frozen=True)
class Said:
    """What a command printed, and its exit status."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Standard output as JSON: the whole of it, or the command broke its promise."""
        return json.loads(self.out)


def trivet(*arguments: object) -> Said:
    """Run `trivet ARGUMENTS` in this process."""
    out, err = io.StringIO(), io.StringIO()
    status = 0
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            main([str(argument) for argument in arguments])
        except SystemExit as left:
            status = left.code if isinstance(left.code, int) else 1
    return Said(status, out.getvalue(), err.getvalue())
