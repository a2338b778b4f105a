"""A new leader's first days: by when they answer, and when the old ways come back if they do."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

ANSWERED_WITHIN = timedelta(days=30)
WATCHED_FROM, WATCHED_UNTIL = timedelta(days=30), timedelta(days=60)
"""Leaders who were not brought in go back to their own function's numbers within 30 to 60 days
(article A, "What is the most common reason alignment initiatives fail")."""


@dataclass(frozen=True, slots=True)
class Window:
    """From an instant up to, and without, another."""

    from_at: datetime
    until_at: datetime

    def __contains__(self, at: datetime) -> bool:
        return self.from_at <= at < self.until_at


def started(from_at: datetime, confirmed_at: datetime) -> datetime:
    """A seat is held once both its day has come and a second person has confirmed it."""
    return max(from_at, confirmed_at)


def due(started_at: datetime) -> datetime:
    """By when a new leader has signed on to, or contested, everything they took over."""
    return started_at + ANSWERED_WITHIN


def watched(started_at: datetime) -> Window:
    """Days 30 to 60."""
    return Window(started_at + WATCHED_FROM, started_at + WATCHED_UNTIL)
