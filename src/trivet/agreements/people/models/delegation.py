"""A stand-in."""

from __future__ import annotations

from datetime import datetime

from django.db import models

from trivet.agreements.audit.models import Audited
from trivet.agreements.people.models.person import Person
from trivet.agreements.people.models.tenure import Tenure


class DelegationQuery(models.QuerySet["Delegation"]):
    """Asks who stands in."""

    def at(self, instant: datetime) -> DelegationQuery:
        """Those in force at an instant, of somebody who holds the seat at that instant."""
        holding = Tenure.objects.at(instant)
        return self.filter(from_at__lte=instant, until_at__gt=instant, tenure__in=holding)


class Delegation(Audited):
    """The holder of a seat lets somebody act in it for a while. It always has an end."""

    tenure = models.ForeignKey(Tenure, on_delete=models.PROTECT, related_name="delegations")
    to = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="delegations")
    from_at = models.DateTimeField()
    until_at = models.DateTimeField()
    why = models.CharField(max_length=300, blank=True)

    objects = DelegationQuery.as_manager()

    class Meta:
        """It ends after it begins."""

        ordering = ("from_at", "pk")
        constraints = (
            models.CheckConstraint(
                condition=models.Q(until_at__gt=models.F("from_at")),
                name="delegation_ends_after_it_begins",
            ),
        )

    def __str__(self) -> str:
        return f"{self.to} for {self.tenure}"
