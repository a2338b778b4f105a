"""A quarterly review."""

from __future__ import annotations

from django.db import models

from trivet.agreements.audit.models import Audited
from trivet.agreements.audit.models.audited import Told
from trivet.agreements.documents.models import Version
from trivet.agreements.documents.rules.body import text_hash
from trivet.agreements.people.models import Person


class Review(Audited):
    """Somebody read the re-validation report of the profile in force, and says so.

    Rows are only ever added.

    quarter   as its key: `2026-Q3`
    sha256    of the report that was read
    text      the report itself, canonical JSON; empty where only its hash was kept
    seat      the seat in which it was read
    says      what follows from it
    """

    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="reviews")
    quarter = models.CharField(max_length=10)
    sha256 = models.CharField(max_length=64)
    text = models.TextField(default="")
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    seat = models.CharField(max_length=40)
    says = models.TextField(blank=True)
    made_at = models.DateTimeField()

    class Meta:
        """In the order they were made; one a seat, quarter and report."""

        ordering = ("made_at", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=["version", "quarter", "seat", "sha256"], name="review_one_a_seat_and_report"
            ),
        )

    def told(self) -> Told:
        """The chain tells the report by its hash, so a report changed by hand no longer is it."""
        return super().told() | {"text": text_hash(self.text) if self.text else ""}

    def __str__(self) -> str:
        return f"the review of {self.version} in {self.quarter}"
