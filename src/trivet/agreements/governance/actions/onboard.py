"""Start and end onboardings: a seat that changed hands is found, whoever changed it and how."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError

from trivet.agreements.audit.models import TRIVET
from trivet.agreements.audit.turn import in_turn
from trivet.agreements.governance.actions.settle import follow_contests, settle
from trivet.agreements.governance.briefing import taken_over
from trivet.agreements.governance.models import Onboarding
from trivet.agreements.governance.models.onboarding import Outcome
from trivet.agreements.governance.rules.first_days import due, started
from trivet.agreements.people.models import Tenure
from trivet.agreements.people.rules.seat import SIGNING, SeatKey

LEADERS = (*SIGNING, SeatKey.CEO)
"""The seats whose new holders are brought in."""


def reconcile(now: datetime) -> list[Onboarding]:
    """Bring questions, contests and onboardings up to what happened since; give the new ones.

    Any number of times, by the pages and by `trivet run`: done twice it changes nothing.
    """
    settle(now)
    follow_contests(now)
    found = start_onboardings(now)
    end_onboardings(now)
    for each in found:
        each.refresh_from_db()
    return found


def start_onboardings(now: datetime) -> list[Onboarding]:
    """One for each tenure of a leader or the CEO that is held and has none yet."""
    found = []
    without = Tenure.objects.at(now).filter(seat__key__in=LEADERS, onboarding=None)
    for tenure in without.select_related("seat", "person"):
        assert tenure.confirmed_at
        start = started(tenure.from_at, tenure.confirmed_at)
        onboarding = Onboarding(tenure=tenure, started_at=start, due_at=due(start))
        says = f"{tenure.person} is new as {tenure.seat}: what the seat has signed waits for them."
        try:
            with in_turn():
                onboarding.tell(at=now, by=TRIVET, verb="started", says=says)
        except IntegrityError:
            # Another page or run found the same tenure at the same moment.
            if not Onboarding.objects.filter(tenure=tenure).exists():
                raise
            continue
        found.append(onboarding)
    return found


def end_onboardings(now: datetime) -> None:
    """Close those in which everything is answered, or whose leader has left."""
    for each in Onboarding.objects.filter(outcome="").select_related("tenure__seat"):
        outcome = _outcome(each, now)
        if outcome is Outcome.OPEN:
            continue
        with in_turn():
            here = Onboarding.objects.select_for_update(of=("self",)).get(pk=each.pk)
            if here.is_open:
                here.outcome, here.closed_at = outcome, now
                says = f"Ended, {outcome}: {here}."
                here.tell(at=now, by=TRIVET, verb="ended", says=says)


def _outcome(onboarding: Onboarding, now: datetime) -> Outcome:
    until = onboarding.tenure.until_at
    if until is not None and until <= now:
        return Outcome.LEFT
    documents = taken_over(onboarding)
    if not documents:
        return Outcome.NOTHING
    return Outcome.DONE if all(each.answer for each in documents) else Outcome.OPEN
