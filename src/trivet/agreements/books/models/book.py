"""A closed period of one metric."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models

from trivet.agreements.audit.models import Audited
from trivet.vocabulary.period import Grain, Period

if TYPE_CHECKING:
    from trivet.agreements.books.models.edition import Edition


class Book(Audited):
    """One metric over one period, closed. What it says is in its editions.

    period_key   in the company's fiscal calendar, as it was when the book closed
    closes_on    the working day that ended it
    closed_at    when Trivet froze it, which may be later
    """

    metric = models.CharField(max_length=80)
    period_key = models.CharField(max_length=40)
    grain = models.CharField(max_length=20)
    starts_on = models.DateField()
    ends_on = models.DateField()
    closes_on = models.DateField()
    closed_at = models.DateTimeField()

    class Meta:
        """One a metric and period."""

        ordering = ("starts_on", "grain", "metric")
        constraints = (
            # By its days: a fiscal calendar that is moved gives the same key to others.
            models.UniqueConstraint(
                fields=["metric", "starts_on", "ends_on"], name="book_one_a_metric_and_period"
            ),
            models.CheckConstraint(
                condition=models.Q(ends_on__gt=models.F("starts_on")),
                name="book_ends_after_it_starts",
            ),
        )

    def __str__(self) -> str:
        return f"{self.metric} {self.period_key}"

    @property
    def period(self) -> Period:
        """The days it covers, whatever the fiscal calendar says today."""
        return Period(self.starts_on, self.ends_on, self.period_key, Grain(self.grain))

    @property
    def official(self) -> Edition:
        """What holds: the newest edition."""
        return self.editions.select_related("book").latest("number")
