"""A workshop."""

from __future__ import annotations

from django.db import models

from trivet.agreements.audit.models import Audited
from trivet.agreements.documents.models import Proposal
from trivet.agreements.people.models import Person
from trivet.sentence import Sentence
from trivet.vocabulary.function import OWNERS


class Workshop(Audited):
    """A round in which the three functions each draft a profile alone, then merge the drafts.

    closed_at   when revenue operations ended the drafting before all three were handed in
    closed_why  why
    proposal    what came of it; drafting is long over then
    is_over     no longer the round that is held; one is held at a time
    """

    opened_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()
    closed_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", null=True)
    closed_at = models.DateTimeField(null=True)
    closed_why = models.TextField(blank=True)
    proposal = models.OneToOneField(
        Proposal, on_delete=models.PROTECT, related_name="workshop", null=True
    )
    is_over = models.BooleanField(default=False)

    class Meta:
        """One at a time."""

        ordering = ("opened_at", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=["is_over"],
                condition=models.Q(is_over=False),
                name="workshop_one_at_a_time",
            ),
        )

    def __str__(self) -> str:
        return str(self.sentence)

    @property
    def sentence(self) -> Sentence:
        """What it is called in a refusal."""
        return Sentence("the ICP workshop of %(day)s", {"day": f"{self.opened_at:%Y-%m-%d}"})

    @property
    def is_drafting(self) -> bool:
        """Whether drafts are still written apart, so that nobody sees another's."""
        if self.closed_at is not None:
            return False
        handed_in = self.drafts.filter(handed_in_at__isnull=False)
        return handed_in.count() < len(OWNERS)
