"""An approval of a correction."""

from __future__ import annotations

from django.db import models

from trivet.agreements.audit.models import Audited
from trivet.agreements.books.models.correction import Correction
from trivet.agreements.people.models import Person, Seat


class Approval(Audited):
    """A leader said yes to exactly these rows.

    rows_file    hash of the rows that were shown
    instead_of   the holder, when a stand-in approved
    """

    correction = models.ForeignKey(Correction, on_delete=models.PROTECT, related_name="approvals")
    seat = models.ForeignKey(Seat, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    instead_of = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", null=True)
    rows_file = models.CharField(max_length=64)
    approved_at = models.DateTimeField()

    class Meta:
        """One a seat, one a person."""

        ordering = ("approved_at", "pk")
        constraints = (
            models.UniqueConstraint(fields=["correction", "seat"], name="approval_one_a_seat"),
            models.UniqueConstraint(fields=["correction", "person"], name="approval_one_a_person"),
        )

    def __str__(self) -> str:
        return f"{self.person} as {self.seat} for the {self.correction}"
