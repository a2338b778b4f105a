"""The sides of a deadlock, and what can be decided between them."""

from __future__ import annotations

from enum import StrEnum


class Side(StrEnum):
    """Which wording somebody stands for.

    PROPOSED   the change that was escalated
    STANDING   what holds today: the version in force, or that nothing is agreed
    OTHER      another open proposal that is set against the first
    """

    PROPOSED = "proposed"
    STANDING = "standing"
    OTHER = "other"


class Verdict(StrEnum):
    """What the CEO says."""

    PROPOSED = "proposed"
    STANDING = "standing"
    OTHER = "other"
    SENT_BACK = "sent_back"

    @property
    def decides(self) -> bool:
        """A question sent back decides nothing yet."""
        return self is not Verdict.SENT_BACK
