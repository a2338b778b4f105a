"""A signature."""

from __future__ import annotations

from django.db import models

from trivet.agreements.audit.models import Audited
from trivet.agreements.documents.models.version import Version
from trivet.agreements.people.models import Person, Seat


class Signature(Audited):
    """Somebody put a seat's name under exactly these bytes.

    sha256        of what was shown and signed
    instead_of    the holder, when a stand-in signed
    key           sent with the form, so that a double click or a repeated answer signs once
    """

    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="signatures")
    seat = models.ForeignKey(Seat, on_delete=models.PROTECT, related_name="signatures")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="signatures")
    instead_of = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", null=True)
    sha256 = models.CharField(max_length=64)
    signed_at = models.DateTimeField()
    key = models.CharField(max_length=64, unique=True)

    class Meta:
        """One a seat and version."""

        ordering = ("signed_at", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=["version", "seat"], name="signature_one_a_seat_and_version"
            ),
        )

    def __str__(self) -> str:
        return f"{self.person} as {self.seat} under {self.version}"
