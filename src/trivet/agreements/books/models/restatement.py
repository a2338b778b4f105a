"""A line of the restatement ledger."""

from __future__ import annotations

from django.db import models

from trivet.agreements.audit.models import Audited
from trivet.agreements.books.models.edition import Edition
from trivet.numbers.ledger.cause import Cause
from trivet.numbers.ledger.difference import Counted, Difference


class Restatement(Audited):
    """One record that counts otherwise than in the closed book, and why. Never changed.

    A record that moves again is another line, from where the last one left it: so the frozen
    figure and all lines always add up to what would be counted today.

    step                1, 2 ... of this record within its edition
    before_*, after_*   None where the record is not among the rows
    says                the facts that show the cause
    build               that was counted when it was found
    """

    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="restatements")
    record_id = models.CharField(max_length=255)
    step = models.PositiveIntegerField()
    opportunity_id = models.CharField(max_length=255, blank=True)
    account_id = models.CharField(max_length=255, blank=True)
    contact_id = models.CharField(max_length=255, blank=True)
    before_numerator = models.BigIntegerField(null=True)
    before_denominator = models.BigIntegerField(null=True)
    after_numerator = models.BigIntegerField(null=True)
    after_denominator = models.BigIntegerField(null=True)
    cause = models.CharField(max_length=40, choices=[(c.value, c.name) for c in Cause])
    says = models.TextField()
    build = models.CharField(max_length=80)
    found_at = models.DateTimeField()

    class Meta:
        """In the order they were found."""

        ordering = ("pk",)
        constraints = (
            models.UniqueConstraint(
                fields=["edition", "record_id", "step"], name="restatement_one_a_record_and_step"
            ),
            models.CheckConstraint(
                condition=(
                    models.Q(before_numerator=None, before_denominator=None)
                    | models.Q(before_numerator__isnull=False, before_denominator__isnull=False)
                )
                & (
                    models.Q(after_numerator=None, after_denominator=None)
                    | models.Q(after_numerator__isnull=False, after_denominator__isnull=False)
                ),
                name="restatement_has_both_sides_or_none",
            ),
        )

    def __str__(self) -> str:
        return f"{self.record_id} in {self.edition}: {self.cause}"

    @property
    def difference(self) -> Difference:
        """What it adds to either side."""
        return Difference(
            self.record_id,
            _counted(self.before_numerator, self.before_denominator),
            _counted(self.after_numerator, self.after_denominator),
        )


def _counted(numerator: int | None, denominator: int | None) -> Counted | None:
    if numerator is None or denominator is None:
        return None
    return Counted(numerator, denominator)
