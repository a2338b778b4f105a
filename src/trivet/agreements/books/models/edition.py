"""What a book says."""

from __future__ import annotations

from django.db import models

from trivet.agreements.books.models.book import Book
from trivet.agreements.books.models.frozen_figure import FrozenFigure
from trivet.numbers.shared_metrics.figure import Figure


class Edition(FrozenFigure):
    """A frozen figure of a book. An edition never changes; a correction is another edition.

    number       1 is what was frozen when the period closed
    correction   what two leaders approved; None for the first
    """

    book = models.ForeignKey(Book, on_delete=models.PROTECT, related_name="editions")
    number = models.PositiveIntegerField()
    correction = models.OneToOneField(
        "books.Correction", on_delete=models.PROTECT, related_name="edition", null=True
    )
    made_at = models.DateTimeField()

    class Meta:
        """Numbered within the book; all but the first were approved."""

        ordering = ("book", "number")
        constraints = (
            models.UniqueConstraint(
                fields=["book", "number"], name="edition_numbered_within_its_book"
            ),
            models.CheckConstraint(
                condition=models.Q(number=1, correction=None)
                | models.Q(number__gt=1, correction__isnull=False),
                name="edition_after_the_first_is_a_correction",
            ),
        )

    def __str__(self) -> str:
        return f"{self.book} edition {self.number}"

    @property
    def figure(self) -> Figure:
        """The figure as it was frozen."""
        return self.figure_over(self.book.metric, self.book.period)
