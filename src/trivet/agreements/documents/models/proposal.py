"""A proposal."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from django.db import models

from trivet.agreements.audit.models import Audited
from trivet.agreements.documents.models.document import Document
from trivet.agreements.people.models import Person

if TYPE_CHECKING:
    from trivet.agreements.documents.models.version import Version


class Outcome(StrEnum):
    """How a proposal ended."""

    OPEN = ""
    IN_FORCE = "in_force"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


class Proposal(Audited):
    """A change somebody wants, beside the version in force, which it leaves untouched.

    An edit is another version of the proposal; signatures under the one before lapse with it.

    base   the version in force when it was made; None for a first draft
    why    what it is for, in the proposer's words
    """

    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="proposals")
    base = models.ForeignKey(
        "documents.Version", on_delete=models.PROTECT, related_name="+", null=True
    )
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
        """Open, or closed with an outcome by somebody."""

        ordering = ("opened_at", "pk")
        constraints = (
            models.CheckConstraint(
                condition=models.Q(outcome="", closed_at=None, closed_by=None)
                | (~models.Q(outcome="") & models.Q(closed_at__isnull=False)),
                name="proposal_closed_with_an_outcome",
            ),
        )

    def __str__(self) -> str:
        return f"a change of {self.document}"

    @property
    def is_open(self) -> bool:
        """Whether it can still be signed, edited or rejected."""
        return self.outcome == Outcome.OPEN

    @property
    def version(self) -> Version:
        """What is proposed now."""
        return self.versions.select_related("document").latest("number")

    def editors(self) -> set[int]:
        """Everybody who wrote any of it, by id."""
        return set(self.versions.values_list("made_by_id", flat=True))
