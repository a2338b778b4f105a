"""Do the old ways come back? What a new leader's function undoes in days 30 to 60."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from trivet.agreements.books.models import Correction
from trivet.agreements.documents.models import Proposal, Version
from trivet.agreements.documents.rules.difference import Change, changes
from trivet.agreements.governance.models import Contest, Onboarding
from trivet.agreements.governance.rules.first_days import Window, watched
from trivet.agreements.people.models import Tenure
from trivet.agreements.people.rules.seat import SEATS, SeatKey


@dataclass(frozen=True, slots=True)
class Undoing:
    """A proposal that would change what was in force when the new leader came.

    goes_back_to   an earlier version whose clause it would bring back; None where it is a new one
    """

    proposal: Proposal
    changes: tuple[Change, ...]
    goes_back_to: Version | None


@dataclass(frozen=True, slots=True)
class Reversion:
    """What was found in the window.

    contests   made before its end and still open, or made in it
    """

    window: Window
    proposals: tuple[Undoing, ...]
    contests: tuple[Contest, ...]
    corrections: tuple[Correction, ...]

    @property
    def is_quiet(self) -> bool:
        return not (self.proposals or self.contests or self.corrections)


def reversion(onboarding: Onboarding) -> Reversion:
    """What the new leader's function did in days 30 to 60 to what was signed before them."""
    window = watched(onboarding.started_at)
    people = _function(onboarding, window)
    until = window.until_at
    contests = onboarding.contests.filter(made_at__lt=until).select_related("version__document")
    corrections = Correction.objects.filter(
        opened_at__gte=window.from_at, opened_at__lt=until, opened_by__in=people
    )
    return Reversion(
        window,
        tuple(_undoings(onboarding, window, people)),
        tuple(each for each in contests if each.is_open or each.made_at in window),
        tuple(corrections.select_related("book", "opened_by")),
    )


def being_watched(now: datetime) -> list[Onboarding]:
    """The new leaders who are in days 30 to 60 now and still in the seat."""
    found = Onboarding.objects.filter(tenure__until_at=None).select_related(
        "tenure__person", "tenure__seat"
    )
    return [each for each in found if now in watched(each.started_at)]


def _function(onboarding: Onboarding, window: Window) -> set[int]:
    """The new leader, and whoever sat in a seat of the same function in the window."""
    function = SEATS[SeatKey(onboarding.tenure.seat.key)].function
    found = {onboarding.tenure.person_id}
    if function is None:
        return found
    seats = [key for key, kind in SEATS.items() if kind.function is function]
    sat = Tenure.objects.filter(
        seat__key__in=seats, confirmed_at__lt=window.until_at, from_at__lt=window.until_at
    ).exclude(until_at__lte=window.from_at)
    return found | set(sat.values_list("person_id", flat=True))


def _undoings(onboarding: Onboarding, window: Window, people: set[int]) -> list[Undoing]:
    found = []
    opened = Proposal.objects.filter(
        opened_at__gte=window.from_at, opened_at__lt=window.until_at, opened_by__in=people
    )
    for proposal in opened.select_related("document", "opened_by"):
        base = proposal.base
        signed = proposal.document.in_force(onboarding.started_at)
        if base is None or signed is None or base.pk != signed.pk:
            continue
        version = proposal.version
        found.append(
            Undoing(
                proposal,
                tuple(changes(base.body, version.body)),
                _earlier(proposal, base, version, onboarding.started_at),
            )
        )
    return found


def _earlier(
    proposal: Proposal, base: Version, version: Version, came_at: datetime
) -> Version | None:
    """The newest version in force before the one signed whose clause would hold again."""
    moved = changes(base.body, version.body)
    enactments = proposal.document.enactments.filter(from_at__lte=came_at)
    for enactment in enactments.select_related("version").order_by("-from_at", "-pk"):
        old = enactment.version
        if old.pk == base.pk:
            continue
        back = {(each.clause, str(each.after)) for each in changes(base.body, old.body)}
        if any((each.clause, str(each.after)) in back for each in moved):
            return old
    return None
