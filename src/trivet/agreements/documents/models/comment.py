"""A comment."""

from __future__ import annotations

from django.db import models

from trivet.agreements.audit.models import Audited
from trivet.agreements.documents.models.proposal import Proposal
from trivet.agreements.people.models import Person


class Comment(Audited):
    """What somebody says to a clause of a proposal.

    clause   its place in the body; empty for the whole
    """

    proposal = models.ForeignKey(Proposal, on_delete=models.PROTECT, related_name="comments")
    clause = models.CharField(max_length=200, blank=True)
    says = models.TextField()
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    resolved_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", null=True)
    resolved_at = models.DateTimeField(null=True)

    class Meta:
        """In the order they were made."""

        ordering = ("made_at", "pk")

    def __str__(self) -> str:
        return self.says[:80]
