"""How long a sign-in holds."""

from __future__ import annotations

from datetime import datetime, timedelta

LONGEST = timedelta(hours=12)
"""From the sign-in on, whatever is done meanwhile."""

IDLE = timedelta(hours=12)
IDLE_WHO_ADMINISTERS = timedelta(minutes=60)
RECENT = timedelta(minutes=5)
"""For signing and for changes to people: who sits there now must just have shown it."""


def is_over(
    *, began_at: datetime | None, seen_at: datetime | None, administers: bool, now: datetime
) -> bool:
    """True if somebody has to sign in again. A sign-in without a known beginning is over."""
    if began_at is None or began_at > now + RECENT or now - began_at > LONGEST:
        return True
    idle = IDLE_WHO_ADMINISTERS if administers else IDLE
    return now - (seen_at or began_at) > idle


def is_recent(proved_at: datetime | None, now: datetime) -> bool:
    """True if a password, a code, a passkey or the company's own sign-in was shown just now."""
    return proved_at is not None and timedelta(0) <= now - proved_at <= RECENT
