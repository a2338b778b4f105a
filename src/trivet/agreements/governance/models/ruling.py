"""What the CEO said."""

from __future__ import annotations

from django.db import models

from trivet.agreements.audit.models import Audited
from trivet.agreements.documents.models import Version
from trivet.agreements.governance.models.escalation import Escalation
from trivet.agreements.governance.rules.side import Verdict
from trivet.agreements.people.models import Person, Seat


class Ruling(Audited):
    """An answer of the CEO, or a question back; never changed.

    version      what holds after it; None where nothing is agreed, or a question was sent back
    docket       everything that lay before the CEO, as canonical JSON; `sha256` is its hash
    instead_of   the CEO, when a stand-in ruled
    key          sent with the form, so that a double click or a repeated answer rules once
    """

    escalation = models.ForeignKey(Escalation, on_delete=models.PROTECT, related_name="rulings")
    verdict = models.CharField(max_length=20, choices=[(v.value, v.name) for v in Verdict])
    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="+", null=True)
    reason = models.TextField()
    docket = models.TextField()
    sha256 = models.CharField(max_length=64)
    seat = models.ForeignKey(Seat, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    instead_of = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", null=True)
    ruled_at = models.DateTimeField()
    key = models.CharField(max_length=64, unique=True)

    class Meta:
        """One decides."""

        ordering = ("ruled_at", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=["escalation"],
                condition=~models.Q(verdict=Verdict.SENT_BACK.value),
                name="ruling_one_decides",
            ),
            models.CheckConstraint(condition=~models.Q(reason=""), name="ruling_has_a_reason"),
        )

    def __str__(self) -> str:
        return f"the ruling on {self.escalation.document}"

    @property
    def decides(self) -> bool:
        """False for a question sent back."""
        return Verdict(self.verdict).decides
