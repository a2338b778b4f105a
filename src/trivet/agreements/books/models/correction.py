"""A correction of a closed figure."""

from __future__ import annotations

from enum import StrEnum

from django.db import models

from trivet.agreements.books.models.book import Book
from trivet.agreements.books.models.frozen_figure import FrozenFigure
from trivet.agreements.people.models import Person
from trivet.numbers.shared_metrics.figure import Figure
from trivet.sentence import Sentence


class Outcome(StrEnum):
    """How a correction ended."""

    OPEN = ""
    APPROVED = "approved"
    REJECTED = "rejected"


class Correction(FrozenFigure):
    """A figure counted again that somebody wants as the official one. Its rows are frozen already:
    what is approved is what was shown, not what a later build would count.

    replaces   number of the edition it would follow
    why        the reason, in the proposer's words
    """

    book = models.ForeignKey(Book, on_delete=models.PROTECT, related_name="corrections")
    replaces = models.PositiveIntegerField()
    why = models.TextField()
    opened_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()
    outcome = models.CharField(
        max_length=20, blank=True, choices=[(o.value, o.name) for o in Outcome]
    )
    closed_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", null=True)
    closed_at = models.DateTimeField(null=True)
    closed_why = models.TextField(blank=True)

    class Meta:
        """One open at a time; closed by somebody, with an outcome."""

        ordering = ("opened_at", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=["book"],
                condition=models.Q(outcome=""),
                name="correction_one_open_a_book",
            ),
            models.CheckConstraint(
                condition=models.Q(outcome="", closed_at=None, closed_by=None)
                | (
                    ~models.Q(outcome="")
                    & models.Q(closed_at__isnull=False, closed_by__isnull=False)
                ),
                name="correction_closed_by_somebody_with_an_outcome",
            ),
            models.CheckConstraint(condition=~models.Q(why=""), name="correction_has_a_reason"),
        )

    def __str__(self) -> str:
        return str(self.sentence)

    @property
    def sentence(self) -> Sentence:
        """What it is called in a refusal."""
        return Sentence("correction of %(book)s", {"book": self.book})

    @property
    def is_open(self) -> bool:
        """Whether it can still be approved or rejected."""
        return self.outcome == Outcome.OPEN

    @property
    def figure(self) -> Figure:
        """The figure that would become official."""
        return self.figure_over(self.book.metric, self.book.period)
