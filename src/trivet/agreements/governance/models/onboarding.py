"""A new leader's onboarding."""

from __future__ import annotations

from enum import StrEnum

from django.db import models

from trivet.agreements.audit.models import Audited
from trivet.agreements.people.models import Tenure


class Outcome(StrEnum):
    """How an onboarding ended.

    DONE      every document in force was signed on to, contested, or replaced by a newer one
    NOTHING   nothing was in force when they came
    LEFT      they left the seat before it was done
    """

    OPEN = ""
    DONE = "done"
    NOTHING = "nothing"
    LEFT = "left"


class Onboarding(Audited):
    """Somebody took a leader's seat: what the seat has signed is theirs to stand by or contest.

    started_at   when the seat became theirs
    due_at       by when everything is answered
    """

    tenure = models.OneToOneField(Tenure, on_delete=models.PROTECT, related_name="onboarding")
    started_at = models.DateTimeField()
    due_at = models.DateTimeField()
    outcome = models.CharField(
        max_length=20, blank=True, choices=[(o.value, o.name) for o in Outcome]
    )
    closed_at = models.DateTimeField(null=True)

    class Meta:
        """In the order they started; closed with an outcome."""

        ordering = ("started_at", "pk")
        constraints = (
            models.CheckConstraint(
                condition=models.Q(outcome="", closed_at=None)
                | (~models.Q(outcome="") & models.Q(closed_at__isnull=False)),
                name="onboarding_closed_with_an_outcome",
            ),
            models.CheckConstraint(
                condition=models.Q(due_at__gt=models.F("started_at")),
                name="onboarding_due_after_it_starts",
            ),
        )

    def __str__(self) -> str:
        return f"the onboarding of {self.tenure}"

    @property
    def is_open(self) -> bool:
        """Whether something is still to be answered."""
        return self.outcome == Outcome.OPEN
