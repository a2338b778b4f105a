"""How long work tells what it is doing."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeAlias

Progress: TypeAlias = Callable[[str], None]
"""Called with a sentence such as `Reading exports/crm/Opportunity.csv: 200,000 rows`."""

PATIENCE_SECONDS = 2.0
"""After this long without a word people think that a program hangs."""


def silent(sentence: str) -> None:
    """Progress for when nobody listens."""


class Ticker:
    """Passes a count on at most once in `PATIENCE_SECONDS`."""

    def __init__(self, progress: Progress, doing: str) -> None:
        self._progress = progress
        self._doing = doing
        self._next = time.monotonic() + PATIENCE_SECONDS

    def __call__(self, rows: int) -> None:
        if time.monotonic() >= self._next:
            self._progress(f"{self._doing}: {rows:,} rows")
            self._next = time.monotonic() + PATIENCE_SECONDS
