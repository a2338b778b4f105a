"""A person's time in a seat."""

from __future__ import annotations

from datetime import datetime

from django.db import models

from trivet.agreements.audit.models import Audited
from trivet.agreements.people.models.person import Person
from trivet.agreements.people.models.seat import Seat

OPEN = models.Q(until_at=None)
CONFIRMED = ~models.Q(confirmed_at=None)


class TenureQuery(models.QuerySet["Tenure"]):
    """Asks who sits where."""

    def at(self, instant: datetime) -> TenureQuery:
        """Those that hold at an instant: begun, confirmed, not over."""
        return self.filter(CONFIRMED, from_at__lte=instant, confirmed_at__lte=instant).filter(
            OPEN | models.Q(until_at__gt=instant)
        )


class Tenure(Audited):
    """Who holds a seat, from when until when.

    appointed_by   who put them there
    confirmed_by   the second person; a seat that signs or administers is not held without one
    is_exclusive   the seat's, kept here so that the database itself refuses two holders
    """

    seat = models.ForeignKey(Seat, on_delete=models.PROTECT, related_name="tenures")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="tenures")
    from_at = models.DateTimeField()
    until_at = models.DateTimeField(null=True, blank=True)
    appointed_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    confirmed_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", null=True)
    confirmed_at = models.DateTimeField(null=True)
    is_exclusive = models.BooleanField()

    objects = TenureQuery.as_manager()

    class Meta:
        """Newest last."""

        ordering = ("from_at", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=["seat"],
                condition=models.Q(is_exclusive=True) & OPEN & CONFIRMED,
                name="tenure_one_holder_of_an_exclusive_seat",
            ),
            models.UniqueConstraint(
                fields=["seat", "person"], condition=OPEN, name="tenure_once_a_person"
            ),
            models.CheckConstraint(
                condition=OPEN | models.Q(until_at__gte=models.F("from_at")),
                name="tenure_ends_after_it_begins",
            ),
            models.CheckConstraint(
                condition=models.Q(confirmed_by=None, confirmed_at=None)
                | models.Q(confirmed_by__isnull=False, confirmed_at__isnull=False),
                name="tenure_confirmed_by_somebody_at_some_time",
            ),
        )

    def __str__(self) -> str:
        return f"{self.person} as {self.seat}"

    @property
    def is_confirmed(self) -> bool:
        """A tenure nobody has confirmed gives no right."""
        return self.confirmed_at is not None
