"""Notice deadlines that passed: once each, and late if nothing ran, with the true time."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError

from trivet.agreements.audit.models import TRIVET
from trivet.agreements.audit.turn import in_turn
from trivet.agreements.governance.models import Reminder
from trivet.agreements.governance.queries import overdue, overdue_onboardings


def remind(now: datetime) -> list[Reminder]:
    """Write down each deadline that is over and was not noticed before.

    Asked any number of times, by any number of processes, a deadline is noticed once. One that was
    answered before anybody looked is not noticed: there is nothing left to remind of.
    """
    waiting = [Reminder(escalation=each, due_at=each.due_at) for each in overdue(now)]
    waiting += [Reminder(onboarding=each, due_at=each.due_at) for each in overdue_onboardings(now)]
    return [reminder for reminder in waiting if _fired(reminder, now)]


def _fired(reminder: Reminder, now: datetime) -> bool:
    same = Reminder.objects.filter(
        escalation=reminder.escalation, onboarding=reminder.onboarding, due_at=reminder.due_at
    )
    if same.exists():
        return False
    reminder.fired_at = now
    late = f", noticed at {now:%Y-%m-%d %H:%M} UTC" if reminder.is_late else ""
    says = f"Overdue since {reminder.due_at:%Y-%m-%d %H:%M} UTC{late}: {reminder}."
    try:
        with in_turn():
            reminder.tell(at=now, by=TRIVET, verb="reminded", says=says)
    except IntegrityError:
        # Another run was first; its row is as good.
        if same.exists():
            return False
        raise
    return True
