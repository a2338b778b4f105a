"""A seat."""

from __future__ import annotations

from django.db import models

from trivet.agreements.audit.models import Audited
from trivet.agreements.people.rules.seat import SEATS, SeatKey, SeatKind


class Seat(Audited):
    """What documents are owned by and signed for; it stays when its holder leaves.

    key           which of the seats there are
    title         as this company calls it
    is_exclusive  one person holds it at a time
    """

    key = models.CharField(max_length=40, unique=True, choices=[(k, k) for k in SeatKey])
    title = models.CharField(max_length=100)
    is_exclusive = models.BooleanField()

    class Meta:
        """In the order they were made, which is the order they are shown."""

        ordering = ("pk",)

    def __str__(self) -> str:
        return self.title

    @property
    def kind(self) -> SeatKind:
        """What this seat is, apart from how it is called here."""
        return SEATS[SeatKey(self.key)]
