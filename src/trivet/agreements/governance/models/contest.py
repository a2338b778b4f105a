"""A new leader does not stand by what the seat had signed."""

from __future__ import annotations

from enum import StrEnum

from django.db import models

from trivet.agreements.audit.models import Audited
from trivet.agreements.documents.models import Proposal, Version
from trivet.agreements.governance.models.escalation import Escalation
from trivet.agreements.governance.models.onboarding import Onboarding


class Outcome(StrEnum):
    """How a contest ended.

    CHANGED    another version took effect
    KEPT       the CEO ruled for what was contested
    AFFIRMED   they stand by it after all
    """

    OPEN = ""
    CHANGED = "changed"
    KEPT = "kept"
    AFFIRMED = "affirmed"


class Contest(Audited):
    """'I do not stand by this version, because': it leads to a proposal or to an escalation.

    The version stays in force meanwhile.

    sha256       of what was shown
    proposal     the change it led to
    escalation   the question it led to
    """

    onboarding = models.ForeignKey(Onboarding, on_delete=models.PROTECT, related_name="contests")
    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="contests")
    sha256 = models.CharField(max_length=64)
    why = models.TextField()
    made_at = models.DateTimeField()
    key = models.CharField(max_length=64, unique=True)
    proposal = models.ForeignKey(
        Proposal, on_delete=models.PROTECT, related_name="contests", null=True
    )
    escalation = models.ForeignKey(
        Escalation, on_delete=models.PROTECT, related_name="contests", null=True
    )
    outcome = models.CharField(
        max_length=20, blank=True, choices=[(o.value, o.name) for o in Outcome]
    )
    closed_at = models.DateTimeField(null=True)

    class Meta:
        """One a version; closed with an outcome."""

        ordering = ("made_at", "pk")
        constraints = (
            models.UniqueConstraint(fields=["onboarding", "version"], name="contest_one_a_version"),
            models.CheckConstraint(
                condition=models.Q(outcome="", closed_at=None)
                | (~models.Q(outcome="") & models.Q(closed_at__isnull=False)),
                name="contest_closed_with_an_outcome",
            ),
            models.CheckConstraint(condition=~models.Q(why=""), name="contest_has_a_reason"),
        )

    def __str__(self) -> str:
        return f"{self.onboarding.tenure} contests {self.version}"

    @property
    def is_open(self) -> bool:
        """Whether it still waits for an end."""
        return self.outcome == Outcome.OPEN
