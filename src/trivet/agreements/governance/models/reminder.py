"""A deadline that passed unanswered."""

from __future__ import annotations

from datetime import timedelta

from django.db import models

from trivet.agreements.audit.models import Audited
from trivet.agreements.governance.models.escalation import Escalation
from trivet.agreements.governance.models.onboarding import Onboarding

IN_TIME = timedelta(minutes=5)
"""A schedule that runs every few minutes is not late."""


class Reminder(Audited):
    """A deadline is over and nothing was said: once for each deadline, never changed.

    due_at     the deadline
    fired_at   when it was noticed, which is later if nothing ran
    """

    escalation = models.ForeignKey(
        Escalation, on_delete=models.PROTECT, related_name="reminders", null=True
    )
    onboarding = models.ForeignKey(
        Onboarding, on_delete=models.PROTECT, related_name="reminders", null=True
    )
    due_at = models.DateTimeField()
    fired_at = models.DateTimeField()

    class Meta:
        """Once a deadline, of one thing."""

        ordering = ("fired_at", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=["escalation", "due_at"], name="reminder_once_a_deadline_of_an_escalation"
            ),
            models.UniqueConstraint(
                fields=["onboarding", "due_at"], name="reminder_once_a_deadline_of_an_onboarding"
            ),
            models.CheckConstraint(
                condition=models.Q(escalation=None, onboarding__isnull=False)
                | models.Q(escalation__isnull=False, onboarding=None),
                name="reminder_of_one_thing",
            ),
            models.CheckConstraint(
                condition=models.Q(fired_at__gte=models.F("due_at")),
                name="reminder_after_the_deadline",
            ),
        )

    def __str__(self) -> str:
        return str(self.escalation or self.onboarding)

    @property
    def is_late(self) -> bool:
        """True if nothing ran when the deadline passed."""
        return self.fired_at - self.due_at > IN_TIME
