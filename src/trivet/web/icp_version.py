"""By what a version of the profile is in force, in words: signed by three seats, or ruled for.

Every page that names a version says it through here, so that none says less than another.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext

from trivet.agreements.documents.models import Version
from trivet.agreements.icp import queries
from trivet.agreements.people.rules.seat import SEATS, SeatKey


@dataclass(frozen=True, slots=True)
class VersionShown:
    """A version that is, or was, in force.

    says        `agreed v2`, `ruled v2`
    on          the day from which it holds
    signed      titles of the seats that signed it
    unsigned    of those that did not; a ruling stands in their place
    """

    says: str
    is_ruled: bool
    on: date
    signed: str
    unsigned: str


def version_shown(version: Version | None) -> VersionShown | None:
    """None of none, and of a version that never took effect."""
    held = queries.held_by(version) if version is not None else None
    if held is None:
        return None
    said = gettext("ruled v%(version)s") if held.is_ruled else gettext("agreed v%(version)s")
    return VersionShown(
        said % {"version": held.number},
        held.is_ruled,
        held.from_at.date(),
        _titles(held.signed),
        _titles(held.unsigned),
    )


def _titles(seats: tuple[str, ...]) -> str:
    return ", ".join(gettext(SEATS[SeatKey(seat)].title) for seat in seats)
