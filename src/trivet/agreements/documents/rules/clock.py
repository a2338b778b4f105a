"""How long three leaders take to agree on the five: from the first draft to the last signature."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

FROM_DAYS, TO_DAYS = 14, 28
"""Two to four weeks if the leaders are engaged (article A)."""


@dataclass(frozen=True, slots=True)
class Clock:
    """Where the agreement on the five shared metrics stands.

    started_at   when the first of them was proposed
    agreed_at    when all of them, with the bases they rest on, had been signed; None until then
    missing      ids of those that are not agreed now
    """

    started_at: datetime
    agreed_at: datetime | None
    missing: tuple[str, ...]

    def day(self, now: datetime) -> int:
        """Which day it is, the first being day 1; the last one's, once all are agreed."""
        return ((self.agreed_at or now) - self.started_at).days + 1

    def is_late(self, now: datetime) -> bool:
        """Past four weeks."""
        return self.day(now) > TO_DAYS
