"""Named moments at which a test may end the process, as a power cut or the kernel would.

`TRIVET_CRASH_AT=renamed` in the environment kills the process there. Nothing is cleaned up: that
is what is being tested.
"""

from __future__ import annotations

import os
import signal

VARIABLE = "TRIVET_CRASH_AT"

CRASH_POINTS = (
    "landed",
    "staged",
    "canonical",
    "facts",
    "audited",
    "written",
    "renamed",
    "pointer_written",
    "published",
    "measured",
    "book_written",
)
"""In the order a run meets them."""


def crash_point(name: str) -> None:
    """Die here if the environment asks for it."""
    assert name in CRASH_POINTS
    if os.environ.get(VARIABLE) == name:
        os.kill(os.getpid(), signal.SIGKILL)
