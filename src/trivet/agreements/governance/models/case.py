"""What somebody says for a side."""

from __future__ import annotations

from django.db import models

from trivet.agreements.audit.models import Audited
from trivet.agreements.governance.models.escalation import Escalation
from trivet.agreements.governance.rules.side import Side
from trivet.agreements.people.models import Person


class Case(Audited):
    """Somebody's words for a side, never changed; who wants to say more adds another.

    seat   the seat they spoke in
    """

    escalation = models.ForeignKey(Escalation, on_delete=models.PROTECT, related_name="cases")
    side = models.CharField(max_length=20, choices=[(s.value, s.name) for s in Side])
    says = models.TextField()
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    seat = models.CharField(max_length=40)
    made_at = models.DateTimeField()

    class Meta:
        """In the order they were made."""

        ordering = ("made_at", "pk")
        constraints = (
            models.CheckConstraint(condition=~models.Q(says=""), name="case_says_something"),
        )

    def __str__(self) -> str:
        return self.says[:80]
